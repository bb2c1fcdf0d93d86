package io.spinexr.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * COCO's average precision by a script that follows its definition. The script was held once
 * against pycocotools 2.0.11, which Debian does not have: equal on 1,089 random cases.
 */
class CocoTest {
  private static final double TOLERANCE = 1e-9;
  private static final List<LesionType> TYPES = LesionType.REFERENCE_LABELS.subList(0, 3);

  private record Case(double iou, List<EvaluatedImage> images) {
    String line() {
      return "{\"iou\": %s, \"types\": %d, \"images\": [%s]}"
          .formatted(iou, TYPES.size(), join(images, Case::image));
    }

    private static String image(EvaluatedImage image) {
      return "{\"annotated\": [%s], \"detected\": [%s]}"
          .formatted(
              join(image.annotations(), a -> row(a.type(), a.box(), a.crowd() ? 1 : 0)),
              join(image.findings(), f -> row(f.type(), f.box(), f.score())));
    }

    private static String row(LesionType type, BoundingBox box, double last) {
      return "[%d, %s, %s, %s, %s, %s]"
          .formatted(TYPES.indexOf(type), box.xMin(), box.yMin(), box.xMax(), box.yMax(), last);
    }

    private static <T> String join(List<T> all, Function<T, String> one) {
      return all.stream().map(one).collect(Collectors.joining(", "));
    }

    double[] figures() {
      Map<LesionType, Double> perType = AveragePrecision.perType(TYPES, iou, images);
      return TYPES.stream().mapToDouble(t -> perType.getOrDefault(t, Double.NaN)).toArray();
    }
  }

  /** Boxes on a coarse grid, so that many are equal or overlap by exactly one half. */
  private static BoundingBox box(SplittableRandom random, boolean coarse) {
    double x = coarse ? random.nextInt(5) : random.nextDouble() * 5;
    double y = coarse ? random.nextInt(5) : random.nextDouble() * 5;
    double width = coarse ? random.nextInt(1, 5) : 1 + random.nextDouble() * 4;
    double height = coarse ? random.nextInt(1, 5) : 1 + random.nextDouble() * 4;
    return new BoundingBox(x, y, x + width, y + height);
  }

  private static Case draw(SplittableRandom random, int number) {
    boolean coarse = number % 2 == 0;
    double[] ious = {0.5, 0.2, 0.5, 1};
    int[] detections = {4, 1, 20, 300};
    int scores = number % 3 == 0 ? 4 : 1 << 20;
    List<EvaluatedImage> images = new ArrayList<>();
    for (int image = random.nextInt(1, 10); image > 0; image--) {
      List<Annotation> annotations = new ArrayList<>();
      List<Finding> findings = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        annotations.add(new Annotation(type(random), box(random, coarse), random.nextInt(6) == 0));
      }
      for (int i = random.nextInt(detections[number % 4]); i > 0; i--) {
        findings.add(
            new Finding(
                type(random), box(random, coarse), random.nextInt(scores) / (double) scores));
      }
      images.add(new EvaluatedImage(annotations, findings));
    }
    return new Case(ious[random.nextInt(4)], images);
  }

  private static LesionType type(SplittableRandom random) {
    return TYPES.get(random.nextInt(TYPES.size()));
  }

  /** A hundred lesions, found one by one between false alarms: recall meets every hundredth. */
  private static Case hundredths(SplittableRandom random) {
    List<EvaluatedImage> images = new ArrayList<>();
    BoundingBox box = box(random, true);
    for (int i = 0; i < 100; i++) {
      LesionType detected = TYPES.get(0);
      images.add(
          new EvaluatedImage(
              List.of(new Annotation(detected, box)),
              List.of(
                  new Finding(detected, box, random.nextDouble()),
                  new Finding(detected, box, random.nextDouble()))));
    }
    return new Case(0.5, images);
  }

  @Test
  void agreesWithTheDefinition() throws Exception {
    ReferenceProgram.require();
    SplittableRandom random = new SplittableRandom(3);
    List<Case> cases = new ArrayList<>();
    IntStream.range(0, 300).forEach(i -> cases.add(draw(random, i)));
    IntStream.range(0, 10).forEach(i -> cases.add(hundredths(random)));
    List<double[]> expected =
        ReferenceProgram.figures(
            "average_precision_by_numpy.py", cases.stream().map(Case::line).toList());
    for (int i = 0; i < cases.size(); i++) {
      assertThat(cases.get(i).figures())
          .as(cases.get(i).line())
          .containsExactly(expected.get(i), within(TOLERANCE));
    }
  }
}

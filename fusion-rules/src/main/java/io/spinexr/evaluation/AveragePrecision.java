package io.spinexr.evaluation;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.Probability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Average precision of a detector per lesion type, by the rules of the COCO evaluation: per image
 * at most 100 detections of a type, highest scores first, each matched to the free annotation that
 * it overlaps most; precision made monotone and read at the 101 recalls 0, 0.01, ..., 1.
 */
public final class AveragePrecision {
  private static final int MAXIMUM_DETECTIONS = 100;
  private static final int RECALL_POINTS = 101;

  /** What is annotated on an image. */
  public record Annotation(LesionType type, BoundingBox box) {}

  /** One evaluated image: what is there and what was detected. */
  public record EvaluatedImage(List<Annotation> annotations, List<Finding> findings) {
    public EvaluatedImage {
      annotations = List.copyOf(annotations);
      findings = List.copyOf(findings);
    }
  }

  private record Match(double score, boolean correct) {}

  private AveragePrecision() {}

  /**
   * AP in [0,1] of each type that is annotated at least once; a type that never is has no AP and is
   * left out.
   *
   * @param types that the detector knows; their order is the result's
   * @param minimumIou the overlap that makes a detection correct, in [0,1]; the paper's is 0.5
   */
  public static Map<LesionType, Double> perType(
      List<LesionType> types, double minimumIou, List<EvaluatedImage> images) {
    Probability.require("minimumIou", minimumIou);
    Map<LesionType, Double> result = new LinkedHashMap<>();
    for (LesionType type : types) {
      long annotated =
          images.stream()
              .flatMap(image -> image.annotations().stream())
              .filter(a -> a.type() == type)
              .count();
      if (annotated > 0) {
        List<Match> matches = new ArrayList<>();
        images.forEach(image -> matches.addAll(match(type, minimumIou, image)));
        matches.sort(Comparator.comparingDouble(Match::score).reversed());
        result.put(type, interpolate(matches, annotated));
      }
    }
    return result;
  }

  private static List<Match> match(LesionType type, double minimumIou, EvaluatedImage image) {
    List<BoundingBox> free =
        new ArrayList<>(
            image.annotations().stream()
                .filter(a -> a.type() == type)
                .map(Annotation::box)
                .toList());
    List<Finding> findings =
        image.findings().stream()
            .filter(finding -> finding.type() == type)
            .sorted(Comparator.comparingDouble(Finding::score).reversed())
            .limit(MAXIMUM_DETECTIONS)
            .toList();
    List<Match> matches = new ArrayList<>();
    for (Finding finding : findings) {
      BoundingBox best = null;
      double bestIou = minimumIou;
      for (BoundingBox box : free) {
        double iou = finding.box().iou(box);
        if (iou >= bestIou) {
          best = box;
          bestIou = iou;
        }
      }
      matches.add(new Match(finding.score(), best != null));
      free.remove(best);
    }
    return matches;
  }

  private static double interpolate(List<Match> matches, long annotated) {
    double[] recall = new double[matches.size()];
    double[] precision = new double[matches.size()];
    int correct = 0;
    for (int i = 0; i < matches.size(); i++) {
      correct += matches.get(i).correct() ? 1 : 0;
      recall[i] = (double) correct / annotated;
      precision[i] = (double) correct / (i + 1);
    }
    for (int i = matches.size() - 2; i >= 0; i--) {
      precision[i] = Math.max(precision[i], precision[i + 1]);
    }
    double sum = 0;
    for (int point = 0; point < RECALL_POINTS; point++) {
      int at = firstAtLeast(recall, point / (RECALL_POINTS - 1.0));
      sum += at < recall.length ? precision[at] : 0;
    }
    return sum / RECALL_POINTS;
  }

  private static int firstAtLeast(double[] ascending, double value) {
    return (int) Arrays.stream(ascending).takeWhile(element -> element < value).count();
  }
}

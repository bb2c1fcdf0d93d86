package io.spinexr.workshop.comparison;

import io.spinexr.evaluation.bootstrap.Bootstrap;
import io.spinexr.evaluation.bootstrap.Resampled;
import io.spinexr.evaluation.bootstrap.ResampledClassifier;
import io.spinexr.evaluation.bootstrap.ResampledDetector;
import io.spinexr.evaluation.bootstrap.Resampling;
import io.spinexr.finding.Finding;
import io.spinexr.workshop.evaluation.ClassifierFigures;
import io.spinexr.workshop.evaluation.DetectorFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.Measure;
import io.spinexr.workshop.evaluation.PredictedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Figures of several model sets, or of one on several parts of the images, on the same resamples,
 * so that differences are paired. Studies are drawn, because their images are alike.
 */
public final class PairedFigures {
  private static final double IOU = 0.5;
  private static final long SEED = 0;

  private final List<Paired> paired;

  /**
   * @param images how many a resample has
   * @param measure the figures, by how often each image is there
   */
  private record Measured(List<Figure> figures, int images, Function<int[], double[]> measure)
      implements Resampled<Figure> {
    @Override
    public double[] on(int[] counts) {
      return measure.apply(counts);
    }
  }

  /**
   * @param values of each that is compared, on all images once
   */
  private record Paired(List<Figure> figures, List<double[]> values, Bootstrap<Figure> bootstrap) {
    static Paired of(List<PredictedImage> images, int resamples, List<Measured> compared) {
      int[] once = new int[images.size()];
      Arrays.fill(once, 1);
      return new Paired(
          compared.get(0).figures(),
          compared.stream().map(one -> one.on(once)).toList(),
          Bootstrap.of(
              Resampling.ofStudies(
                  images.stream().map(PredictedImage::studyId).toList(), resamples, SEED),
              compared));
    }

    double value(int place, Figure figure) {
      return values.get(place)[figures.indexOf(figure)];
    }
  }

  private PairedFigures(List<EvaluationSet> sets, List<int[]> parts, Collection<Figure> figures) {
    paired = new ArrayList<>();
    if (!Collections.disjoint(Figure.OF_CLASSIFIERS, figures)) {
      paired.add(paired(sets, parts, ClassifierFigures.RESAMPLES, PairedFigures::classifier));
    }
    if (!Collections.disjoint(Figure.OF_DETECTORS, figures)) {
      paired.add(paired(sets, parts, DetectorFigures.RESAMPLES, PairedFigures::detector));
    }
  }

  private static Paired paired(
      List<EvaluationSet> sets,
      List<int[]> parts,
      int resamples,
      BiFunction<EvaluationSet, int[], Measured> measured) {
    return Paired.of(
        sets.get(0).images(),
        resamples,
        IntStream.range(0, sets.size())
            .mapToObj(i -> measured.apply(sets.get(i), parts.get(i)))
            .toList());
  }

  /**
   * @param sets at least one; all have the same images, at least one, in the same order
   * @param figures that will be asked for
   */
  public static PairedFigures of(List<EvaluationSet> sets, Collection<Figure> figures) {
    int[] all = IntStream.range(0, sets.get(0).images().size()).toArray();
    return new PairedFigures(sets, sets.stream().map(set -> all).toList(), figures);
  }

  /**
   * @param parts at least one
   * @param figures that will be asked for
   */
  public static PairedFigures ofParts(
      EvaluationSet set, List<Predicate<PredictedImage>> parts, Collection<Figure> figures) {
    List<PredictedImage> images = set.images();
    return new PairedFigures(
        parts.stream().map(part -> set).toList(),
        parts.stream()
            .map(
                part ->
                    IntStream.range(0, images.size())
                        .filter(i -> part.test(images.get(i)))
                        .toArray())
            .toList(),
        figures);
  }

  private static Measured classifier(EvaluationSet set, int[] part) {
    ResampledClassifier classifier =
        new ResampledClassifier(
            part(set, part).map(PredictedImage::label).toList(), set.rule().threshold());
    return new Measured(
        Figure.OF_CLASSIFIERS, set.images().size(), counts -> classifier.on(of(part, counts)));
  }

  private static Measured detector(EvaluationSet set, int[] part) {
    ResampledDetector alone = detector(set, part, PredictedImage::detected);
    ResampledDetector fused = detector(set, part, image -> image.kept(set.rule()));
    int mean = set.types().size();
    return new Measured(
        Figure.OF_DETECTORS,
        set.images().size(),
        counts -> {
          int[] here = of(part, counts);
          return new double[] {alone.on(here)[mean], fused.on(here)[mean]};
        });
  }

  private static ResampledDetector detector(
      EvaluationSet set, int[] part, Function<PredictedImage, List<Finding>> findings) {
    return new ResampledDetector(
        set.types(),
        IOU,
        part(set, part).map(image -> image.evaluated(findings.apply(image))).toList());
  }

  private static Stream<PredictedImage> part(EvaluationSet set, int[] part) {
    return IntStream.of(part).mapToObj(set.images()::get);
  }

  private static int[] of(int[] part, int[] counts) {
    return IntStream.of(part).map(i -> counts[i]).toArray();
  }

  private Paired with(Figure figure) {
    return paired.stream()
        .filter(measured -> measured.figures().contains(figure))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("%s was not measured".formatted(figure)));
  }

  /**
   * A figure with its interval.
   *
   * @param place of the set or part in the list
   */
  public Measure measure(int place, Figure figure) {
    Paired with = with(figure);
    return Measure.of(with.value(place, figure), () -> with.bootstrap().interval(place, figure));
  }

  /** What the first has more than the second. */
  public Measure difference(int first, int second, Figure figure) {
    Paired with = with(figure);
    return Measure.of(
        with.value(first, figure) - with.value(second, figure),
        () -> with.bootstrap().difference(first, second, figure));
  }
}

package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.BootstrapInterval;
import io.spinexr.evaluation.FrocCurve;
import io.spinexr.evaluation.PrecisionRecallCurve;
import io.spinexr.evaluation.RankedDetections;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.evaluation.bootstrap.Bootstrap;
import io.spinexr.evaluation.bootstrap.Resampled;
import io.spinexr.evaluation.bootstrap.Resampling;
import io.spinexr.evaluation.calibration.CalibrationCurve;
import io.spinexr.evaluation.calibration.Loss;
import io.spinexr.finding.Finding;
import io.spinexr.fusion.DecisionRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * What an evaluation says over all thresholds.
 *
 * @param labels what the ensemble says of each image, and the truth
 * @param rocBand sensitivity at evenly spaced false positive rates
 * @param precisionBand precision at the highest threshold that reaches evenly spaced recalls
 * @param calibration of the ensemble
 * @param brier mean squared distance of its probability from the truth, in [0,1]
 * @param logLoss mean logarithmic loss, natural logarithm, at least 0
 * @param alone lesions of all types found by the detector at IoU 0.5; empty if none is annotated
 * @param fused the same after the decision rule
 */
public record Curves(
    List<ScoredLabel> labels,
    RocCurve roc,
    List<BandPoint> rocBand,
    PrecisionRecallCurve precisionRecall,
    List<BandPoint> precisionBand,
    CalibrationCurve calibration,
    double brier,
    double logLoss,
    Optional<FrocCurve> alone,
    Optional<FrocCurve> fused) {
  /** Bands are for the eye; a tenth of the resamples of the figures is enough. */
  public static final int RESAMPLES = 1000;

  private static final int STEPS = 50;
  private static final double IOU = 0.5;
  private static final long SEED = 0;

  /**
   * @param x false positive rate or recall, in [0,1]
   * @param interval 95 % of the resamples at this place, which is no band around the whole curve
   */
  public record BandPoint(double x, BootstrapInterval interval) {}

  public Curves {
    labels = List.copyOf(labels);
    rocBand = List.copyOf(rocBand);
    precisionBand = List.copyOf(precisionBand);
  }

  /**
   * @throws IllegalArgumentException if the images are not both normal and abnormal ones
   */
  static Curves of(EvaluationSet set) {
    List<ScoredLabel> labels =
        set.images().stream()
            .map(image -> new ScoredLabel(image.probability(), image.abnormal()))
            .toList();
    Bootstrap<Integer> bootstrap =
        Bootstrap.of(
            Resampling.ofImages(labels.size(), RESAMPLES, SEED),
            List.of(new ResampledCurves(labels)));
    DecisionRule rule = set.rule();
    return new Curves(
        labels,
        RocCurve.of(labels),
        band(bootstrap, 0),
        PrecisionRecallCurve.of(labels),
        band(bootstrap, STEPS + 1),
        CalibrationCurve.of(labels, CalibrationCurve.BINS),
        Loss.brier(labels),
        Loss.log(labels),
        froc(set, PredictedImage::detected),
        froc(set, image -> image.kept(rule)));
  }

  private static List<BandPoint> band(Bootstrap<Integer> bootstrap, int first) {
    return IntStream.rangeClosed(0, STEPS)
        .mapToObj(i -> new BandPoint((double) i / STEPS, bootstrap.interval(0, first + i)))
        .toList();
  }

  private static Optional<FrocCurve> froc(
      EvaluationSet set, Function<PredictedImage, List<Finding>> findings) {
    if (set.images().stream().allMatch(image -> image.lesions().isEmpty())) {
      return Optional.empty();
    }
    return Optional.of(
        FrocCurve.of(
            set.types().stream()
                .map(
                    type ->
                        RankedDetections.of(
                            type,
                            IOU,
                            set.images().stream()
                                .map(image -> image.evaluated(findings.apply(image)))
                                .toList()))
                .toList()));
  }

  /** Both curves of a classifier, read at evenly spaced places. */
  private static final class ResampledCurves implements Resampled<Integer> {
    private final List<ScoredLabel> labels;

    /** The images by descending probability. */
    private final List<Integer> ranked;

    private ResampledCurves(List<ScoredLabel> labels) {
      this.labels = labels;
      this.ranked =
          IntStream.range(0, labels.size())
              .boxed()
              .sorted(Comparator.comparingDouble(i -> -labels.get(i).probability()))
              .toList();
    }

    @Override
    public int images() {
      return labels.size();
    }

    @Override
    public List<Integer> figures() {
      return IntStream.range(0, 2 * (STEPS + 1)).boxed().toList();
    }

    @Override
    public double[] on(int[] counts) {
      List<long[]> steps = steps(counts);
      long[] all = steps.get(steps.size() - 1);
      double[] read = new double[2 * (STEPS + 1)];
      if (all[0] == 0 || all[1] == 0) {
        Arrays.fill(read, Double.NaN);
        return read;
      }
      for (int i = 0; i <= STEPS; i++) {
        read[i] = sensitivity(steps, (double) i * all[1] / STEPS) / all[0];
        read[STEPS + 1 + i] = precision(steps, (double) i * all[0] / STEPS);
      }
      return read;
    }

    /** True and false positives at each threshold that tells two images apart, from none to all. */
    private List<long[]> steps(int[] counts) {
      List<long[]> steps = new ArrayList<>();
      steps.add(new long[2]);
      long[] above = new long[2];
      for (int i = 0; i < ranked.size(); i++) {
        int image = ranked.get(i);
        ScoredLabel label = labels.get(image);
        above[label.abnormal() ? 0 : 1] += counts[image];
        if (i + 1 == ranked.size()
            || labels.get(ranked.get(i + 1)).probability() < label.probability()) {
          steps.add(above.clone());
        }
      }
      return steps;
    }

    /** True positives where so many normal images are above the threshold, between two steps. */
    private static double sensitivity(List<long[]> steps, double falsePositives) {
      int last = 0;
      while (last + 1 < steps.size() && steps.get(last + 1)[1] <= falsePositives) {
        last++;
      }
      long[] from = steps.get(last);
      if (last + 1 == steps.size()) {
        return from[0];
      }
      long[] to = steps.get(last + 1);
      return from[0] + (falsePositives - from[1]) * (to[0] - from[0]) / (to[1] - from[1]);
    }

    /** Of the first step with an image and at least so many true positives. */
    private static double precision(List<long[]> steps, double truePositives) {
      return steps.stream()
          .filter(step -> step[0] + step[1] > 0 && step[0] >= truePositives)
          .findFirst()
          .map(step -> (double) step[0] / (step[0] + step[1]))
          .orElseThrow();
    }
  }
}

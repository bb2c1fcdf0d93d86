package io.spinexr.evaluation.bootstrap;

import io.spinexr.evaluation.ConfusionMatrix;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.finding.Probability;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** A classifier at its threshold, with the images ranked by its probabilities once. */
public final class ResampledClassifier implements Resampled<ClassifierFigure> {
  /** The images by descending probability. */
  private final int[] image;

  private final boolean[] abnormal;

  /** Whether the next image in rank has a lower probability. */
  private final boolean[] lastOfTie;

  /** How many images are at or above the threshold. */
  private final int positives;

  /**
   * @param samples one per image
   * @param threshold a probability at or above it counts as abnormal
   */
  public ResampledClassifier(List<ScoredLabel> samples, double threshold) {
    Probability.require("threshold", threshold);
    image =
        IntStream.range(0, samples.size())
            .boxed()
            .sorted(Comparator.comparingDouble(i -> -samples.get(i).probability()))
            .mapToInt(Integer::intValue)
            .toArray();
    abnormal = new boolean[image.length];
    lastOfTie = new boolean[image.length];
    for (int i = 0; i < image.length; i++) {
      ScoredLabel sample = samples.get(image[i]);
      abnormal[i] = sample.abnormal();
      lastOfTie[i] =
          i + 1 == image.length || samples.get(image[i + 1]).probability() < sample.probability();
    }
    positives = (int) samples.stream().filter(s -> s.probability() >= threshold).count();
  }

  @Override
  public int images() {
    return image.length;
  }

  @Override
  public List<ClassifierFigure> figures() {
    return List.of(ClassifierFigure.values());
  }

  @Override
  public double[] on(int[] counts) {
    ConfusionMatrix confusion = confusion(counts);
    return new double[] {
      auroc(counts),
      confusion.f1(),
      confusion.sensitivity(),
      confusion.specificity(),
      confusion.precision()
    };
  }

  private double auroc(int[] counts) {
    // Twice the number of pairs in order, of which a tie is half a one (Mann-Whitney U).
    long ordered = 0;
    long tp = 0;
    long fp = 0;
    long abnormalAbove = 0;
    long normalAbove = 0;
    for (int i = 0; i < image.length; i++) {
      if (abnormal[i]) {
        tp += counts[image[i]];
      } else {
        fp += counts[image[i]];
      }
      if (lastOfTie[i]) {
        ordered += (fp - normalAbove) * (tp + abnormalAbove);
        abnormalAbove = tp;
        normalAbove = fp;
      }
    }
    return ordered / (2.0 * tp * fp);
  }

  private ConfusionMatrix confusion(int[] counts) {
    // Indexed by class: normal, abnormal.
    long[] above = new long[2];
    long[] below = new long[2];
    for (int i = 0; i < image.length; i++) {
      (i < positives ? above : below)[abnormal[i] ? 1 : 0] += counts[image[i]];
    }
    return new ConfusionMatrix(above[1], above[0], below[0], below[1]);
  }
}

package io.spinexr.evaluation.calibration;

import io.spinexr.evaluation.ScoreHistogram;
import io.spinexr.evaluation.ScoredLabel;
import java.util.List;

/**
 * What share of images is really abnormal, by what the classifier said. Bins that no image is in
 * are left out.
 */
public record CalibrationCurve(List<Point> points) {
  /** As Guo et al. 2017 take them for the expected calibration error. */
  public static final int BINS = 15;

  /**
   * @param low lower edge of the bin, in [0,1]
   * @param high upper edge of the bin, in [0,1]
   * @param images at least 1
   * @param probability mean of what was said, in [0,1]
   * @param abnormal share that is, in [0,1]
   */
  public record Point(double low, double high, int images, double probability, double abnormal) {
    private static Point of(ScoreHistogram.Bin bin) {
      int images = bin.samples().size();
      return new Point(
          bin.low(),
          bin.high(),
          images,
          bin.samples().stream().mapToDouble(ScoredLabel::probability).sum() / images,
          (double) bin.abnormal() / images);
    }
  }

  public CalibrationCurve {
    points = List.copyOf(points);
  }

  /**
   * @param bins of equal width, at least 1
   */
  public static CalibrationCurve of(List<ScoredLabel> samples, int bins) {
    return new CalibrationCurve(
        ScoreHistogram.of(samples, bins).bins().stream()
            .filter(bin -> !bin.samples().isEmpty())
            .map(Point::of)
            .toList());
  }

  /**
   * ECE: how far the two shares are apart on average over the images, in [0,1]; NaN without images.
   */
  public double expectedError() {
    double sum = 0;
    int images = 0;
    for (Point point : points) {
      sum += point.images() * Math.abs(point.probability() - point.abnormal());
      images += point.images();
    }
    return sum / images;
  }
}

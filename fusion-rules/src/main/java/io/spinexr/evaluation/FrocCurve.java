package io.spinexr.evaluation;

import java.util.List;

/**
 * The free-response ROC of a detector: how many lesions it finds at how many false alarms per
 * image. One point per distinct score, from the highest threshold to the lowest; a detection counts
 * at or above the threshold.
 */
public record FrocCurve(List<Point> points) {
  /**
   * @param falsePositivesPerImage at least 0
   * @param sensitivity share of the annotated lesions that are found, in [0,1]
   */
  public record Point(double threshold, double falsePositivesPerImage, double sensitivity) {}

  public FrocCurve {
    points = List.copyOf(points);
  }

  /**
   * @param perType detections of each type on the same images, at least one type
   * @throws IllegalArgumentException if nothing is annotated: no curve exists then
   */
  public static FrocCurve of(List<RankedDetections> perType) {
    return new FrocCurve(RankedDetections.froc(perType));
  }

  /**
   * The highest sensitivity that costs at most so many false positives per image, in [0,1]; 0 if
   * even the surest detections cost more.
   */
  public double sensitivityAt(double falsePositivesPerImage) {
    return points.stream()
        .filter(point -> point.falsePositivesPerImage() <= falsePositivesPerImage)
        .mapToDouble(Point::sensitivity)
        .max()
        .orElse(0);
  }
}

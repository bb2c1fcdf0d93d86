package io.spinexr.phantom.drawing;

import io.spinexr.finding.BoundingBox;
import java.util.List;

/**
 * How the body lies before the detector: maps millimetres of the body plane to pixels.
 *
 * @param width of the image in pixels
 * @param height of the image in pixels
 * @param pixelsPerMillimetre resolution of the image
 * @param rotation clockwise, in radians
 * @param mirrored the patient looks to the left edge
 * @param centre the place of the body plane at the centre of the image
 */
public record Pose(
    int width,
    int height,
    double pixelsPerMillimetre,
    double rotation,
    boolean mirrored,
    Point centre) {

  public Point toPixels(Point body) {
    double x = (mirrored ? -1 : 1) * (body.x() - centre.x()) * pixelsPerMillimetre;
    double y = (body.y() - centre.y()) * pixelsPerMillimetre;
    double cos = StrictMath.cos(rotation);
    double sin = StrictMath.sin(rotation);
    return new Point(width / 2.0 + x * cos - y * sin, height / 2.0 + x * sin + y * cos);
  }

  /** The pixels that {@code places} span, with a margin around in millimetres, unclipped. */
  public double[] span(List<Point> places, double margin) {
    double[] span = {
      Double.POSITIVE_INFINITY,
      Double.POSITIVE_INFINITY,
      Double.NEGATIVE_INFINITY,
      Double.NEGATIVE_INFINITY
    };
    for (Point place : places) {
      Point pixel = toPixels(place);
      span[0] = Math.min(span[0], pixel.x());
      span[1] = Math.min(span[1], pixel.y());
      span[2] = Math.max(span[2], pixel.x());
      span[3] = Math.max(span[3], pixel.y());
    }
    double pad = margin * pixelsPerMillimetre;
    return new double[] {span[0] - pad, span[1] - pad, span[2] + pad, span[3] + pad};
  }

  /** The smallest box around {@code places}, clipped to the image. */
  public BoundingBox box(List<Point> places, double margin) {
    double[] span = span(places, margin);
    return new BoundingBox(
        clip(span[0], width), clip(span[1], height), clip(span[2], width), clip(span[3], height));
  }

  private static double clip(double value, int size) {
    return Math.max(0, Math.min(size, value));
  }
}

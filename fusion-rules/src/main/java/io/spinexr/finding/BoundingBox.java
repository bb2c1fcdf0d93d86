package io.spinexr.finding;

/**
 * An axis-aligned box in pixels of the original image; the origin is the outer corner of the top
 * left pixel, x grows to the right and y downwards.
 *
 * @param xMin left edge, at least 0
 * @param yMin top edge, at least 0
 * @param xMax right edge, at least {@code xMin}
 * @param yMax bottom edge, at least {@code yMin}
 */
public record BoundingBox(double xMin, double yMin, double xMax, double yMax) {
  public BoundingBox {
    boolean finite = Double.isFinite(xMin + yMin + xMax + yMax);
    if (!finite || xMin < 0 || yMin < 0 || xMax < xMin || yMax < yMin) {
      throw new IllegalArgumentException(
          "box must satisfy 0 <= xMin <= xMax and 0 <= yMin <= yMax, but is [%s, %s, %s, %s]"
              .formatted(xMin, yMin, xMax, yMax));
    }
  }

  public double width() {
    return xMax - xMin;
  }

  public double height() {
    return yMax - yMin;
  }

  /** Area in square pixels. */
  public double area() {
    return width() * height();
  }

  /** Intersection over union with another box, in [0,1]; 0 when both are empty. */
  public double iou(BoundingBox other) {
    double w = Math.min(xMax, other.xMax) - Math.max(xMin, other.xMin);
    double h = Math.min(yMax, other.yMax) - Math.max(yMin, other.yMin);
    if (w <= 0 || h <= 0) {
      return 0;
    }
    double intersection = w * h;
    return intersection / (area() + other.area() - intersection);
  }
}

package io.spinexr.inference.phantom;

/** A place in the body plane, in millimetres (x right, y down), or on the image, in pixels. */
record Point(double x, double y) {
  Point plus(double dx, double dy) {
    return new Point(x + dx, y + dy);
  }

  /** The place a fraction {@code t} of the way to {@code other}. */
  Point towards(Point other, double t) {
    return new Point(x + (other.x - x) * t, y + (other.y - y) * t);
  }

  double distance(Point other) {
    double dx = other.x - x;
    double dy = other.y - y;
    return Math.sqrt(dx * dx + dy * dy);
  }
}

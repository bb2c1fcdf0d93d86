package io.spinexr.phantom.drawing;

import java.util.List;

/** Adds up the attenuation of shapes, pixel by pixel. */
public final class Renderer {
  private final Pose pose;
  private final float[] texture;
  private final float[] sum;

  /**
   * @param texture one value in about [-1,1] per pixel: how trabecular bone varies
   */
  public Renderer(Pose pose, float[] texture) {
    this(pose, texture, new float[pose.width() * pose.height()]);
  }

  /**
   * Adds to what is there.
   *
   * @param sum one value per pixel
   */
  public Renderer(Pose pose, float[] texture, float[] sum) {
    this.pose = pose;
    this.texture = texture;
    this.sum = sum;
  }

  /** The sum of all shapes so far, row by row. */
  public float[] attenuation() {
    return sum;
  }

  public void add(List<Shape> shapes) {
    for (Shape shape : shapes) {
      if (shape instanceof Shape.Solid solid) {
        add(solid);
      } else if (shape instanceof Shape.Stroke stroke) {
        add(stroke);
      } else if (shape instanceof Shape.Blob blob) {
        add(blob);
      }
    }
  }

  /** Never sharper than the pixel grid can show. */
  private double softness(double millimetres) {
    return Math.max(0.7, millimetres * pose.pixelsPerMillimetre());
  }

  private void add(Shape.Solid solid) {
    Lines lines = new Lines(pose, solid.outline(), true);
    double soft = softness(solid.softness());
    double rimWidth = Math.max(1.2, solid.rimWidth() * pose.pixelsPerMillimetre());
    double reach = Math.max(soft, rimWidth);
    double[] crossings = new double[lines.count()];
    for (int y = lines.firstRow(soft); y <= lines.lastRow(soft); y++) {
      lines.activate(y + 0.5, reach);
      int n = lines.crossings(y + 0.5, crossings);
      int from = Math.max(0, (int) Math.floor(lines.minX(y + 0.5, soft) - soft));
      int to = Math.min(pose.width() - 1, (int) Math.ceil(lines.maxX(y + 0.5, soft) + soft));
      int passed = 0;
      for (int x = from; x <= to; x++) {
        while (passed < n && crossings[passed] <= x + 0.5) {
          passed++;
        }
        boolean inside = (passed & 1) == 1;
        double depth = lines.distance(x + 0.5, y + 0.5, reach);
        double cover = step((inside ? depth : -depth) / soft);
        if (cover == 0) {
          continue;
        }
        int i = y * pose.width() + x;
        double value = solid.core() * (1 + solid.texture() * texture[i]);
        if (inside && depth < rimWidth) {
          double nearness = 1 - depth / rimWidth;
          value += solid.rim() * nearness;
        } else if (!inside) {
          value += solid.rim();
        }
        sum[i] += (float) (cover * value);
      }
    }
  }

  private void add(Shape.Stroke stroke) {
    Lines lines = new Lines(pose, stroke.path(), false);
    double soft = softness(stroke.softness());
    double radius = stroke.radius() * pose.pixelsPerMillimetre();
    double reach = radius + soft;
    for (int y = lines.firstRow(reach); y <= lines.lastRow(reach); y++) {
      lines.activate(y + 0.5, reach);
      int from = Math.max(0, (int) Math.floor(lines.minX(y + 0.5, reach) - reach));
      int to = Math.min(pose.width() - 1, (int) Math.ceil(lines.maxX(y + 0.5, reach) + reach));
      for (int x = from; x <= to; x++) {
        double distance = lines.distance(x + 0.5, y + 0.5, reach);
        double cover = step((radius - distance) / soft);
        if (cover == 0) {
          continue;
        }
        double share = Math.min(1, distance / radius);
        double profile = stroke.hollow() ? 0.6 + 0.4 * share * share : 1;
        sum[y * pose.width() + x] += (float) (cover * profile * stroke.attenuation());
      }
    }
  }

  private void add(Shape.Blob blob) {
    Point centre = pose.toPixels(blob.centre());
    double scale = pose.pixelsPerMillimetre();
    double angle = (pose.mirrored() ? -blob.angle() : blob.angle()) + pose.rotation();
    double cos = StrictMath.cos(angle);
    double sin = StrictMath.sin(angle);
    double rx = Math.max(0.7, blob.rx() * scale);
    double ry = Math.max(0.7, blob.ry() * scale);
    double halfWidth = Math.sqrt(rx * rx * cos * cos + ry * ry * sin * sin);
    double halfHeight = Math.sqrt(rx * rx * sin * sin + ry * ry * cos * cos);
    int top = Math.max(0, (int) Math.floor(centre.y() - halfHeight));
    int bottom = Math.min(pose.height() - 1, (int) Math.ceil(centre.y() + halfHeight));
    int left = Math.max(0, (int) Math.floor(centre.x() - halfWidth));
    int right = Math.min(pose.width() - 1, (int) Math.ceil(centre.x() + halfWidth));
    for (int y = top; y <= bottom; y++) {
      double dy = y + 0.5 - centre.y();
      for (int x = left; x <= right; x++) {
        double dx = x + 0.5 - centre.x();
        double u = (dx * cos + dy * sin) / rx;
        double v = (dy * cos - dx * sin) / ry;
        double q = 1 - u * u - v * v;
        if (q > 0) {
          double profile = blob.faint() ? q * q : Math.sqrt(q);
          sum[y * pose.width() + x] += (float) (profile * blob.attenuation());
        }
      }
    }
  }

  /** 0 below -1, 1 above 1, smooth between. */
  private static double step(double t) {
    if (t <= -1) {
      return 0;
    }
    if (t >= 1) {
      return 1;
    }
    double s = (t + 1) / 2;
    return s * s * (3 - 2 * s);
  }
}

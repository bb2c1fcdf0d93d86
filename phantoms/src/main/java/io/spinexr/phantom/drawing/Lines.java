package io.spinexr.phantom.drawing;

import java.util.Arrays;
import java.util.List;

/** The segments of one shape in pixels, asked row by row how far away they are. */
final class Lines {
  private final int rows;
  private final double[] ax;
  private final double[] ay;
  private final double[] bx;
  private final double[] by;
  private final int[] active;
  private int activeCount;
  private double top = Double.POSITIVE_INFINITY;
  private double bottom = Double.NEGATIVE_INFINITY;

  Lines(Pose pose, List<Point> points, boolean closed) {
    rows = pose.height();
    int n = closed ? points.size() : points.size() - 1;
    ax = new double[n];
    ay = new double[n];
    bx = new double[n];
    by = new double[n];
    active = new int[n];
    Point[] pixels = points.stream().map(pose::toPixels).toArray(Point[]::new);
    for (int i = 0; i < n; i++) {
      Point a = pixels[i];
      Point b = pixels[(i + 1) % pixels.length];
      ax[i] = a.x();
      ay[i] = a.y();
      bx[i] = b.x();
      by[i] = b.y();
      top = Math.min(top, Math.min(a.y(), b.y()));
      bottom = Math.max(bottom, Math.max(a.y(), b.y()));
    }
  }

  int count() {
    return ax.length;
  }

  int firstRow(double reach) {
    return Math.max(0, (int) Math.floor(top - reach));
  }

  int lastRow(double reach) {
    return Math.min(rows - 1, (int) Math.ceil(bottom + reach));
  }

  /** Keeps the segments that come within {@code reach} of the row through {@code y}. */
  void activate(double y, double reach) {
    activeCount = 0;
    for (int i = 0; i < ax.length; i++) {
      if (Math.min(ay[i], by[i]) - reach <= y && Math.max(ay[i], by[i]) + reach >= y) {
        active[activeCount++] = i;
      }
    }
  }

  /** Where the closed outline crosses the row, from left to right; returns how often. */
  int crossings(double y, double[] into) {
    int n = 0;
    for (int k = 0; k < activeCount; k++) {
      int i = active[k];
      if (ay[i] <= y != by[i] <= y) {
        into[n++] = ax[i] + (y - ay[i]) / (by[i] - ay[i]) * (bx[i] - ax[i]);
      }
    }
    Arrays.sort(into, 0, n);
    return n;
  }

  /** Leftmost x of the active segments within {@code reach} of the row. */
  double minX(double y, double reach) {
    double min = Double.POSITIVE_INFINITY;
    for (int k = 0; k < activeCount; k++) {
      int i = active[k];
      min = Math.min(min, Math.min(xNear(i, y - reach), xNear(i, y + reach)));
    }
    return min;
  }

  /** Rightmost x of the active segments within {@code reach} of the row. */
  double maxX(double y, double reach) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < activeCount; k++) {
      int i = active[k];
      max = Math.max(max, Math.max(xNear(i, y - reach), xNear(i, y + reach)));
    }
    return max;
  }

  private double xNear(int i, double y) {
    double dy = by[i] - ay[i];
    if (dy == 0) {
      return y < ay[i] ? ax[i] : bx[i];
    }
    double t = Math.max(0, Math.min(1, (y - ay[i]) / dy));
    return ax[i] + t * (bx[i] - ax[i]);
  }

  /** Distance to the nearest active segment, at most {@code reach}. */
  double distance(double x, double y, double reach) {
    double nearest = reach * reach;
    for (int k = 0; k < activeCount; k++) {
      int i = active[k];
      if (Math.min(ax[i], bx[i]) - reach > x || Math.max(ax[i], bx[i]) + reach < x) {
        continue;
      }
      double dx = bx[i] - ax[i];
      double dy = by[i] - ay[i];
      double px = x - ax[i];
      double py = y - ay[i];
      double length = dx * dx + dy * dy;
      double t = length == 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
      double ex = px - t * dx;
      double ey = py - t * dy;
      nearest = Math.min(nearest, ex * ex + ey * ey);
    }
    return Math.sqrt(nearest);
  }
}

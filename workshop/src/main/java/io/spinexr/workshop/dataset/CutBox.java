package io.spinexr.workshop.dataset;

import io.spinexr.finding.BoundingBox;
import io.spinexr.workshop.dataset.Defect.Kind;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is left of a box when it is cut to its image.
 *
 * @param box empty if nothing is left
 * @param defect what was wrong with it, if anything was
 * @param text the same, a clause
 */
public record CutBox(Optional<BoundingBox> box, Optional<Kind> defect, String text) {
  /**
   * Boxes below this width or height in pixels mark nothing and are dropped, as the data set's own
   * loader does; nor is it told when less than this is cut off.
   */
  private static final double SMALLEST = 0.001;

  /**
   * Edges in pixels; the right one must not be left of the left one, nor the lower one above the
   * upper one.
   *
   * @param size of the image; null if it is not known, and then only what lies left of it or above
   *     is cut off
   */
  public static CutBox of(
      double xMin, double yMin, double xMax, double yMax, @Nullable ImageSize size) {
    List<Double> edges = List.of(xMin, yMin, xMax, yMax);
    if (xMax - xMin < SMALLEST || yMax - yMin < SMALLEST) {
      return nothing(Kind.EMPTY_BOX, "the box %s has no area".formatted(edges));
    }
    double left = Math.max(0, xMin);
    double top = Math.max(0, yMin);
    double right = size == null ? xMax : Math.min(size.width(), xMax);
    double bottom = size == null ? yMax : Math.min(size.height(), yMax);
    String of = size == null ? "" : " of %d x %d pixels".formatted(size.width(), size.height());
    if (right - left < SMALLEST || bottom - top < SMALLEST) {
      return nothing(Kind.OUTSIDE_BOX, "the box %s lies outside the image%s".formatted(edges, of));
    }
    double cut = Math.max(Math.max(left - xMin, top - yMin), Math.max(xMax - right, yMax - bottom));
    return new CutBox(
        Optional.of(new BoundingBox(left, top, right, bottom)),
        cut < SMALLEST ? Optional.empty() : Optional.of(Kind.CLIPPED_BOX),
        "the box %s is cut at the edge of the image%s".formatted(edges, of));
  }

  private static CutBox nothing(Kind kind, String text) {
    return new CutBox(Optional.empty(), Optional.of(kind), text);
  }
}

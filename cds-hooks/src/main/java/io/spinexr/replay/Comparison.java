package io.spinexr.replay;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Whether an image was judged as before, as far as a reader could tell. */
final class Comparison {
  /** Which every edge of a kept box may move, in pixels of the original image. */
  static final double BOX = 1;

  /** By which a probability and a kept finding's score may differ. */
  static final double SCORE = 0.001;

  /** Decimal fractions have no exact binary form: 0.9 - 0.899 is a little more than 0.001. */
  private static final double ROUNDING = 1e-9;

  private Comparison() {}

  /** What differs, in clauses; none if it is the same. */
  static List<String> differences(ImageFindings then, ImageFindings now) {
    List<String> differences = new ArrayList<>();
    if (then.verdict() != now.verdict()) {
      differences.add(
          "verdict %s then, %s now".formatted(then.verdict().code(), now.verdict().code()));
    }
    if (!within(SCORE, then.probability(), now.probability())) {
      differences.add(
          String.format(
              Locale.ROOT,
              "probability %.4f then, %.4f now",
              then.probability(),
              now.probability()));
    }
    List<Finding> rest = new ArrayList<>(now.findings());
    for (Finding kept : then.findings()) {
      Optional<Finding> same =
          rest.stream()
              .filter(other -> same(kept, other))
              .min(Comparator.comparingDouble(other -> distance(kept.box(), other.box())));
      same.ifPresentOrElse(rest::remove, () -> differences.add(text(kept) + " then, not now"));
    }
    rest.forEach(added -> differences.add(text(added) + " now, not then"));
    return differences;
  }

  private static boolean same(Finding then, Finding now) {
    return then.type() == now.type()
        && within(SCORE, then.score(), now.score())
        && distance(then.box(), now.box()) <= BOX + ROUNDING;
  }

  private static boolean within(double limit, double one, double other) {
    return Math.abs(one - other) <= limit + ROUNDING;
  }

  /** How far the edge has moved that has moved most, in pixels. */
  private static double distance(BoundingBox one, BoundingBox other) {
    return Math.max(
        Math.max(Math.abs(one.xMin() - other.xMin()), Math.abs(one.yMin() - other.yMin())),
        Math.max(Math.abs(one.xMax() - other.xMax()), Math.abs(one.yMax() - other.yMax())));
  }

  private static String text(Finding finding) {
    BoundingBox box = finding.box();
    return String.format(
        Locale.ROOT,
        "%s %.4f at [%.1f, %.1f, %.1f, %.1f]",
        finding.type().code(),
        finding.score(),
        box.xMin(),
        box.yMin(),
        box.xMax(),
        box.yMax());
  }
}

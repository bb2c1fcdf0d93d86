package io.spinexr.phantom.hard;

import io.spinexr.finding.LesionType;
import io.spinexr.phantom.Lesion;
import io.spinexr.phantom.Region;
import io.spinexr.phantom.Spine;
import io.spinexr.phantom.View;
import io.spinexr.phantom.drawing.Dice;
import io.spinexr.phantom.hard.body.Patient;
import io.spinexr.phantom.hard.body.Spur;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * What a patient's spine suffers from, in both views of a study. How often follows VinDr-SpineXR's
 * counts (Table 2 of the paper: boxes per 10,468 images), most of it by wear and age.
 *
 * @param lesions but osteophytes; in the order in which they deform the spine
 * @param spurs how many osteophytes each image shows at most
 */
record Illness(List<Planned> lesions, int spurs) {
  /**
   * A lesion before its place in one view is sought.
   *
   * @param height where along the examined part, from 0, the lowest, to 1
   */
  record Planned(LesionType type, double height, int levels, double severity, int side, long bits) {
    /** The level where it would be if all could be seen; most trouble is low in the region. */
    int wanted(Region region) {
      double low = height * (0.4 + 0.6 * height);
      return switch (region) {
        case LUMBAR -> (int) (6 * low);
        case THORACIC -> 1 + (int) (7 * low);
        case CERVICAL -> 1 + (int) (6 * low);
      };
    }

    boolean in(View view) {
      return switch (type) {
        case FORAMINAL_STENOSIS -> view == View.LATERAL;
        case SPONDYLOLISTHESIS -> view == View.LATERAL || (bits & 7) == 0;
        case OTHER_LESIONS -> view == View.LATERAL || (bits & 3) != 0;
        default -> true;
      };
    }
  }

  static Illness of(Patient patient, Region region, Dice dice) {
    double wear = patient.wear();
    List<Planned> lesions = new ArrayList<>();
    boolean operated = dice.chance(0.045);
    boolean brittle = patient.mineral() < 0.85;
    add(lesions, LesionType.SURGICAL_IMPLANT, operated ? 1 : 0, dice);
    add(lesions, LesionType.VERTEBRAL_COLLAPSE, several(brittle ? 0.095 : 0.012, 0.25, dice), dice);
    add(lesions, LesionType.SPONDYLOLISTHESIS, dice.chance(0.01 + 0.13 * wear) ? 1 : 0, dice);
    add(
        lesions,
        LesionType.DISC_SPACE_NARROWING,
        several(0.004 + 0.34 * wear * wear, 0.4, dice),
        dice);
    double narrow = region == Region.CERVICAL ? 0.18 : region == Region.LUMBAR ? 0.06 : 0.01;
    add(
        lesions,
        LesionType.FORAMINAL_STENOSIS,
        several(0.008 + narrow * 2.6 * wear * wear, 0.5, dice),
        dice);
    add(lesions, LesionType.OTHER_LESIONS, several(0.03, 0.15, dice), dice);
    int spurs = 0;
    if (dice.chance(Math.min(0.95, 0.03 + 0.95 * StrictMath.pow(wear, 1.15)))) {
      spurs = 1;
      while (spurs < 14 && dice.chance(0.68 + 0.27 * wear)) {
        spurs++;
      }
    }
    return new Illness(lesions, spurs);
  }

  private static int several(double first, double more, Dice dice) {
    int n = dice.chance(first) ? 1 : 0;
    while (n > 0 && n < 4 && dice.chance(more)) {
      n++;
    }
    return n;
  }

  private static void add(List<Planned> lesions, LesionType type, int n, Dice dice) {
    for (int i = 0; i < n; i++) {
      // As many are hardly visible as are plain.
      double severity = dice.uniform(-0.55, 1);
      lesions.add(
          new Planned(
              type, dice.uniform(0, 1), dice.between(1, 2), severity, dice.side(), dice.bits()));
    }
  }

  /** The lesions that a view shows, each at levels of its own. */
  List<Lesion> at(Spine spine, IntPredicate visible) {
    List<Lesion> placed = new ArrayList<>();
    boolean[] taken = new boolean[spine.levels().size() + 1];
    for (Planned plan : lesions) {
      int levels = spans(plan);
      List<Integer> free = new ArrayList<>();
      for (int i = 0; i + levels < spine.levels().size(); i++) {
        boolean fits =
            !(spine.region() == Region.LUMBAR && i == 0 && levels == 0) && plan.in(spine.view());
        for (int k = i; k <= i + levels && fits; k++) {
          fits = visible.test(k) && !taken[k];
        }
        if (fits) {
          free.add(i);
        }
      }
      if (free.isEmpty()) {
        continue;
      }
      int level = nearest(plan.wanted(spine.region()), free);
      for (int k = level; k <= level + Math.max(0, levels - 1); k++) {
        taken[k] = true;
      }
      placed.add(
          new Lesion(
              plan.type(), level, levels, plan.severity(), plan.side(), new Dice(plan.bits())));
    }
    return placed;
  }

  /** So that both views show it at the same level, unless one of them cannot. */
  private static int nearest(int wanted, List<Integer> free) {
    return Collections.min(free, Comparator.comparingInt(level -> Math.abs(level - wanted)));
  }

  private static int spans(Planned plan) {
    return switch (plan.type()) {
      case SURGICAL_IMPLANT -> plan.levels();
      case VERTEBRAL_COLLAPSE, OTHER_LESIONS -> 0;
      default -> 1;
    };
  }

  /** Osteophytes at corners of visible bodies, near one another; worn discs have most of them. */
  List<Spur> spursAt(Spine spine, IntPredicate visible, Patient patient, Dice dice) {
    record Corner(int level, int side, int end, double order) {}
    List<Corner> corners = new ArrayList<>();
    boolean lateral = spine.view() == View.LATERAL;
    double focus = dice.uniform(0, spine.levels().size());
    for (int i = 0; i < spine.levels().size(); i++) {
      for (int end : new int[] {-1, 1}) {
        boolean sacrum = spine.region() == Region.LUMBAR && i == 0 && end < 0;
        for (int side : new int[] {-1, 1}) {
          double unlikely = lateral && side < 0 ? 4 : 0;
          double order = Math.abs(i + 0.5 * end - focus) + unlikely + dice.uniform(0, 3.5);
          if (visible.test(i) && !sacrum) {
            corners.add(new Corner(i, side, end, order));
          }
        }
      }
    }
    corners.sort(Comparator.comparingDouble(Corner::order));
    int count = Math.min(corners.size(), spurs == 0 ? 0 : dice.between((spurs + 1) / 2, spurs));
    double scale = spine.region() == Region.CERVICAL ? 0.6 : 1;
    List<Spur> drawn = new ArrayList<>();
    for (Corner corner : corners.subList(0, count)) {
      double u = dice.uniform(0, 1);
      double length = scale * (2.2 + (3 + 4.5 * patient.wear()) * u * u + 2 * u);
      drawn.add(
          new Spur(
              corner.level(),
              corner.side(),
              corner.end(),
              length,
              dice.uniform(0.05, 0.6),
              Math.min(1, 0.25 * u + dice.uniform(0.1, 0.9))));
    }
    return drawn;
  }
}

package io.spinexr.phantom;

import io.spinexr.finding.LesionType;
import io.spinexr.phantom.drawing.Dice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;

/** Decides which lesions a patient has and where. */
final class LesionPlan {
  private LesionPlan() {}

  /** The types to draw: none in nearly half of the patients, else one to four. */
  static List<LesionType> types(Dice dice) {
    List<LesionType> types = new ArrayList<>();
    // Some patients turn out normal because their lesions find no place.
    if (dice.chance(0.47)) {
      return types;
    }
    int count = dice.pick(List.of(1, 1, 1, 2, 2, 2, 3, 3, 4));
    while (types.size() < count) {
      LesionType type = dice.pick(LesionType.REFERENCE_LABELS);
      boolean onlyOnce =
          type == LesionType.SURGICAL_IMPLANT || type == LesionType.SPONDYLOLISTHESIS;
      if (!onlyOnce || !types.contains(type)) {
        types.add(type);
      }
    }
    return types;
  }

  /**
   * Finds each type a place of its own.
   *
   * @param visible whether a level lies well inside the field
   */
  static List<Lesion> place(List<LesionType> types, Spine spine, IntPredicate visible, Dice dice) {
    List<Lesion> lesions = new ArrayList<>();
    Set<Integer> taken = new HashSet<>();
    // The large ones first: they are the hardest to place.
    List<LesionType> ordered = new ArrayList<>(types);
    Collections.sort(ordered, (a, b) -> Integer.compare(reach(b), reach(a)));
    for (LesionType type : ordered) {
      int levels = type == LesionType.SURGICAL_IMPLANT ? dice.between(1, 2) : levels(type);
      List<Integer> free = new ArrayList<>();
      for (int i = 0; i + levels < spine.levels().size(); i++) {
        boolean fits = !(spine.region() == Region.LUMBAR && i == 0 && inBody(type));
        for (int k = i; k <= i + levels && fits; k++) {
          fits = visible.test(k);
        }
        if (fits && Collections.disjoint(taken, slots(type, i, levels))) {
          free.add(i);
        }
      }
      Dice own = dice.split();
      if (free.isEmpty()) {
        continue;
      }
      int level = own.pick(free);
      taken.addAll(slots(type, level, levels));
      double severity = own.chance(0.2) ? own.uniform(0, 0.3) : own.uniform(0.3, 1);
      lesions.add(new Lesion(type, level, levels, severity, own.side(), own));
    }
    return lesions;
  }

  private static boolean inBody(LesionType type) {
    return type == LesionType.VERTEBRAL_COLLAPSE || type == LesionType.OTHER_LESIONS;
  }

  private static int levels(LesionType type) {
    return inBody(type) ? 0 : 1;
  }

  /** Bodies have even slots, the discs above them odd ones. */
  private static Set<Integer> slots(LesionType type, int level, int levels) {
    int first =
        switch (type) {
          case SURGICAL_IMPLANT, SPONDYLOLISTHESIS, OTHER_LESIONS -> 2 * level;
          case VERTEBRAL_COLLAPSE -> 2 * level - 1;
          default -> 2 * level + 1;
        };
    Set<Integer> slots = new HashSet<>();
    for (int slot = first; slot < first + reach(type) + 2 * (levels - 1); slot++) {
      slots.add(slot);
    }
    slots.add(first);
    return slots;
  }

  private static int reach(LesionType type) {
    return switch (type) {
      case SURGICAL_IMPLANT, SPONDYLOLISTHESIS -> 3;
      case VERTEBRAL_COLLAPSE -> 5;
      default -> 1;
    };
  }
}

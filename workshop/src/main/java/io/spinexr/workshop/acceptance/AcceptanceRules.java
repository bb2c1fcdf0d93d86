package io.spinexr.workshop.acceptance;

import io.spinexr.workshop.comparison.Figure;
import io.spinexr.workshop.prediction.Attribute;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What a site demands of a model set before it goes live.
 *
 * @param counts how many there must be at least, so that the figures are worth anything
 * @param leftOut how many annotated images may be without a prediction at most, if that is limited
 * @param minimum what figures must reach
 * @param margins how much worse than the old set each figure may be at most, in [0,1]
 * @param subgroups what holds for parts of the patients
 */
public record AcceptanceRules(
    Map<Count, Integer> counts,
    Optional<Integer> leftOut,
    List<Minimum> minimum,
    Map<Figure, Double> margins,
    Optional<Subgroups> subgroups) {
  /** What is counted. */
  public enum Count {
    IMAGES,
    NORMAL,
    ABNORMAL,
    STUDIES;

    /** As the rules file names it. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Which number of a figure must reach a minimum. */
  public enum Part {
    VALUE("itself"),
    /** The lower end of the 95 % interval. */
    LOW("lower end of its interval");

    private final String display;

    Part(String display) {
      this.display = display;
    }

    /** For people. */
    public String display() {
      return display;
    }

    /** As the rules file names it. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One demand.
   *
   * @param limit in [0,1]
   */
  public record Minimum(Figure figure, Part part, double limit) {}

  /**
   * That no subgroup is much worse than all other images.
   *
   * @param attributes by which images are grouped
   * @param gaps how much worse each figure may be at most, in [0,1]
   * @param normal images that a group and its rest need to be judged, at least 1
   * @param abnormal the same of abnormal ones, at least 1
   */
  public record Subgroups(
      List<Attribute> attributes, Map<Figure, Double> gaps, int normal, int abnormal) {
    public Subgroups {
      attributes = List.copyOf(attributes);
      gaps = ordered(gaps, Figure.class);
    }
  }

  public AcceptanceRules {
    counts = ordered(counts, Count.class);
    minimum = List.copyOf(minimum);
    margins = ordered(margins, Figure.class);
  }

  private static <K extends Enum<K>, V> Map<K, V> ordered(Map<K, V> map, Class<K> keys) {
    Map<K, V> copy = new EnumMap<>(keys);
    copy.putAll(map);
    return Collections.unmodifiableMap(copy);
  }
}

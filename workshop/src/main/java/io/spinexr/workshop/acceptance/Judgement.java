package io.spinexr.workshop.acceptance;

import io.spinexr.workshop.evaluation.Measure;
import java.util.Locale;

/**
 * One rule and what became of it.
 *
 * @param key as the rules file names the rule, e.g. {@code minimum.auroc.low}
 * @param about what it is of, for people
 * @param demanded for people
 * @param found for people
 * @param limit what the rule demands: a number of images or a share
 * @param measure what was found; a count has no interval
 */
public record Judgement(
    String key,
    String about,
    String demanded,
    String found,
    double limit,
    Measure measure,
    Verdict verdict) {
  /** What became of a rule. */
  public enum Verdict {
    PASSED("passed"),
    FAILED("FAILED"),
    /** A group has too few images for figures to say anything. */
    NOT_JUDGED("too few to judge");

    private final String display;

    Verdict(String display) {
      this.display = display;
    }

    /** For people. */
    public String display() {
      return display;
    }

    /** As {@code acceptance.json} names it: {@code not_judged}. */
    public String code() {
      return name().toLowerCase(Locale.ROOT);
    }

    static Verdict of(boolean passed) {
      return passed ? PASSED : FAILED;
    }
  }
}

package io.spinexr.finding;

import java.util.Locale;

/**
 * What the AI says of an image or of a study, in one word: the only one that SQL, FHIR, cards and
 * command line use. In reading order: silence comes before "nothing found", because it must not
 * look like reassurance.
 */
public enum Verdict {
  /** An image's probability is at or above the threshold. */
  ABNORMAL_BY_CLASSIFIER("abnormal"),
  /**
   * Every image is below the threshold, but the decision rule keeps a confident finding of the
   * detector.
   */
  ABNORMAL_BY_DETECTOR("abnormal by detector only"),
  /** No image could be analysed: the AI says nothing. */
  NOT_ANALYSABLE("no image could be analysed"),
  /** The AI says nothing, because it is not made for such images. */
  OUT_OF_SCOPE("outside what the AI is made for"),
  /**
   * Every analysed image is below the threshold, without a finding. It does not exclude disease.
   */
  NOTHING_FOUND("no abnormality found");

  private final String display;

  Verdict(String display) {
    this.display = display;
  }

  /** For people, the same words everywhere. */
  public String display() {
    return display;
  }

  /** In lower case with hyphens, e.g. {@code abnormal-by-detector}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * Its place in reading order, from 0. Silence has one place whatever its reason; numbers that are
   * stored hold for all versions.
   */
  public int place() {
    return switch (this) {
      case ABNORMAL_BY_CLASSIFIER -> 0;
      case ABNORMAL_BY_DETECTOR -> 1;
      case NOT_ANALYSABLE, OUT_OF_SCOPE -> 2;
      case NOTHING_FOUND -> 3;
    };
  }

  /** Whether the AI points at something, by whichever network. */
  public boolean abnormal() {
    return this == ABNORMAL_BY_CLASSIFIER || this == ABNORMAL_BY_DETECTOR;
  }
}

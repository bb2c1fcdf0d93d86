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

  /** Whether the AI points at something, by whichever network. */
  public boolean abnormal() {
    return this == ABNORMAL_BY_CLASSIFIER || this == ABNORMAL_BY_DETECTOR;
  }
}

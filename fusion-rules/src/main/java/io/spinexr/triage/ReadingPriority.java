package io.spinexr.triage;

import java.util.Locale;

/**
 * How soon a study should be read, most urgent first. The codes are those of FHIR's
 * request-priority (http://hl7.org/fhir/request-priority), where asap outranks urgent.
 */
public enum ReadingPriority {
  STAT,
  ASAP,
  URGENT,
  ROUTINE;

  /** The FHIR code: {@code stat}, {@code asap}, {@code urgent} or {@code routine}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether this is read before {@code other}. */
  public boolean outranks(ReadingPriority other) {
    return compareTo(other) < 0;
  }
}

package io.spinexr.radiograph;

import java.util.Locale;

/** The steps of an analysis whose times are measured. */
public enum Stage {
  /** One image comes from the archive. */
  FETCH,
  /** Its pixels become an 8-bit image. */
  DECODE,
  /** The classifiers' inputs are made and the classifiers run. */
  CLASSIFY,
  /** The detector's input is made and the detector runs. */
  DETECT,
  /** The findings are drawn onto the image. */
  DRAW,
  /** The study's results are written as FHIR resources. */
  WRITE;

  /** In metrics and JSON: {@code fetch}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}

package io.spinexr.phantom.hard;

import io.spinexr.phantom.hard.exposure.XrayUnit;

/** Institutions that phantoms come from, each with an X-ray unit of its own habits. */
public enum Site {
  HOSPITAL(XrayUnit.HOSPITAL),
  PRACTICE(XrayUnit.PRACTICE),
  RURAL(XrayUnit.RURAL),
  EMERGENCY(XrayUnit.EMERGENCY);

  private final XrayUnit unit;

  Site(XrayUnit unit) {
    this.unit = unit;
  }

  public XrayUnit unit() {
    return unit;
  }
}

package io.spinexr.access;

import java.util.Locale;

/** What somebody who signs in may be here. One person can be several. */
public enum Role {
  /** Sees what cards link to, of own patients. */
  CLINICIAN,
  /** Reads the worklist, and says whether a result holds. */
  RADIOLOGIST,
  /** Keeps the server running, without patients' data. */
  INTEGRATOR,
  /** Changes results, model sets and patients on others' behalf. */
  ADMINISTRATOR,
  /** Reads who did what. */
  AUDITOR;

  /** As settings and people write it. */
  public String display() {
    return name().toLowerCase(Locale.ROOT);
  }
}

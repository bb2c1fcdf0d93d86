package io.spinexr.audit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** For what goes on, or is refused, whether or not it can be written down. */
public final class Unrecorded {
  private static final Logger LOG = LoggerFactory.getLogger(Unrecorded.class);

  private Unrecorded() {}

  /** Returns whether it was written down; otherwise the log says so. */
  public static boolean logged(Runnable record) {
    try {
      record.run();
      return true;
    } catch (AuditUnavailableException e) {
      LOG.error("the audit cannot be written: the database does not take it");
      return false;
    }
  }
}

package io.spinexr.fhir;

import java.util.Optional;

/**
 * Learns what becomes of our reports and Tasks, whoever changes them: a client, this service, or
 * other code in the process. It is called in the writer's transaction, before the commit: what it
 * writes to the same database stays or goes with the change, and if it fails, so does the change.
 *
 * <p>A change may be told more than once, and one that changes neither status nor interpreter too.
 */
public interface RecordListener {
  /**
   * @param status as FHIR writes it, e.g. {@code final}; empty if the report is deleted
   * @param interpreted whether the report names who interpreted it
   */
  void reportChanged(
      String studyUid, String modelSetId, Optional<String> status, boolean interpreted);

  /**
   * @param status as FHIR writes it, e.g. {@code in-progress}; empty if the Task is deleted
   */
  void taskChanged(String studyUid, String modelSetId, Optional<String> status);
}

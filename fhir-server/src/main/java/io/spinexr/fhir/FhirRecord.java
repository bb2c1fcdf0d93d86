package io.spinexr.fhir;

import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;

/** Where results are recorded: our own FHIR server, or the EHR's. */
public interface FhirRecord {
  /**
   * Writes a bundle of {@link FindingsBundle} or {@link FailureBundle}: all of it or nothing, and
   * any number of times with the same outcome.
   *
   * <ul>
   *   <li>What a person has taken over stays: a report that is no longer preliminary or has an
   *       interpreter keeps its content and its observations; a Task that is claimed, under way or
   *       done keeps its state.
   *   <li>Observations of an earlier analysis that the new one does not confirm become {@code
   *       entered-in-error}, and the report no longer refers to them.
   *   <li>A failed analysis never replaces an earlier success.
   * </ul>
   *
   * Writes that meet one another are repeated, a bounded number of times.
   *
   * @return where report and Task are now
   * @throws FhirRecordException if the server did not take it
   */
  Recorded write(Bundle bundle);

  /**
   * The relative address of a study's report by one model set, e.g. {@code DiagnosticReport/17}.
   *
   * @param modelSetId {@link io.spinexr.finding.ModelSet#id}
   */
  Optional<String> report(String studyUid, String modelSetId);
}

package io.spinexr.fhir;

import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.result.IdentityDispute;
import io.spinexr.result.MissingStudy;
import io.spinexr.result.Withdrawal;
import io.spinexr.study.OrderReference;
import io.spinexr.study.PatientStatement;
import java.time.Instant;
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
   *       interpreter keeps its content, its observations and its Task. Images that the study did
   *       not have before are added to it, with their observations, and get a Task of their own.
   *   <li>What other people set in a Task or an ImagingStudy stays, what is ours follows the newest
   *       analysis; a Task that is closed is not touched, but late images get one of their own.
   *   <li>What was withdrawn stays withdrawn; late images are then to be read without the AI.
   *   <li>Observations of an earlier analysis that the new one does not confirm become {@code
   *       entered-in-error}, and the report no longer refers to them.
   *   <li>Pictures of an earlier analysis that the new one does not have lose their content.
   *   <li>A server that is not ours and refuses pictures gets the report without them.
   *   <li>A failed analysis never replaces an earlier success.
   *   <li>A Patient that was merged stands for the one it was merged into. What images tell of a
   *       patient fills gaps on our own server and changes nothing.
   *   <li>Copies of orders are written to our own server only.
   *   <li>If several Patients have the identifier, findings are refused, and a failure is written
   *       without saying which of them is meant.
   * </ul>
   *
   * Writes that meet one another are repeated, a bounded number of times.
   *
   * @return where report and Task are now
   * @throws FhirRecordException if the server did not take it
   */
  Recorded write(Bundle bundle);

  /**
   * Where a study's report by one model set and its Task stand; empty if there is neither.
   *
   * @param modelSetId {@link io.spinexr.finding.ModelSet#id}
   * @throws FhirRecordException if the server did not answer
   */
  Optional<ReportState> reportState(String studyUid, String modelSetId);

  /**
   * Withdraws what a model set said of a study, for good: report and observations become {@code
   * entered-in-error}, and nothing of what they said stays in them or in the pictures; the Task is
   * cancelled, or loses the AI's report if somebody is at it. What people made their own stays. The
   * same again changes nothing.
   *
   * @throws FhirRecordException if the server did not take it
   */
  Withdrawn withdraw(Withdrawal withdrawal);

  /**
   * Asks people, by an urgent Task, whose images these are. One such Task stays for each study; it
   * is opened again by a dispute after it was closed.
   *
   * @return its address, {@code Task/...}
   * @throws FhirRecordException if the server did not take it
   */
  String dispute(IdentityDispute dispute);

  /**
   * Completes the Task of a dispute; one that is closed already stays as it is.
   *
   * @param outcome what was found out, without personal data
   * @param who found it out, as text for readers
   * @return the Task's address; empty if nobody disputed
   * @throws FhirRecordException if the server did not take it
   */
  Optional<String> resolveDispute(String studyUid, String outcome, String who, Instant at);

  /**
   * Asks people, by a Task, what became of a study that the archive does not list any more. Nothing
   * else changes. One such Task stays for each study; it is opened again when the study is missed
   * again.
   *
   * @return its address, {@code Task/...}
   * @throws FhirRecordException if the server did not take it
   */
  String missing(MissingStudy study);

  /**
   * Completes the Task of a missing study, because it was seen again; one that is closed already
   * stays as it is.
   *
   * @param outcome as a clause without personal data
   * @param who noticed it, as text for readers
   * @return the Task's address; empty if nobody missed it
   * @throws FhirRecordException if the server did not take it
   */
  Optional<String> seenAgain(String studyUid, String outcome, String who, Instant at);

  /**
   * What the server says of an order of its own; empty if it has none by this id.
   *
   * @param id logical id of the ServiceRequest
   * @throws FhirRecordException if the server did not answer
   */
  Optional<StandingOrder> order(String id);

  /**
   * Cancels the failed Task of an order, because its images came after all or nobody wants them any
   * more. One that somebody has taken over stays.
   *
   * @param orderKey {@link OrderReference#key}
   * @param reason as a clause without personal data
   * @return its address; empty if there is none
   * @throws FhirRecordException if the server did not take it
   */
  Optional<String> closeFailure(String orderKey, String reason, Instant at);

  /**
   * Merges the Patient with one identifier into the Patient with another, on our own server. The
   * retired Patient becomes inactive and says what replaced it; whatever referred to it refers to
   * the survivor, which has the retired identifier too, as an old one. Records of events
   * (Provenance, AuditEvent) stay as they are. The same again changes nothing.
   *
   * @throws FhirRecordException if an identifier is of several Patients or was merged into another
   *     one, or if the server is not ours
   */
  Merged merge(PatientMerge merge);

  /**
   * Brings name, birth date and sex of a Patient on our own server to what the EHR states, unless a
   * newer statement is known. Never creates a Patient, and changes only what differs.
   *
   * @return whether something changed
   * @throws FhirRecordException if the identifiers are of several Patients, or if the server is not
   *     ours
   */
  boolean correct(PatientStatement statement);

  /**
   * What our own server holds of one patient: the Patients with the identifiers, what refers to
   * them, and what is about the studies and orders; with pictures, history and what was deleted.
   *
   * @throws FhirRecordException if some of it is another patient's, too, if an identifier is of
   *     several Patients in use, or if the server is not ours
   */
  PatientHoldings held(PatientTraces traces);

  /**
   * Expunges what {@link #held} tells of, all of it or nothing: no version is left. The same again
   * changes nothing.
   *
   * @throws FhirRecordException as {@link #held}
   */
  void erase(PatientTraces traces);
}

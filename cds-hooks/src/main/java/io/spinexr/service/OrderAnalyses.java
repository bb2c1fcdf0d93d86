package io.spinexr.service;

import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.Restriction;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.StudyResult;
import io.spinexr.study.PatientStatement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where an imaging order meets the analyses of its patient's radiographs. */
public interface OrderAnalyses {
  /**
   * Remembers what a call says of whether AI may be used on its patient. To be called before
   * anything else is done for the patient.
   *
   * @return what is in the way, by this call or by what was known before
   */
  Optional<Restriction> restriction(PatientIdentity patient, List<PrivacyStatement> statements);

  /**
   * Remembers the order durably, sees to it that the patient's spine radiographs are analysed, and
   * tells what is known by the end of the time budget. Returns early when all of it is known. Does
   * nothing, and knows nothing, for a patient with a restriction.
   *
   * @param budget how long the caller can wait
   */
  OrderAnswer answer(ImagingOrder order, Duration budget);

  /**
   * The finished results of the active model set for a patient whose chart is opened, newest study
   * first. Remembers nothing and starts nothing; empty when nothing is finished or the patient
   * cannot be matched to images without doubt. Reads the database, so that the caller decides how
   * long to wait for it.
   */
  List<StudyResult> known(PatientIdentity patient);

  /**
   * The EHR does not want an order any more: the search for its images stops, and reports and Tasks
   * of its images do not name it any more. Nothing happens if the order is not known.
   */
  void end(OrderEnd end);

  /**
   * Acts on what an EHR that can be trusted says of a patient: the record is corrected durably, and
   * results whose images may not be the patient's after all are hidden and checked again.
   */
  void stated(PatientStatement statement);

  /**
   * A clinician says that a study's images are another patient's: nothing of it is shown to anybody
   * until a person decides, and a Task asks for that. The same again changes nothing.
   *
   * @param reportedBy who says so
   * @throws java.util.NoSuchElementException if there is no result of the study
   */
  void dispute(String studyUid, String reportedBy);
}

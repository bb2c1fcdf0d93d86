package io.spinexr.analysis;

import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import java.time.Duration;
import java.util.List;

/** Where an imaging order meets the analyses of its patient's radiographs. */
public interface OrderAnalyses {
  /**
   * Remembers the order durably, sees to it that the patient's spine radiographs are analysed, and
   * tells what is known by the end of the time budget. Returns early when all of it is known.
   *
   * @param budget how long the caller can wait
   */
  OrderAnswer answer(ImagingOrder order, Duration budget);

  /**
   * The finished results of the active model set for a patient whose chart is opened, newest study
   * first. Remembers nothing and starts nothing; empty when nothing is finished or the patient
   * cannot be matched to images without doubt.
   *
   * @param budget how long the caller can wait
   */
  List<StudyResult> known(PatientIdentity patient, Duration budget);
}

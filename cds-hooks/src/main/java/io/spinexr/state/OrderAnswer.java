package io.spinexr.state;

import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * What is known about an order's patient within the time budget.
 *
 * @param orderKey stable key of the remembered order: {@code /orders/{orderKey}} shows its state
 * @param finished results of the active model set, newest study first
 * @param running how many studies are still being analysed
 * @param notices what the clinician must be told beside the results
 */
public record OrderAnswer(
    String orderKey, List<StudyResult> finished, int running, Set<Notice> notices) {
  /** Why there may be less than expected. */
  public enum Notice {
    /** The archive holds no spine radiograph of the patient yet; the order is remembered. */
    NO_IMAGES_YET,
    /**
     * The archive's images could not be matched to the patient: birth date, sex or issuer disagree.
     */
    IMAGES_NOT_MATCHED,
    /** None of the patient's identifiers is of a system that is mapped to the archive. */
    NO_MAPPED_IDENTIFIER,
    /** The archive did not answer, or not with DICOMweb; the search goes on by itself. */
    ARCHIVE_UNAVAILABLE,
    /** Whether images exist is not known within the time budget; the search goes on by itself. */
    STILL_SEARCHING,
    /** An analysis was given up; its Task says why. */
    ANALYSIS_FAILED,
    /** There was a result, and it must not be shown: withdrawn, disputed, or its models hidden. */
    RESULT_WITHHELD,
    /**
     * The archive holds radiographs of the patient, and neither body part nor description nor
     * procedure code tells whether they show the spine.
     */
    IMAGES_NOT_DESCRIBED
  }

  public OrderAnswer {
    Objects.requireNonNull(orderKey, "orderKey");
    finished = List.copyOf(finished);
    notices = Set.copyOf(notices);
  }
}

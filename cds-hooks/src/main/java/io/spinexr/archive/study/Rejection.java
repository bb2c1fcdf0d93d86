package io.spinexr.archive.study;

import java.util.Arrays;
import java.util.Optional;

/**
 * Why an archive takes images back: the titles of rejection notes (DICOM PS3.16 CID 7031, IHE
 * IOCM). Data Retention Policy Expired (113039) is not among them: it says nothing against images.
 */
public enum Rejection {
  PATIENT_SAFETY("113037", "rejected for patient safety reasons"),
  WRONG_WORKLIST_ENTRY("113038", "made under an incorrect modality worklist entry"),
  QUALITY("113001", "rejected for quality reasons");

  private final String code;
  private final String words;

  Rejection(String code, String words) {
    this.code = code;
    this.words = words;
  }

  /** By the code value of the scheme DCM. */
  static Optional<Rejection> of(String code) {
    return Arrays.stream(values()).filter(reason -> reason.code.equals(code)).findFirst();
  }

  static Rejection graver(Rejection one, Rejection other) {
    return one.compareTo(other) <= 0 ? one : other;
  }

  /** As a clause about images. */
  public String words() {
    return words;
  }
}

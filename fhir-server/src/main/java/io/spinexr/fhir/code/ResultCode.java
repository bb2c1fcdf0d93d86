package io.spinexr.fhir.code;

import io.spinexr.finding.Verdict;
import java.util.Locale;
import org.hl7.fhir.r4.model.CodeableConcept;

/** What our code system {@link Codes#AI_RESULT} holds. */
public enum ResultCode {
  ABNORMALITY_PROBABILITY(
      "Probability of abnormality",
      "Probability in [0,1] that an image shows any abnormality, by the classifiers."),
  ABNORMALITY_THRESHOLD(
      "Abnormality threshold", "Probability from which on an image counts as abnormal."),
  DETECTED_LESION("Detected lesion", "A lesion that a detector found on an image."),
  DETECTION_SCORE("Detection score", "The detector's confidence in a lesion, in [0,1]."),
  KEEP_SCORE(
      "Keep score", "Score that a lesion needs to be reported on an image below the threshold."),
  IMAGE_WIDTH("Image width", "Width of the original image in pixels."),
  IMAGE_HEIGHT("Image height", "Height of the original image in pixels."),
  BOX_LEFT("Left edge of the box", "In pixels from the left edge of the image."),
  BOX_TOP("Top edge of the box", "In pixels from the top edge of the image."),
  BOX_RIGHT("Right edge of the box", "In pixels from the left edge of the image."),
  BOX_BOTTOM("Bottom edge of the box", "In pixels from the top edge of the image."),
  SHA256("SHA-256", "Hash over the files of a model."),
  MODEL_TASK("Model task", "What a model does: classification or detection."),
  ABNORMAL_BY_CLASSIFIER(
      "Abnormal by the AI's classifier",
      "The probability of abnormality of an image is at or above the threshold."),
  ABNORMAL_BY_DETECTOR(
      "Abnormal by the AI's detector alone",
      "Every image is below the threshold, but the decision rule keeps a confident finding of the"
          + " detector."),
  NOT_ANALYSABLE("Not analysable by AI", "No image could be analysed: the AI says nothing."),
  OUT_OF_SCOPE(
      "Outside what the AI is made for",
      "No image is one that the AI is made for, so it says nothing."),
  NOTHING_FOUND(
      "Nothing found by AI",
      "Every analysed image is below the threshold, without a finding. It does not exclude"
          + " disease."),
  /** In resources of version 0.1. */
  ABNORMAL(
      "Abnormal by AI",
      "At least one image is abnormal by the classifier, or has a confident finding of the"
          + " detector."),
  /** In resources of version 0.1. */
  NO_ABNORMALITY_DETECTED(
      "No abnormality detected by AI",
      "No analysed image is abnormal by the classifier or has a confident finding of the detector."
          + " It does not exclude disease.");

  private final String display;
  private final String definition;

  ResultCode(String display, String definition) {
    this.display = display;
    this.definition = definition;
  }

  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public String display() {
    return display;
  }

  /** As part of a sentence. */
  public String words() {
    return code().replace('-', ' ');
  }

  String definition() {
    return definition;
  }

  /** Whether it is kept only so that older resources stay readable. */
  boolean deprecated() {
    return this == ABNORMAL || this == NO_ABNORMALITY_DETECTED;
  }

  public static ResultCode of(Verdict verdict) {
    return valueOf(verdict.name());
  }

  public CodeableConcept concept() {
    return Codes.concept(Codes.AI_RESULT, code(), display).setText(display);
  }
}

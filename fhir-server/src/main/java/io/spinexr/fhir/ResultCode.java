package io.spinexr.fhir;

import java.util.Locale;
import org.hl7.fhir.r4.model.CodeableConcept;

/** What our code system {@link Codes#AI_RESULT} holds. */
enum ResultCode {
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
  ABNORMAL("Abnormal by AI", "At least one image is abnormal by the classifiers."),
  NO_ABNORMALITY_DETECTED(
      "No abnormality detected by AI",
      "No analysed image is abnormal by the classifiers. It does not exclude disease."),
  NOT_ANALYSABLE("Not analysable by AI", "No image could be analysed: the AI says nothing.");

  private final String display;
  private final String definition;

  ResultCode(String display, String definition) {
    this.display = display;
    this.definition = definition;
  }

  String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String display() {
    return display;
  }

  String definition() {
    return definition;
  }

  CodeableConcept concept() {
    return Codes.concept(Codes.AI_RESULT, code(), display).setText(display);
  }
}

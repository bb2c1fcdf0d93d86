package io.spinexr.fhir.code;

import java.util.Locale;
import org.hl7.fhir.r4.model.CodeableConcept;

/** What our code system {@link Codes#WORKLIST} holds. */
public enum WorklistCode {
  READ_RADIOGRAPH("Read radiograph", "A radiologist is to read a study."),
  AI_REPORT("AI report", "The report of the AI, to be confirmed or refuted by the reader."),
  AI_IMAGE_RESULT(
      "AI result of an image", "What the AI observed on one image, for the reader to check."),
  AWAITING_READING("Awaiting reading", "The AI is done; nobody has read the study yet."),
  IMAGES_NEVER_CAME(
      "Images never came", "No images came within the time that an order is remembered."),
  ANALYSIS_FAILED(
      "Analysis failed", "The AI could not analyse the study; it is to be read without."),
  AI_RESULT_WITHDRAWN(
      "AI result withdrawn", "What the AI said of the study is withdrawn and does not count."),
  IDENTITY_DISPUTED(
      "Check whose images these are",
      "A clinician says that the images are another patient's; a person is to find out."),
  STUDY_MISSING(
      "Check whether the study still exists",
      "The archive does not list the study any more; a person is to find out why."),
  IMAGES_CAME_LATE(
      "Images came late", "Images came after the study was read; they are to be read, too."),
  NEW_IMAGE("New image", "An image that came after the study was read."),
  TRIAGE_PRIORITY("Priority by triage", "The priority of reading that the findings ask for."),
  ORDERED_PRIORITY("Priority by order", "The priority that the most urgent order asks for."),
  VERDICT("Verdict", "What the AI says of the study, in one word.");

  private final String display;
  private final String definition;

  WorklistCode(String display, String definition) {
    this.display = display;
    this.definition = definition;
  }

  public String code() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  String display() {
    return display;
  }

  String definition() {
    return definition;
  }

  public CodeableConcept concept() {
    return Codes.concept(Codes.WORKLIST, code(), display).setText(display);
  }
}

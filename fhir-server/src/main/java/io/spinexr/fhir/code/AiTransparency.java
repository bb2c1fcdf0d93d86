package io.spinexr.fhir.code;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.CodeSystemContentMode;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Enumerations.PublicationStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.MetadataResource;
import org.hl7.fhir.r4.model.Reference;

/**
 * What we use of HL7's guide AI Transparency on FHIR ({@code hl7.fhir.uv.aitransparency}, draft
 * 0.1.0 for R4): names as in its definitions of Device, Provenance and AIconfidence.
 */
public final class AiTransparency {
  private static final String GUIDE = "http://hl7.org/fhir/uv/aitransparency";
  public static final String CONFIDENCE = GUIDE + "/StructureDefinition/AIconfidence";
  static final String KIND = GUIDE + "/StructureDefinition/aitransparency.AIKind";
  static final String MODEL_CARD =
      GUIDE + "/StructureDefinition/aitransparency.modelCardDescription";
  private static final String DEVICE_TYPE = GUIDE + "/CodeSystem/AIdeviceTypeCS";
  private static final String INPUT = GUIDE + "/CodeSystem/AIinputsCS";

  private AiTransparency() {}

  /** The type of a Device that is an AI, and the role of one that made something. */
  public static CodeableConcept artificialIntelligence() {
    return Codes.concept(
        DEVICE_TYPE, "Artificial-Intelligence", "All kinds of Artificial Intelligence");
  }

  /** The kind of all our models. */
  static Extension deepLearning() {
    return new Extension(
        KIND, Codes.concept(DEVICE_TYPE, "Deep-Learning-Models", "Deep Learning Models"));
  }

  static Extension modelCard(Reference card) {
    return new Extension(MODEL_CARD, card.copy());
  }

  /**
   * How sure the AI is of what carries the extension.
   *
   * @param certainty in [0,1]
   */
  public static Extension confidence(double certainty) {
    BigDecimal rounded = DeviceResource.fraction(certainty).getValue();
    return new Extension(CONFIDENCE, new DecimalType(rounded));
  }

  public static CodeableConcept input(String code, String display) {
    return Codes.concept(INPUT, code, display);
  }

  /** As much of the guide's definitions as a validator of our resources needs. */
  public static List<MetadataResource> definitions() {
    List<MetadataResource> definitions = new ArrayList<>();
    definitions.add(
        codes(
            DEVICE_TYPE,
            "AIdeviceTypeCS",
            artificialIntelligence(),
            (CodeableConcept) deepLearning().getValue()));
    definitions.add(
        codes(
            INPUT,
            "AIinputsCS",
            input("AIModelCard", "AI Model-Card"),
            input("AIModelCardMarkdownFormat", "Markdown Format")));
    definitions.add(Extensions.simple(CONFIDENCE, "AIconfidence", "Element", "decimal"));
    definitions.add(Extensions.simple(KIND, "AIKind", "Device", "CodeableConcept"));
    definitions.add(Extensions.simple(MODEL_CARD, "ModelCardDescription", "Device", "Reference"));
    return definitions;
  }

  private static CodeSystem codes(String url, String name, CodeableConcept... concepts) {
    CodeSystem system = new CodeSystem();
    system.setUrl(url).setName(name).setStatus(PublicationStatus.DRAFT);
    system.setCaseSensitive(true).setContent(CodeSystemContentMode.COMPLETE);
    for (CodeableConcept concept : concepts) {
      system
          .addConcept()
          .setCode(concept.getCodingFirstRep().getCode())
          .setDisplay(concept.getCodingFirstRep().getDisplay());
    }
    return system;
  }
}

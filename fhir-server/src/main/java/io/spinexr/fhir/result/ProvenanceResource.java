package io.spinexr.fhir.result;

import io.spinexr.fhir.code.AiTransparency;
import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.code.Narratives;
import io.spinexr.fhir.study.ImagingStudyResource;
import io.spinexr.result.AnalysedStudy;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;

/** Who or what made or changed resources, and why -> Provenance. */
public final class ProvenanceResource {
  private ProvenanceResource() {}

  /** Which models made the targets, from which images; and what the models are. */
  public static Provenance of(
      AnalysedStudy study,
      List<Reference> targets,
      List<Reference> devices,
      List<Reference> modelCards) {
    Provenance provenance = new Provenance().setRecorded(Date.from(study.analysedAt()));
    ArtificialIntelligenceLabel.mark(provenance);
    provenance.setText(
        Narratives.of("Made by artificial intelligence: " + study.findings().models().id()));
    targets.forEach(target -> provenance.addTarget(target.copy()));
    provenance.setActivity(
        Codes.concept(Codes.HL7 + "v3-DataOperation", "CREATE", "create")
            .setText("Analysis of radiographs by artificial intelligence"));
    provenance.addReason(ArtificialIntelligenceLabel.concept());
    for (Reference device : devices) {
      provenance
          .addAgent()
          .addRole(AiTransparency.artificialIntelligence())
          .setType(
              Codes.concept(Codes.HL7 + "provenance-participant-type", "assembler", "Assembler"))
          .setWho(device.copy());
    }
    study.findings().images().stream()
        .map(image -> image.image().sopInstanceUid())
        .map(ProvenanceResource::image)
        .forEach(
            image -> provenance.addEntity().setRole(ProvenanceEntityRole.SOURCE).setWhat(image));
    for (Reference card : modelCards) {
      provenance.addEntity().setRole(ProvenanceEntityRole.DERIVATION).setWhat(card.copy());
    }
    return provenance;
  }

  /**
   * What a person did to resources that were there.
   *
   * @param operation code of HL7's DataOperation
   * @param purpose of HL7's PurposeOfUse
   * @param who as text
   */
  public static Provenance of(
      String operation,
      String activity,
      Coding purpose,
      String reason,
      String who,
      Instant at,
      List<Reference> targets) {
    Provenance provenance = new Provenance().setRecorded(Date.from(at));
    provenance.setText(Narratives.of(activity + ": " + reason));
    targets.forEach(target -> provenance.addTarget(target.copy()));
    provenance.setActivity(
        Codes.concept(Codes.HL7 + "v3-DataOperation", operation, operation.toLowerCase(Locale.ROOT))
            .setText(activity));
    provenance.addReason(new CodeableConcept(purpose).setText(reason));
    provenance
        .addAgent()
        .setType(Codes.concept(Codes.HL7 + "provenance-participant-type", "author", "Author"))
        .setWho(new Reference().setDisplay(who));
    return provenance;
  }

  private static Reference image(String sopInstanceUid) {
    return new Reference()
        .setIdentifier(
            new Identifier()
                .setSystem(Codes.DICOM_UID)
                .setValue(ImagingStudyResource.urn(sopInstanceUid)));
  }
}

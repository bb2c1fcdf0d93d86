package io.spinexr.fhir.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.spinexr.fhir.Examples;
import io.spinexr.fhir.result.FindingsBundle;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Endpoint;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

/** Who made what, how sure it is, and who answers for it: in each resource that says so. */
class AiTransparencyTest {
  private static final String AI = "Artificial-Intelligence";

  private final Bundle bundle = FindingsBundle.of(Examples.analysed("1.2.3", 2), Examples.ISSUER);

  @Test
  void labelsWhatTheAiAsserts() {
    assertThat(
            bundle.getEntry().stream()
                .map(BundleEntryComponent::getResource)
                .filter(r -> r.getMeta().getSecurityFirstRep().getCode() != null)
                .filter(r -> r.getMeta().getSecurityFirstRep().getCode().equals("AIAST"))
                .map(Resource::fhirType)
                .distinct())
        .containsExactly("Observation", "DiagnosticReport", "Binary", "Task", "Provenance");
  }

  @Test
  void saysHowTheResultCameAbout() {
    Provenance provenance = all(Provenance.class).get(0);
    assertThat(provenance.getReasonFirstRep().getCodingFirstRep().getCode()).isEqualTo("AIAST");
    assertThat(provenance.getAgent())
        .hasSize(3)
        .allMatch(agent -> agent.getRoleFirstRep().getCodingFirstRep().getCode().equals(AI))
        .allMatch(agent -> resolve(agent.getWho()) instanceof Device);
    assertThat(provenance.getTarget().stream().map(target -> resolve(target).fhirType()))
        .containsExactly(
            "DiagnosticReport", "Task", "Observation", "Observation", "Observation", "Observation");
    assertThat(provenance.getEntity())
        .filteredOn(entity -> entity.getRole() == ProvenanceEntityRole.DERIVATION)
        .hasSize(2)
        .allMatch(entity -> resolve(entity.getWhat()) instanceof DocumentReference);
  }

  @Test
  void givesEveryModelACardThatIsWhole() throws Exception {
    List<DocumentReference> cards = all(DocumentReference.class);
    assertThat(cards).hasSize(2);
    Attachment card = cards.get(0).getContentFirstRep().getAttachment();
    assertThat(card.getContentType()).isEqualTo("text/markdown");
    assertThat(new String(card.getData(), StandardCharsets.UTF_8)).isEqualTo("# densenet-demo\n");
    assertWhole(card);
    assertThat(all(Device.class))
        .allMatch(device -> device.getType().getCodingFirstRep().getCode().equals(AI))
        .extracting(device -> device.getExtensionsByUrl(AiTransparency.MODEL_CARD).size())
        .containsExactly(2, 1, 1);
  }

  @Test
  void saysHowSureItIsOfEachObservation() {
    assertThat(all(Observation.class))
        .extracting(
            observation -> observation.getCode().getCodingFirstRep().getCode(),
            AiTransparencyTest::certainty)
        .containsExactly(
            tuple("abnormality-probability", "0.8731"),
            tuple("detected-lesion", "0.9000"),
            tuple("detected-lesion", "0.8000"),
            tuple("abnormality-probability", "none"));
  }

  private static String certainty(Observation observation) {
    return observation.getExtensionsByUrl(AiTransparency.CONFIDENCE).stream()
        .map(extension -> ((DecimalType) extension.getValue()).getValueAsString())
        .findFirst()
        .orElse("none");
  }

  @Test
  void namesTheOperatorAsPerformer() {
    Stream<Reference> performers =
        Stream.concat(
            all(DiagnosticReport.class).stream().flatMap(r -> r.getPerformer().stream()),
            all(Observation.class).stream().flatMap(o -> o.getPerformer().stream()));
    assertThat(performers)
        .hasSize(5)
        .allSatisfy(
            performer ->
                assertThat(((Organization) resolve(performer)).getName())
                    .isEqualTo("Example Hospital"));
  }

  @Test
  void showsTheReportAsAPageThatIsWhole() throws Exception {
    Attachment page = all(DiagnosticReport.class).get(0).getPresentedFormFirstRep();
    assertWhole(page);
    assertThat(new String(page.getData(), StandardCharsets.UTF_8))
        .startsWith("<!DOCTYPE html>")
        .contains(
            "<meta charset=\"UTF-8\"",
            "<title>AI findings, not a diagnosis: radiograph of the lumbar spine</title>",
            "AI result, not a diagnosis",
            "Abnormal by the classifier",
            "<td>Vertebral collapse</td><td>0.90</td>",
            "multi-frame image with 30 frames",
            "<li>densenet-demo 1.0.0 (classification)</li>")
        .doesNotContain("Muster", "MRN-4711");
  }

  @Test
  void namesWhereAStudyCanBeSeen() {
    assertThat(all(ImagingStudy.class).get(0).getEndpoint())
        .extracting(reference -> (Endpoint) resolve(reference))
        .extracting(
            endpoint -> endpoint.getConnectionType().getCode(),
            Endpoint::getAddress,
            endpoint -> endpoint.getPayloadMimeType().get(0).getValue())
        .containsExactly(
            tuple("dicom-wado-rs", "https://pacs.example.org/dicom-web", "application/dicom"),
            tuple("findings-page", "https://spinexr.example.org", "text/html"));
  }

  private static void assertWhole(Attachment attachment) throws Exception {
    assertThat(attachment.getSize()).isEqualTo(attachment.getData().length);
    assertThat(attachment.getHash())
        .isEqualTo(MessageDigest.getInstance("SHA-1").digest(attachment.getData()));
  }

  private Resource resolve(Reference reference) {
    return bundle.getEntry().stream()
        .filter(entry -> entry.getFullUrl().equals(reference.getReference()))
        .map(BundleEntryComponent::getResource)
        .findFirst()
        .orElseThrow();
  }

  private <T extends Resource> List<T> all(Class<T> type) {
    return bundle.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }
}

package io.spinexr.cds.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.request.FhirReference;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.Code;
import io.spinexr.order.Restriction;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What resources of the chart say of whether AI may be used. Labels that cannot be read say
 * nothing.
 */
public final class PrivacyLabels {
  /** Of FHIR R4, of STU3, and its OID. */
  private static final Set<String> CONFIDENTIALITY =
      Set.of(
          "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
          "http://hl7.org/fhir/v3/Confidentiality",
          "urn:oid:2.16.840.1.113883.5.25");

  private final Set<String> confidential;
  private final Set<Code> optOut;

  public PrivacyLabels(PrivacyProperties properties) {
    confidential = properties.confidentiality();
    optOut = properties.optOut();
  }

  /** Whether a Patient or an order says of itself that it is confidential. */
  boolean confidential(JsonObject resource) {
    return elements(resource.node().path("meta").path("security"))
        .anyMatch(
            label ->
                CONFIDENTIALITY.contains(label.path("system").asText().strip())
                    && confidential.contains(label.path("code").asText().strip()));
  }

  /** What the Patient's own labels say. */
  public Optional<Restriction> ofPatient(JsonObject patient) {
    if (confidential(patient)) {
      return Optional.of(Restriction.CONFIDENTIAL);
    }
    JsonNode meta = patient.node().path("meta");
    return optedOut(Stream.concat(elements(meta.path("security")), elements(meta.path("tag"))));
  }

  /** What a Consent says of the patient; others' Consents say nothing. */
  Optional<Restriction> ofConsent(JsonNode consent, String patientId) {
    JsonNode provision = consent.path("provision");
    boolean denies =
        consent.path("resourceType").asText().equals("Consent")
            && consent.path("status").asText().equals("active")
            && provision.path("type").asText().equals("deny")
            && FhirReference.parse(consent.path("patient").path("reference").asText())
                .filter(patient -> patient.name().equals("Patient/" + patientId))
                .isPresent();
    return denies
        ? optedOut(
            Stream.of(
                    elements(consent.path("category")).flatMap(PrivacyLabels::codings),
                    elements(provision.path("code")).flatMap(PrivacyLabels::codings),
                    elements(provision.path("purpose")),
                    elements(provision.path("securityLabel")))
                .flatMap(codings -> codings))
        : Optional.empty();
  }

  private Optional<Restriction> optedOut(Stream<JsonNode> codings) {
    return codings
            .map(
                coding ->
                    new String[] {coding.path("system").asText(), coding.path("code").asText()})
            .filter(coding -> !coding[0].isBlank() && !coding[1].isBlank())
            .anyMatch(coding -> optOut.contains(new Code(coding[0], coding[1])))
        ? Optional.of(Restriction.OPTED_OUT)
        : Optional.empty();
  }

  private static Stream<JsonNode> codings(JsonNode concept) {
    return elements(concept.path("coding"));
  }

  private static Stream<JsonNode> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}

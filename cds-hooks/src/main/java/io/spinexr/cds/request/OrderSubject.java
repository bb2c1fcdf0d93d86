package io.spinexr.cds.request;

import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.FhirServerUrl;
import io.spinexr.study.PatientIdentifier;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Who an order may be for: the patient whose chart is open, in each of the ways in which FHIR can
 * name a subject (http://hl7.org/fhir/R4/references.html).
 *
 * <ul>
 *   <li>{@code Patient/1}, of any version;
 *   <li>the same with the address of {@code fhirServer}, or, when the call names none, with that of
 *       the prefetched Patient's entry or of a registered server of the client;
 *   <li>{@code #contained}, or the full URL of a draft's entry: a Patient who has one of the
 *       identifiers, or the same id and no other identifier of the same system;
 *   <li>the full URL of the prefetched Patient's entry;
 *   <li>an identifier, exactly one of the patient's; beside a reference both must agree.
 * </ul>
 *
 * @param patient as the chart has it
 * @param drafts among which a full URL is looked for
 * @param permitted whether a server is one of the client's
 */
public record OrderSubject(
    ChartPatient patient,
    Optional<FhirServerUrl> fhirServer,
    List<ChartResource> drafts,
    Predicate<FhirServerUrl> permitted) {
  private static final String REFERENCE_RULE = "must be the patient of context.patientId";
  private static final String IDENTIFIER_RULE =
      "must be a system and value that the patient of context.patientId has now";
  private static final Set<String> TYPE =
      Set.of("Patient", "http://hl7.org/fhir/StructureDefinition/Patient");

  public OrderSubject {
    Objects.requireNonNull(patient, "patient");
    Objects.requireNonNull(fhirServer, "fhirServer");
    drafts = List.copyOf(drafts);
    Objects.requireNonNull(permitted, "permitted");
  }

  /**
   * @throws CdsException 400 unless the order is for the patient
   */
  public void require(JsonObject order) {
    JsonObject subject =
        order
            .optionalObject("subject")
            .orElseThrow(() -> CdsException.missing(order.pathOf("subject.reference")));
    Optional<String> reference = subject.optionalText("reference");
    Optional<PatientIdentifier> identifier =
        subject.optionalObject("identifier").flatMap(OrderSubject::identifier);
    Optional<String> type = subject.optionalText("type");
    if (reference.isEmpty() && identifier.isEmpty()) {
      throw subject.optional("identifier").isPresent()
          ? CdsException.invalid(subject.pathOf("identifier"), IDENTIFIER_RULE)
          : CdsException.missing(subject.pathOf("reference"));
    }
    if (reference.isPresent() && !isPatient(order, reference.get())) {
      throw CdsException.invalid(subject.pathOf("reference"), REFERENCE_RULE);
    }
    if (identifier.isPresent() && !has(identifier.get())) {
      throw CdsException.invalid(subject.pathOf("identifier"), IDENTIFIER_RULE);
    }
    if (type.isPresent() && !TYPE.contains(type.get())) {
      throw CdsException.invalid(subject.pathOf("type"), "must be Patient");
    }
  }

  private static Optional<PatientIdentifier> identifier(JsonObject identifier) {
    Optional<String> value = identifier.optionalText("value");
    return identifier
        .optionalText("system")
        .filter(system -> value.isPresent())
        .map(system -> new PatientIdentifier(system, value.get()));
  }

  private boolean has(PatientIdentifier identifier) {
    return patient.identity().identifiers().contains(identifier);
  }

  private boolean isPatient(JsonObject order, String reference) {
    if (reference.startsWith("#")) {
      return areSamePerson(
          order.objects("contained").stream()
              .filter(r -> reference.substring(1).equals(r.node().path("id").textValue()))
              .toList());
    }
    if (reference.startsWith("urn:")) {
      Optional<String> fullUrl = Optional.of(reference);
      return patient.fullUrl().equals(fullUrl)
          || areSamePerson(
              drafts.stream()
                  .filter(draft -> draft.fullUrl().equals(fullUrl))
                  .map(ChartResource::json)
                  .toList());
    }
    return FhirReference.parse(reference)
        .filter(r -> r.type().equals("Patient") && r.id().equals(patient.identity().fhirId()))
        .filter(r -> r.server().map(this::isOurs).orElse(true))
        .isPresent();
  }

  /** Whether a Patient on this server is one on the EHR's. */
  private boolean isOurs(FhirServerUrl server) {
    return fhirServer.isPresent()
        ? fhirServer.get().equals(server)
        : patient
                .fullUrl()
                .flatMap(FhirReference::parse)
                .flatMap(FhirReference::server)
                .equals(Optional.of(server))
            || permitted.test(server);
  }

  private boolean areSamePerson(List<JsonObject> resources) {
    return !resources.isEmpty() && resources.stream().allMatch(this::isSamePerson);
  }

  private boolean isSamePerson(JsonObject resource) {
    if (!resource.node().path("resourceType").asText().equals("Patient")) {
      return false;
    }
    List<PatientIdentifier> stated =
        resource.objects("identifier").stream()
            .flatMap(identifier -> identifier(identifier).stream())
            .toList();
    Set<String> systems =
        patient.identity().identifiers().stream()
            .map(PatientIdentifier::system)
            .collect(Collectors.toSet());
    return stated.stream().anyMatch(this::has)
        || stated.stream().noneMatch(identifier -> systems.contains(identifier.system()))
            && patient.identity().fhirId().equals(resource.node().path("id").textValue());
  }
}

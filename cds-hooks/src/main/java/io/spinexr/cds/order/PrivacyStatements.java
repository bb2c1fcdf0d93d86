package io.spinexr.cds.order;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.request.CdsRequest;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.ChartPatient;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.PrivacyStatement.Basis;
import io.spinexr.order.Restriction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * What a call says of whether AI may be used on its patient, and whether that is to be believed.
 */
public final class PrivacyStatements {
  private final PrivacyLabels labels;

  public PrivacyStatements(PrivacyLabels labels) {
    this.labels = labels;
  }

  /**
   * The labels of the Patient, and the Consents if the client sends some as the prefetch {@code
   * consents}: nothing there is no statement.
   */
  public List<PrivacyStatement> of(
      CdsRequest request, ChartPatient patient, Optional<CdsProperties.Client> client) {
    List<PrivacyStatement> statements = new ArrayList<>();
    statements.add(
        new PrivacyStatement(
            Basis.LABEL,
            labels.ofPatient(patient.resource().json()),
            patient.resource().fetched() || client.isPresent()));
    request
        .prefetched(CdsService.CONSENTS)
        .filter(consents -> consents.path("resourceType").asText().equals("Bundle"))
        .ifPresent(
            bundle ->
                statements.add(
                    new PrivacyStatement(
                        Basis.CONSENT,
                        consents(bundle, patient.identity().fhirId()),
                        client.isPresent())));
    return List.copyOf(statements);
  }

  private Optional<Restriction> consents(JsonNode bundle, String patientId) {
    return StreamSupport.stream(bundle.path("entry").spliterator(), false)
        .flatMap(entry -> labels.ofConsent(entry.path("resource"), patientId).stream())
        .min(Comparator.naturalOrder());
  }
}

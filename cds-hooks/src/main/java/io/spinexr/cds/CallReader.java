package io.spinexr.cds;

import io.spinexr.cds.order.PatientReader;
import io.spinexr.cds.order.PrivacyStatements;
import io.spinexr.cds.request.CdsRequest;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.ChartData;
import io.spinexr.cds.request.ChartPatient;
import io.spinexr.cds.request.ChartResource;
import io.spinexr.cds.request.FhirReference;
import io.spinexr.cds.request.HookContext;
import io.spinexr.cds.request.OrderSubject;
import io.spinexr.cds.request.RequestReader;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.cds.token.FhirServers;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.Deadline;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.study.PatientStatement;
import java.util.List;
import java.util.Optional;

/** What a call is about: in the call itself, or on the client's FHIR server. */
final class CallReader {
  private final ChartData chart;
  private final FhirServers servers;
  private final PatientReader patientReader;
  private final PrivacyStatements privacy;

  CallReader(
      ChartData chart,
      FhirServers servers,
      PatientReader patientReader,
      PrivacyStatements privacy) {
    this.chart = chart;
    this.servers = servers;
    this.patientReader = patientReader;
    this.privacy = privacy;
  }

  /** The patient that the call is about. */
  ChartPatient patient(
      CdsRequest request, Optional<CdsProperties.Client> client, Deadline deadline) {
    String id = request.context().patientId();
    ChartResource resource =
        chart.get(CdsService.PATIENT, List.of("Patient/" + id), request, client, deadline).get(0);
    return new ChartPatient(resource.read(json -> patientReader.identity(id, json)), resource);
  }

  /** What the EHR says of the patient. */
  PatientStatement statement(ChartPatient patient) {
    return patientReader.statement(patient.resource().json(), patient.identity());
  }

  /** What the call says of whether AI may be used on the patient. */
  List<PrivacyStatement> statements(
      CdsRequest request, ChartPatient patient, Optional<CdsProperties.Client> client) {
    return privacy.of(request, patient, client);
  }

  /** Whose the orders of the call must be. */
  OrderSubject subject(
      CdsRequest request, ChartPatient patient, Optional<CdsProperties.Client> client) {
    return new OrderSubject(
        patient,
        request.fhirServer(),
        request.context().draftOrders(),
        server -> servers.permits(client, server));
  }

  /** The ServiceRequests that the call is about. */
  List<JsonObject> requests(
      CdsRequest request, Optional<CdsProperties.Client> client, Deadline deadline) {
    HookContext context = request.context();
    if (context instanceof HookContext.OrderDispatch dispatch) {
      return dispatched(dispatch.dispatchedOrders(), request, client, deadline);
    }
    return context.draftOrders().stream()
        .filter(draft -> draft.isA(RequestReader.SERVICE_REQUEST))
        .filter(
            draft ->
                !(context instanceof HookContext.OrderSelect select)
                    || select.selections().contains(draft.name())
                    || draft.fullUrl().filter(select.selections()::contains).isPresent())
        .map(ChartResource::json)
        .toList();
  }

  private List<JsonObject> dispatched(
      List<FhirReference> orders,
      CdsRequest request,
      Optional<CdsProperties.Client> client,
      Deadline deadline) {
    if (orders.isEmpty()) {
      return List.of();
    }
    List<String> names =
        orders.stream()
            .filter(order -> order.isOn(request.fhirServer()))
            .map(FhirReference::name)
            .distinct()
            .toList();
    if (names.isEmpty()) {
      throw CdsException.notObtainable(
          "context.dispatchedOrders", "names no order on the server of fhirServer");
    }
    // The other half of the time is for the patient and the analyses.
    return chart.get(CdsService.ORDERS, names, request, client, deadline.halfway()).stream()
        .map(ChartResource::json)
        .toList();
  }
}

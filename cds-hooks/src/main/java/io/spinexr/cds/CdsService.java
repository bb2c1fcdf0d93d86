package io.spinexr.cds;

import java.util.List;
import java.util.Map;

/**
 * One service as discovery lists it (CDS Hooks 2.0, Discovery).
 *
 * @param prefetch key to FHIR query template, for the client to fill before it calls
 */
record CdsService(
    CdsHook hook,
    String title,
    String description,
    String id,
    Map<String, String> prefetch,
    String usageRequirements) {
  /** Prefetch key of the Patient resource. */
  static final String PATIENT = "patient";

  /**
   * Prefetch key of the dispatched ServiceRequests, by agreement: CDS Hooks 2.0 has no template for
   * them, since a token must be a context field of one value and dispatchedOrders has many.
   */
  static final String ORDERS = "orders";

  private static final String USAGE =
      "Reads the Patient (identifiers, birth date, gender) from the prefetch, else from a"
          + " registered fhirServer. Dispatched ServiceRequests are read from a registered"
          + " fhirServer, unless a Bundle of them comes as the prefetch \"orders\".";

  private static final Map<String, String> PATIENT_ONLY =
      Map.of(PATIENT, "Patient/{{context.patientId}}");

  /** All services of this server. */
  static final List<CdsService> ALL =
      List.of(
          new CdsService(
              CdsHook.ORDER_SELECT,
              "SpineXR for selected spine X-ray orders",
              "Starts the AI analysis of the patient's spine radiographs when a spine X-ray is"
                  + " selected, and shows results that exist already.",
              "spinexr-order-select",
              PATIENT_ONLY,
              USAGE),
          new CdsService(
              CdsHook.ORDER_SIGN,
              "SpineXR for signed spine X-ray orders",
              "Shows AI findings on the patient's spine radiographs, analyses images as they"
                  + " arrive, and suggests a higher priority where findings ask for it.",
              "spinexr-order-sign",
              PATIENT_ONLY,
              USAGE),
          new CdsService(
              CdsHook.ORDER_DISPATCH,
              "SpineXR for dispatched spine X-ray orders",
              "As for signed orders, when the order goes out to the one who takes the images.",
              "spinexr-order-dispatch",
              PATIENT_ONLY,
              USAGE),
          new CdsService(
              CdsHook.PATIENT_VIEW,
              "SpineXR for an opened chart",
              "Shows finished AI results on the patient's spine radiographs; starts nothing.",
              "spinexr-patient-view",
              PATIENT_ONLY,
              USAGE));

  /**
   * @throws CdsException 404 when there is no such service
   */
  static CdsService withId(String id) {
    return ALL.stream()
        .filter(service -> service.id().equals(id))
        .findFirst()
        .orElseThrow(CdsException::unknownService);
  }
}

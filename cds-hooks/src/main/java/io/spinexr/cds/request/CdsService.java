package io.spinexr.cds.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One service as discovery lists it (CDS Hooks 2.0, Discovery).
 *
 * @param prefetch key to FHIR query template, for the client to fill before it calls
 */
public record CdsService(
    CdsHook hook,
    String title,
    String description,
    String id,
    Map<String, String> prefetch,
    String usageRequirements) {
  /**
   * One id for all hooks: so a client knows that the cards of a later hook replace those of an
   * earlier one (CDS Hooks 2.0, Update stale guidance).
   */
  public static final String ID = "spinexr";

  /** Prefetch key of the Patient resource. */
  public static final String PATIENT = "patient";

  /**
   * Prefetch key of the dispatched ServiceRequests, by agreement: CDS Hooks 2.0 has no template for
   * them, since a token must be a context field of one value and dispatchedOrders has many.
   */
  public static final String ORDERS = "orders";

  /**
   * Prefetch key of the patient's active Consents, by agreement: a template that an EHR without
   * Consents cannot fill would cost it more than it tells.
   */
  public static final String CONSENTS = "consents";

  private static final String USAGE =
      "Reads the Patient (identifiers, birth date, gender) from the prefetch, else from a"
          + " registered fhirServer. Dispatched ServiceRequests are read from a registered"
          + " fhirServer, unless a Bundle of them comes as the prefetch \"orders\"."
          + " Active Consents that come as the prefetch \"consents\", a Bundle, are honoured.";

  private static final Map<String, String> PATIENT_ONLY =
      Map.of(PATIENT, "Patient/{{context.patientId}}");

  /** All services of this server. */
  public static final List<CdsService> ALL =
      List.of(
          new CdsService(
              CdsHook.ORDER_SELECT,
              "SpineXR for selected spine X-ray orders",
              "Starts the AI analysis of the patient's spine radiographs when a spine X-ray is"
                  + " selected, and shows results that exist already.",
              ID,
              PATIENT_ONLY,
              USAGE),
          new CdsService(
              CdsHook.ORDER_SIGN,
              "SpineXR for signed spine X-ray orders",
              "Shows AI findings on the patient's spine radiographs, analyses images as they"
                  + " arrive, and suggests a higher priority where findings ask for it.",
              ID,
              PATIENT_ONLY,
              USAGE),
          new CdsService(
              CdsHook.ORDER_DISPATCH,
              "SpineXR for dispatched spine X-ray orders",
              "As for signed orders, when the order goes out to the one who takes the images.",
              ID,
              PATIENT_ONLY,
              USAGE),
          new CdsService(
              CdsHook.PATIENT_VIEW,
              "SpineXR for an opened chart",
              "Shows finished AI results on the patient's spine radiographs; starts nothing.",
              ID,
              PATIENT_ONLY,
              USAGE));

  /** Whether there is a service with this id. */
  public static boolean exists(String id) {
    return ALL.stream().anyMatch(service -> service.answersTo(id));
  }

  /**
   * The service that a call is for.
   *
   * @param id {@link #ID}, or the id of one hook only: {@code spinexr-order-sign}
   * @throws CdsException 404 when there is no such service, 400 when it has no such hook
   */
  public static CdsService called(String id, JsonNode request) {
    requireExists(id);
    if (!id.equals(ID)) {
      return ALL.stream().filter(service -> service.answersTo(id)).findFirst().orElseThrow();
    }
    String hook =
        new JsonObject("", request)
            .text(
                "hook",
                text -> ALL.stream().anyMatch(s -> s.hook().wireName().equals(text)),
                "must be one of "
                    + ALL.stream().map(s -> s.hook().wireName()).collect(Collectors.joining(", ")));
    return ALL.stream().filter(s -> s.hook().wireName().equals(hook)).findFirst().orElseThrow();
  }

  /**
   * @throws CdsException 404 when there is no such service
   */
  public static void requireExists(String id) {
    if (!exists(id)) {
      throw CdsException.unknownService();
    }
  }

  /** Clients whose addresses were typed in by hand go on calling an id of their hook. */
  private boolean answersTo(String called) {
    return called.equals(ID) || called.equals(ID + "-" + hook.wireName());
  }
}

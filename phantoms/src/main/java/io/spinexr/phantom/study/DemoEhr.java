package io.spinexr.phantom.study;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Plays an electronic health record that calls CDS Hooks when orders are signed. */
public final class DemoEhr {
  /** System of the patients' identifiers. */
  private static final String LOINC = "http://loinc.org";

  public static final String PATIENT_SYSTEM = "urn:oid:2.25.299346771043219071";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ObjectMapper json = new ObjectMapper();
  private final HttpClient http = HttpClient.newHttpClient();
  private final URI server;
  private volatile @Nullable String signService;

  public DemoEhr(URI server) {
    this.server = server;
  }

  /**
   * An order to sign.
   *
   * @param id of the ServiceRequest
   * @param code LOINC
   */
  public record Order(
      String id, SyntheticPatient patient, String accessionNumber, String code, String display) {}

  /**
   * A card as the EHR shows it.
   *
   * @param findings whether it tells findings of a study
   */
  public record Card(
      String summary,
      String indicator,
      boolean findings,
      List<String> suggestions,
      List<String> links) {}

  /** Signs an order and returns the cards. */
  public List<Card> sign(Order order) throws IOException, InterruptedException {
    String service = signService;
    if (service == null) {
      service = service("order-sign");
      signService = service;
    }
    JsonNode answer = post("/cds-services/" + service, request(order));
    List<Card> cards = new ArrayList<>();
    for (JsonNode card : answer.path("cards")) {
      List<String> links = texts(card.path("links"), "url");
      cards.add(
          new Card(
              card.path("summary").asText(),
              card.path("indicator").asText(),
              links.stream().anyMatch(link -> link.contains("/studies/")),
              texts(card.path("suggestions"), "label"),
              links));
    }
    return cards;
  }

  /** One resource of the FHIR server. */
  public JsonNode resource(String address) throws IOException, InterruptedException {
    return get("/fhir/" + address);
  }

  private String service(String hook) throws IOException, InterruptedException {
    for (JsonNode service : get("/cds-services").path("services")) {
      if (service.path("hook").asText().equals(hook)) {
        return service.path("id").asText();
      }
    }
    throw new IOException("the server offers no service for " + hook);
  }

  private ObjectNode request(Order order) {
    SyntheticPatient patient = order.patient();
    ObjectNode resource =
        json.valueToTree(
            Map.of(
                "resourceType", "Patient",
                "id", patient.id(),
                "gender", patient.sex().equals("F") ? "female" : "male",
                "birthDate", patient.birthDate().toString(),
                "identifier",
                    List.of(
                        Map.of("use", "official", "system", PATIENT_SYSTEM, "value", patient.id())),
                "name",
                    List.of(
                        Map.of(
                            "family", patient.familyName(),
                            "given", List.of(patient.givenName())))));
    ObjectNode draft =
        json.valueToTree(
            Map.of(
                "resourceType",
                "ServiceRequest",
                "id",
                order.id(),
                "status",
                "draft",
                "intent",
                "order",
                "priority",
                "routine",
                "subject",
                Map.of("reference", "Patient/" + patient.id()),
                "identifier",
                List.of(
                    Map.of(
                        "type",
                        Map.of(
                            "coding",
                            List.of(
                                Map.of(
                                    "system",
                                    "http://terminology.hl7.org/CodeSystem/v2-0203",
                                    "code",
                                    "ACSN"))),
                        "value",
                        order.accessionNumber())),
                "code",
                Map.of(
                    "coding",
                    List.of(
                        Map.of("system", LOINC, "code", order.code(), "display", order.display())),
                    "text",
                    order.display())));
    ObjectNode request = json.createObjectNode();
    request.put("hook", "order-sign");
    request.put("hookInstance", UUID.randomUUID().toString());
    ObjectNode context = request.putObject("context");
    context.put("userId", "Practitioner/demo");
    context.put("patientId", patient.id());
    ObjectNode orders = context.putObject("draftOrders");
    orders.put("resourceType", "Bundle").put("type", "collection");
    orders.putArray("entry").addObject().set("resource", draft);
    request.putObject("prefetch").set("patient", resource);
    return request;
  }

  private static List<String> texts(JsonNode array, String field) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.path(field).asText()));
    return texts;
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(server.resolve(path)).GET());
  }

  private JsonNode post(String path, JsonNode body) throws IOException, InterruptedException {
    return send(
        HttpRequest.newBuilder(server.resolve(path))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body))));
  }

  private JsonNode send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> response =
        http.send(
            request.timeout(PATIENCE).header("Accept", "application/json").build(),
            HttpResponse.BodyHandlers.ofByteArray());
    if (response.statusCode() != 200) {
      throw new IOException(
          "%s answered %d".formatted(response.uri().getPath(), response.statusCode()));
    }
    return json.readTree(response.body());
  }
}

package io.spinexr.cds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.wire.Json;
import java.nio.charset.StandardCharsets;

/** Requests as an EHR would send them, for tests to vary. */
public final class Requests {
  public static final String PATIENT =
      """
      {"resourceType": "Patient", "id": "1288992", "gender": "female", "birthDate": "1961-07-04",
       "identifier": [
         {"use": "official", "system": "urn:oid:1.2.36.146.595.217.0.1", "value": "MRN-77"},
         {"use": "old", "system": "urn:oid:1.2.36.146.595.217.0.1", "value": "MRN-OLD"},
         {"system": "urn:oid:1.2.36.146.595.217.0.1", "value": "MRN-ENDED",
          "period": {"end": "2020-01-01"}},
         {"value": "no-system"}],
       "name": [{"family": "Weatherwax", "given": ["Esmerelda"]}]}
      """;

  public static final String SPINE_ORDER =
      """
      {"resourceType": "ServiceRequest", "id": "order-1", "status": "draft", "intent": "order",
       "priority": "routine",
       "identifier": [{"type": {"coding": [
         {"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "ACSN"}]},
         "system": "urn:oid:1.2.3", "value": "ACC-1"}],
       "code": {"coding": [
         {"system": "http://loinc.org", "code": "24972-2", "display": "XR Lumbar spine Views"}]},
       "quantityQuantity": {"value": 1.10},
       "subject": {"reference": "Patient/1288992"}}
      """;

  public static final String BLOOD_ORDER =
      """
      {"resourceType": "ServiceRequest", "id": "order-2", "status": "draft", "intent": "order",
       "code": {"text": "Complete blood count"}, "subject": {"reference": "Patient/1288992"}}
      """;

  public static final String MEDICATION =
      """
      {"resourceType": "MedicationRequest", "id": "med-1", "status": "draft",
       "subject": {"reference": "Patient/1288992"}}
      """;

  private Requests() {}

  public static ObjectNode object(String json) {
    return (ObjectNode) value(json);
  }

  public static JsonNode value(String json) {
    return Json.read(json.getBytes(StandardCharsets.UTF_8));
  }

  private static ObjectNode request(String hook, String context) {
    return object(
        """
        {"hook": "%s", "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
         "context": %s, "prefetch": {"patient": %s}}
        """
            .formatted(hook, context, PATIENT));
  }

  public static ObjectNode sign(String... resources) {
    return request(
        "order-sign",
        """
        {"userId": "Practitioner/99", "patientId": "1288992", "encounterId": "enc-1",
         "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [%s]}}
        """
            .formatted(entries(resources)));
  }

  public static ObjectNode select(String selection, String... resources) {
    ObjectNode request = sign(resources);
    request.put("hook", "order-select");
    ((ObjectNode) request.get("context")).putArray("selections").add(selection);
    return request;
  }

  public static ObjectNode dispatch(String order) {
    ObjectNode request =
        request(
            "order-dispatch",
            """
            {"patientId": "1288992", "dispatchedOrders": ["ServiceRequest/order-1"],
             "performer": "Organization/radiology"}
            """);
    ((ObjectNode) request.get("prefetch")).set("orders", bundle(order));
    return request;
  }

  public static ObjectNode view() {
    return request(
        "patient-view", "{\"userId\": \"PractitionerRole/A2340113\", \"patientId\": \"1288992\"}");
  }

  public static ObjectNode bundle(String... resources) {
    return object(
        "{\"resourceType\": \"Bundle\", \"type\": \"searchset\", \"entry\": [%s]}"
            .formatted(entries(resources)));
  }

  private static String entries(String... resources) {
    StringBuilder entries = new StringBuilder();
    for (String resource : resources) {
      entries
          .append(entries.isEmpty() ? "" : ",")
          .append("{\"resource\": ")
          .append(resource)
          .append("}");
    }
    return entries.toString();
  }

  public static ObjectNode at(ObjectNode root, String pointer) {
    JsonNode node = root.at(pointer);
    return (ObjectNode) node;
  }
}

package io.spinexr.cds.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.RecordingAnalyses;
import io.spinexr.cds.Requests;
import io.spinexr.cds.Results;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.OrderEnd.Reason;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An order that the EHR says is over is told to the analyses, and answered without a card. */
class EndedOrdersTest {
  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static CdsServer server;

  @BeforeAll
  static void start() {
    server = new CdsServer(TestProperties.with(Map.of("budget", "20s")), ANALYSES);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    ANALYSES.forget();
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.normal("1.2.4")), 0);
  }

  private static OrderEnd end(String id, Reason reason) {
    return new OrderEnd("https://ehr.example.org/fhir", "1288992", id, reason);
  }

  private static String replacing(String order, String id, String replaced) {
    ObjectNode replacing = Requests.object(order).put("id", id);
    replacing.putArray("replaces").addObject().put("reference", replaced);
    return replacing.toString();
  }

  private static HttpResponse<String> call(ObjectNode request) {
    request.put("fhirServer", "HTTPS://ehr.example.org/fhir/");
    String hook = request.get("hook").asText();
    HttpResponse<String> response =
        server.post("/cds-services/spinexr-" + hook, request.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response;
  }

  @ParameterizedTest
  @CsvSource({
    "\"status\": \"revoked\", REVOKED",
    "\"status\": \"entered-in-error\", ENTERED_IN_ERROR",
    "\"doNotPerform\": true, REVOKED",
  })
  void tellsOfAnOrderThatIsNoOrderAnyMore(String element, Reason reason) {
    String order =
        Requests.SPINE_ORDER
            .replace("\"priority\": \"routine\"", element)
            .replace("\"status\": \"draft\", ", "");
    ObjectNode select = Requests.select("ServiceRequest/order-1", order);

    for (ObjectNode request : List.of(Requests.sign(order), Requests.dispatch(order), select)) {
      assertThat(call(request).body()).isEqualTo("{\"cards\":[]}");
    }

    assertThat(ANALYSES.ends).hasSize(3).containsOnly(end("order-1", reason));
    assertThat(ANALYSES.orders).isEmpty();
  }

  @Test
  void leavesACompletedOrderAlone() {
    call(Requests.sign(Requests.SPINE_ORDER.replace("\"draft\"", "\"completed\"")));

    assertThat(ANALYSES.ends).isEmpty();
    assertThat(ANALYSES.orders).hasSize(1);
  }

  @Test
  void answersTheOrdersThatStand() {
    String revoked = Requests.SPINE_ORDER.replace("\"draft\"", "\"revoked\"");
    String standing = Requests.SPINE_ORDER.replace("order-1", "order-3");

    call(Requests.sign(revoked, standing));

    assertThat(ANALYSES.ends).containsExactly(end("order-1", Reason.REVOKED));
    assertThat(ANALYSES.orders).extracting(ImagingOrder::id).containsExactly("order-3");
  }

  @Test
  void tellsOfAnOrderThatAnotherReplaces() {
    String newer = replacing(Requests.SPINE_ORDER, "order-3", "ServiceRequest/order-1/_history/2");

    call(Requests.sign(Requests.SPINE_ORDER, newer));
    call(Requests.dispatch(replacing(Requests.SPINE_ORDER, "order-1", "ServiceRequest/order-0")));

    assertThat(ANALYSES.ends)
        .containsExactly(end("order-1", Reason.REPLACED), end("order-0", Reason.REPLACED));
    assertThat(ANALYSES.orders).extracting(ImagingOrder::id).containsExactly("order-3", "order-1");
  }

  @Test
  void tellsOfAnOrderThatAnotherExaminationReplaces() {
    ObjectNode request =
        Requests.sign(
            replacing(
                Requests.BLOOD_ORDER,
                "order-2",
                "https://ehr.example.org/fhir/ServiceRequest/order-1"));
    request.remove("prefetch");

    assertThat(call(request).body()).isEqualTo("{\"cards\":[]}");
    assertThat(ANALYSES.ends).containsExactly(end("order-1", Reason.REPLACED));
  }

  @Test
  void findsAReplacedDraftByTheUrlOfItsEntry() {
    ObjectNode request =
        Requests.sign(
            Requests.SPINE_ORDER, replacing(Requests.SPINE_ORDER, "order-3", "urn:uuid:1"));
    Requests.at(request, "/context/draftOrders/entry/0").put("fullUrl", "urn:uuid:1");

    call(request);

    assertThat(ANALYSES.ends).containsExactly(end("order-1", Reason.REPLACED));
  }

  @ParameterizedTest
  @CsvSource({
    "ServiceRequest/order-3",
    "MedicationRequest/order-1",
    "https://other.example.org/fhir/ServiceRequest/order-1",
    "urn:uuid:2",
    "order-1",
    "#order-1",
  })
  void leavesOrdersThatAreNotReplaced(String reference) {
    call(
        Requests.sign(Requests.SPINE_ORDER, replacing(Requests.SPINE_ORDER, "order-3", reference)));

    assertThat(ANALYSES.ends).isEmpty();
    assertThat(ANALYSES.orders).hasSize(2);
  }

  @Test
  void leavesAnOrderWhoseReplacementIsRevokedOrOnlySelected() {
    String newer = replacing(Requests.SPINE_ORDER, "order-3", "ServiceRequest/order-1");
    ObjectNode select = Requests.select("ServiceRequest/order-3", newer);

    call(Requests.sign(newer.replace("\"draft\"", "\"revoked\"")));
    call(select);

    assertThat(ANALYSES.ends).containsExactly(end("order-3", Reason.REVOKED));
  }

  @Test
  void endsNoOrderOfSomeoneElse() {
    String revoked =
        Requests.SPINE_ORDER
            .replace("\"draft\"", "\"revoked\"")
            .replace("Patient/1288992", "Patient/2");
    ObjectNode request = Requests.sign(revoked, Requests.SPINE_ORDER);

    HttpResponse<String> response =
        server.post("/cds-services/spinexr-order-sign", request.toString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("entry[0].resource.subject.reference: must be");
    assertThat(ANALYSES.ends).isEmpty();
    assertThat(ANALYSES.orders).isEmpty();
  }

  @Test
  void endsNothingWithoutAnId() {
    ObjectNode request =
        Requests.sign(
            Requests.SPINE_ORDER.replace(
                "\"id\": \"order-1\", \"status\": \"draft\"", "\"status\": \"revoked\""));

    assertThat(call(request).body()).isEqualTo("{\"cards\":[]}");
    assertThat(ANALYSES.ends).isEmpty();
  }

  @Test
  void refusesToEndMoreOrdersThanAnyoneWouldReplace() {
    ObjectNode order = Requests.object(Requests.BLOOD_ORDER);
    for (int i = 0; i <= 100; i++) {
      order.withArray("replaces").addObject().put("reference", "ServiceRequest/r-" + i);
    }

    HttpResponse<String> response =
        server.post("/cds-services/spinexr-order-sign", Requests.sign(order.toString()).toString());

    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("context: must not end more than 100 orders");
    assertThat(ANALYSES.ends).isEmpty();
  }
}

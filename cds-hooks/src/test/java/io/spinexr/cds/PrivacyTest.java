package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.order.PrivacyLabels;
import io.spinexr.cds.order.PrivacyStatements;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.cds.request.CdsRequest;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.ChartPatient;
import io.spinexr.cds.request.ChartResource;
import io.spinexr.cds.request.RequestReader;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.PrivacyStatement.Basis;
import io.spinexr.order.Restriction;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Confidential records and patients who opted out of AI: a call starts and shows nothing. */
class PrivacyTest {
  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static final String CONFIDENTIALITY =
      "http://terminology.hl7.org/CodeSystem/v3-Confidentiality";
  private static final String ACT_CODE = "http://terminology.hl7.org/CodeSystem/v3-ActCode";

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
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.collapse("1.2.3")), 0);
  }

  private static void label(ObjectNode resource, String element, String system, String code) {
    ObjectNode meta =
        resource.has("meta") ? (ObjectNode) resource.get("meta") : resource.putObject("meta");
    meta.putArray(element).addObject().put("system", system).put("code", code);
  }

  private static ObjectNode patient(ObjectNode request) {
    return Requests.at(request, "/prefetch/patient");
  }

  private static String cards(ObjectNode request) {
    HttpResponse<String> response = server.post("/cds-services/spinexr", request.toString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return response.body();
  }

  private static void assertNothingDone(String cards) {
    assertThat(cards).isEqualTo("{\"cards\":[]}");
    assertThat(ANALYSES.orders).isEmpty();
    assertThat(ANALYSES.viewed).isEmpty();
    assertThat(ANALYSES.statements).isEmpty();
  }

  private static double counted(Restriction restriction) {
    return server
        .metrics
        .counter("spinexr.cds.restricted", "restriction", restriction.code())
        .count();
  }

  @ParameterizedTest
  @CsvSource({
    CONFIDENTIALITY + ", R",
    CONFIDENTIALITY + ", V",
    "http://hl7.org/fhir/v3/Confidentiality, R",
    "urn:oid:2.16.840.1.113883.5.25, V"
  })
  void doesNothingForAPatientWhoseRecordIsConfidential(String system, String code) {
    double before = counted(Restriction.CONFIDENTIAL);
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    label(patient(request), "security", system, code);

    assertNothingDone(cards(request));
    assertThat(counted(Restriction.CONFIDENTIAL)).isEqualTo(before + 1);
  }

  @Test
  void showsNothingInTheChartOfAPatientWhoseRecordIsConfidential() {
    ObjectNode request = Requests.view();
    label(patient(request), "security", CONFIDENTIALITY, "R");

    assertNothingDone(cards(request));
  }

  @ParameterizedTest
  @ValueSource(strings = {"security", "tag"})
  void doesNothingForAPatientWhoOptedOutByALabel(String element) {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    label(patient(request), element, ACT_CODE, "OPTOUT");

    assertNothingDone(cards(request));
    assertThat(ANALYSES.privacy)
        .containsExactly(
            new PrivacyStatement(Basis.LABEL, Optional.of(Restriction.OPTED_OUT), false));
  }

  @Test
  void doesNothingForAPatientOfWhomSomethingInTheWayIsKnownHere() {
    ANALYSES.known = Optional.of(Restriction.OPTED_OUT);

    assertNothingDone(cards(Requests.sign(Requests.SPINE_ORDER)));
    assertNothingDone(cards(Requests.view()));
  }

  @Test
  void goesOnForOrdinaryConfidentialityAndOtherLabels() {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    label(patient(request), "security", CONFIDENTIALITY, "N");
    label(patient(request), "tag", "urn:other", "R");

    assertThat(cards(request)).contains("summary");
    assertThat(ANALYSES.orders).hasSize(1);
  }

  @Test
  void goesOnPastLabelsThatCannotBeRead() {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    patient(request).putObject("meta").putArray("security").add("R").addObject().put("code", 7);

    cards(request);

    assertThat(ANALYSES.orders).hasSize(1);
  }

  @Test
  void endsAConfidentialOrderAndServesTheOthers() {
    ObjectNode confidential = Requests.object(Requests.SPINE_ORDER);
    label(confidential, "security", CONFIDENTIALITY, "R");

    assertThat(cards(Requests.sign(confidential.toString()))).isEqualTo("{\"cards\":[]}");
    assertThat(ANALYSES.orders).isEmpty();
    assertThat(ANALYSES.ends)
        .extracting(OrderEnd::reason)
        .containsExactly(OrderEnd.Reason.CONFIDENTIAL);

    ObjectNode other = Requests.object(Requests.SPINE_ORDER).put("id", "order-7");
    cards(Requests.sign(confidential.toString(), other.toString()));

    assertThat(ANALYSES.orders).singleElement().matches(order -> order.id().equals("order-7"));
  }

  @Test
  void letsAConfidentialOrderReplaceAnother() {
    ObjectNode confidential = Requests.object(Requests.SPINE_ORDER).put("id", "order-7");
    label(confidential, "security", CONFIDENTIALITY, "R");
    confidential.putArray("replaces").addObject().put("reference", "ServiceRequest/order-1");

    cards(Requests.sign(confidential.toString()));

    assertThat(ANALYSES.ends)
        .extracting(OrderEnd::orderId)
        .containsExactlyInAnyOrder("order-1", "order-7");
  }

  private static ObjectNode consent(String type, String patient) {
    ObjectNode consent =
        Requests.object(
            """
            {"resourceType": "Consent", "id": "c", "status": "active",
             "patient": {"reference": "%s"},
             "provision": {"type": "%s", "code": [{"coding": [
               {"system": "%s", "code": "OPTOUT"}]}]}}
            """
                .formatted(patient, type, ACT_CODE));
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    Requests.at(request, "/prefetch").set("consents", Requests.bundle(consent.toString()));
    return request;
  }

  @Test
  void doesNothingForAPatientWhoseConsentDenies() {
    assertNothingDone(cards(consent("deny", "Patient/1288992")));
    assertThat(ANALYSES.privacy)
        .contains(new PrivacyStatement(Basis.CONSENT, Optional.of(Restriction.OPTED_OUT), false));
  }

  @ParameterizedTest
  @CsvSource({"permit, Patient/1288992", "deny, Patient/2"})
  void goesOnWithAConsentThatPermitsOrIsAnothers(String type, String patient) {
    cards(consent(type, patient));

    assertThat(ANALYSES.orders).hasSize(1);
  }

  @Test
  void believesThatNothingIsInTheWayOnlyWhenItReadThePatientItself() {
    ObjectNode request = Requests.view();
    JsonObject json = new JsonObject("", Requests.object(Requests.PATIENT));
    PatientIdentity identity =
        new PatientIdentity("1288992", List.of(), Optional.empty(), Optional.empty());
    PrivacyStatements statements =
        new PrivacyStatements(new PrivacyLabels(TestProperties.privacy(Map.of())));
    CdsRequest call =
        new RequestReader(false).read(CdsService.called("spinexr-patient-view", request), request);

    for (boolean fetched : new boolean[] {true, false}) {
      ChartPatient patient =
          new ChartPatient(identity, new ChartResource(json, Optional.empty(), fetched));
      assertThat(statements.of(call, patient, Optional.empty()))
          .containsExactly(new PrivacyStatement(Basis.LABEL, Optional.empty(), fetched));
    }
  }

  @Test
  void takesTheSitesOwnCodesInPlaceOfTheDefaultOnes() {
    PrivacyLabels labels =
        new PrivacyLabels(
            TestProperties.privacy(
                Map.of("confidentiality", "V", "opt-out-codes", "urn:site|no-ai")));
    ObjectNode patient = Requests.object(Requests.PATIENT);
    label(patient, "security", CONFIDENTIALITY, "R");
    label(patient, "tag", "urn:site", "no-ai");

    assertThat(labels.ofPatient(new JsonObject("", patient))).contains(Restriction.OPTED_OUT);
  }

  @ParameterizedTest
  @CsvSource({"confidentiality, X", "opt-out-codes, no-system"})
  void refusesSettingsThatMeanNothing(String key, String value) {
    assertThatThrownBy(() -> TestProperties.privacy(Map.of(key, value)))
        .hasStackTraceContaining("spinexr.privacy." + key);
  }
}

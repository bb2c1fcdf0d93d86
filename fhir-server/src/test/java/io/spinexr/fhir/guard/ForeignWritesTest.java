package io.spinexr.fhir.guard;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.result.PictureResource;
import io.spinexr.fhir.server.TestServer;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.result.Withdrawal;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may write. Every test uses a study of its own. */
class ForeignWritesTest {
  private static final AtomicInteger STUDIES = new AtomicInteger();
  private static final String PATCH = "application/json-patch+json";
  private static final String ACTIVE =
      "[{\"op\": \"add\", \"path\": \"/active\", \"value\": true}]";

  @TempDir private static Path folder;
  private static TestServer server;

  private final String studyUid = "1.2.826.0.6." + STUDIES.incrementAndGet();
  private final String key = studyUid + "/" + Examples.MODELS.id();

  @BeforeAll
  static void start() {
    server = TestServer.onH2(folder, "--spinexr.fhir.accept-results=false");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  // Pictures

  @Test
  void letsNobodyElseDrawForTheAi() {
    String image = studyUid + ".1.1";
    String ours = "Binary/" + PictureResource.id(image, Examples.MODELS.id());
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    assertStatus(422, server.send("PUT", ours, binary(ours)));
    assertStatus(422, server.send("DELETE", ours, ""));
    assertStatus(422, transaction(entry("PUT", ours, "", binary(ours))));
    assertStatus(422, transaction(entry("DELETE", ours, "", "")));
    assertThat(version(ours)).isEqualTo("1");

    String free = "Binary/" + PictureResource.id(studyUid + ".9", Examples.MODELS.id());
    assertStatus(422, server.send("PUT", free, binary(free)));

    String theirs = "Binary/their-picture-" + STUDIES.get();
    assertStatus(201, server.send("PUT", theirs, binary(theirs)));
    assertStatus(200, server.send("DELETE", theirs, ""));
  }

  private static String binary(String address) {
    return "{\"resourceType\": \"Binary\", \"id\": \"%s\", \"contentType\": \"image/png\", \"data\": \"AAAA\"}"
        .formatted(address.substring("Binary/".length()));
  }

  // Versions

  @ParameterizedTest
  @ValueSource(
      strings = {"abc", "1", "W/1", "W/\"\"", "W/\"abc\"", "\"\"", "W/\"1", "*", "W/\"-1\"", ""})
  void refusesAConditionThatIsNoVersion(String condition) {
    String patient = patient();
    assertStatus(400, server.send("PUT", patient, body(patient, "true"), "If-Match", condition));
    assertStatus(
        400, server.send("PATCH", patient, ACTIVE, "Content-Type", PATCH, "If-Match", condition));
    assertStatus(400, server.send("DELETE", patient, "", "If-Match", condition));
    if (!condition.isEmpty()) {
      assertStatus(400, transaction(entry("PUT", patient, condition, body(patient, "true"))));
    }
    assertThat(version(patient)).isEqualTo("1");
  }

  @Test
  void writesOnlyTheVersionThatWasRead() {
    String patient = patient();
    assertStatus(200, server.send("PUT", patient, body(patient, "true"), "If-Match", "W/\"1\""));
    String stale = "W/\"1\"";
    assertStatus(412, server.send("PUT", patient, body(patient, "false"), "If-Match", stale));
    // Also where nothing would change.
    assertStatus(412, server.send("PUT", patient, body(patient, "true"), "If-Match", stale));
    assertStatus(
        412, server.send("PATCH", patient, ACTIVE, "Content-Type", PATCH, "If-Match", stale));
    assertStatus(412, server.send("DELETE", patient, "", "If-Match", stale));
    assertStatus(412, transaction(entry("PUT", patient, stale, body(patient, "false"))));
    assertStatus(412, transaction(entry("DELETE", patient, stale, "")));
    assertStatus(412, server.send("PUT", patient, body(patient, "false"), "If-Match", "W/\"9\""));
    assertThat(version(patient)).isEqualTo("2");

    assertStatus(200, server.send("PUT", patient, body(patient, "false"), "If-Match", "\"2\""));
    assertStatus(
        200, server.send("PATCH", patient, ACTIVE, "Content-Type", PATCH, "If-Match", "W/\"3\""));
    assertStatus(200, transaction(entry("PUT", patient, "W/\"4\"", body(patient, "false"))));
    assertStatus(200, server.send("DELETE", patient, "", "If-Match", "W/\"5\""));
  }

  @Test
  void tellsWhichEntryOfABatchIsStale() {
    String changed = patient();
    String unchanged = patient();
    assertStatus(200, server.send("PUT", changed, body(changed, "true")));
    HttpResponse<String> answer =
        bundle(
            "batch",
            entry("PUT", changed, "W/\"1\"", body(changed, "false")),
            entry("PUT", unchanged, "W/\"1\"", body(unchanged, "false")));
    assertStatus(200, answer);
    assertThat(answer.body()).contains("\"status\":\"412", "\"status\":\"200");
    assertThat(version(changed)).isEqualTo("2");
    assertThat(version(unchanged)).isEqualTo("2");
  }

  /** One wins; who named the version is told that it is stale, and nobody that all is well. */
  @Test
  void letsOneOfSeveralWin() throws Exception {
    String patient = patient();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Integer>> writes = new ArrayList<>();
      for (int i = 1; i <= 8; i++) {
        String body = body(patient, "true, \"birthDate\": \"2001-01-0%d\"".formatted(i));
        writes.add(() -> server.send("PUT", patient, body, "If-Match", "W/\"1\"").statusCode());
      }
      List<Integer> statuses = new ArrayList<>();
      for (Future<Integer> one : pool.invokeAll(writes)) {
        statuses.add(one.get());
      }
      assertThat(statuses).containsOnlyOnce(200).containsOnly(200, 412);
    } finally {
      pool.shutdownNow();
    }
    assertThat(version(patient)).isEqualTo("2");
  }

  // FHIR

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "400; Patient; 'activ'; {\"resourceType\": \"Patient\", \"activ\": true}",
        "400; Patient; 'nickname';"
            + " {\"resourceType\": \"Patient\", \"name\": [{\"nickname\": \"A\"}]}",
        "400; Task; status;"
            + " {\"resourceType\": \"Task\", \"status\": \"nonsense\", \"intent\": \"order\"}",
        "400; Patient; active; {\"resourceType\": \"Patient\", \"active\": [true, false]}",
        "422; Task; Task.intent; {\"resourceType\": \"Task\", \"status\": \"requested\"}",
        "422; Observation; Observation.code;"
            + " {\"resourceType\": \"Observation\", \"status\": \"final\"}",
        "422; Patient; Patient.communication.language;"
            + " {\"resourceType\": \"Patient\", \"communication\": [{\"preferred\": true}]}",
        "422; Patient; contact; {\"resourceType\": \"Patient\", \"contact\": [{\"gender\":"
            + " \"male\"}]}",
        "422; AuditEvent; AuditEvent.type;"
            + " {\"resourceType\": \"AuditEvent\", \"action\": \"C\", \"outcome\": \"0\","
            + " \"recorded\": \"2026-11-26T20:14:00Z\", \"agent\": [{\"requestor\": true}],"
            + " \"source\": {\"observer\": {\"display\": \"the RIS\"}}}",
        "422; Observation; made-up;"
            + " {\"resourceType\": \"Observation\", \"status\": \"final\", \"code\": {\"coding\":"
            + " [{\"system\": \"https://spinexr.io/fhir/CodeSystem/lesion-type\","
            + " \"code\": \"made-up\"}]}}"
      })
  void refusesWhatIsNotFhir(int status, String type, String named, String resource) {
    HttpResponse<String> alone = server.send("POST", type, resource);
    assertStatus(status, alone);
    HttpResponse<String> together = transaction(entry("POST", type, "", resource));
    assertStatus(status, together);
    assertThat(List.of(alone.body(), together.body()))
        .allSatisfy(body -> assertThat(body).contains("OperationOutcome", named));
  }

  @Test
  void refusesAPatchThatLeavesSomethingElseThanFhir() {
    String task = task("requested");
    for (String change :
        List.of(
            "{\"op\": \"remove\", \"path\": \"/intent\"}",
            "{\"op\": \"replace\", \"path\": \"/status\", \"value\": \"nonsense\"}",
            "{\"op\": \"add\", \"path\": \"/nonsense\", \"value\": \"1\"}")) {
      HttpResponse<String> answer =
          server.send("PATCH", task, "[" + change + "]", "Content-Type", PATCH);
      assertThat(answer.statusCode()).as(answer.body()).isIn(400, 422);
    }
    assertThat(version(task)).isEqualTo("1");
  }

  @Test
  void takesWhatItDoesNotKnowOfOthers() {
    assertStatus(
        201,
        server.send(
            "POST",
            "Observation",
            """
            {"resourceType": "Observation",
             "meta": {"profile": ["https://ris.example.org/StructureDefinition/reading"]},
             "extension": [{"url": "https://ris.example.org/shelf", "valueString": "3"}],
             "status": "final",
             "category": [{"coding": [{"system": "https://ris.example.org/c", "code": "a"}]}],
             "code": {"coding": [
               {"system": "https://ris.example.org/codes", "code": "x"},
               {"system": "http://loinc.org", "code": "24972-2"},
               {"system": "http://snomed.info/sct", "code": "274152003"}]},
             "valueQuantity": {"value": 3, "unit": "mm",
               "system": "http://unitsofmeasure.org", "code": "mm"}}\
            """));
  }

  // Identifiers

  @ParameterizedTest
  @CsvSource({
    "DiagnosticReport, report",
    "Task, task",
    "Observation, observation",
    "Device, model",
    "ImagingStudy, of-another-day"
  })
  void refusesAResourceWithAnIdentifierOfOurs(String type, String system) {
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    String resource =
        "{\"resourceType\": \"%s\", \"identifier\": [{\"system\": \"%s/identifier/%s\", \"value\": \"%s\"}], %s}"
            .formatted(
                type,
                Codes.BASE,
                system,
                key,
                Map.of(
                        "DiagnosticReport", "\"status\": \"final\", \"code\": {\"text\": \"x\"}",
                        "Task", "\"status\": \"cancelled\", \"intent\": \"order\"",
                        "Observation", "\"status\": \"final\", \"code\": {\"text\": \"x\"}",
                        "Device", "\"status\": \"active\"",
                        "ImagingStudy",
                            "\"status\": \"available\", \"subject\": {\"display\": \"x\"}")
                    .get(type));
    String condition =
        "%s?identifier=%s/identifier/%s%%7C%s".formatted(type, Codes.BASE, system, "new" + key);
    for (HttpResponse<String> answer :
        List.of(
            server.send("POST", type, resource),
            server.send(
                "PUT",
                type + "/of-others-" + studyUid,
                resource.replace(
                    "{\"resourceType\"",
                    "{\"id\": \"of-others-" + studyUid + "\", \"resourceType\"")),
            server.send("PUT", condition, resource),
            transaction(entry("POST", type, "", resource)))) {
      assertStatus(422, answer);
      assertThat(answer.body()).contains(type + ".identifier", "SpineXR only");
    }
  }

  @Test
  void letsNobodyGiveOrTakeOurIdentifiers() {
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    DiagnosticReport ours = report();
    String address = ours.getIdElement().toUnqualifiedVersionless().getValue();
    for (String change :
        List.of(
            "{\"op\": \"remove\", \"path\": \"/identifier\"}",
            "{\"op\": \"replace\", \"path\": \"/identifier/0/value\", \"value\":"
                + " \"1.2.3/demo-1.0.0\"}")) {
      assertStatus(422, server.send("PATCH", address, "[" + change + "]", "Content-Type", PATCH));
    }
    String task = task("requested");
    String claim =
        "[{\"op\": \"add\", \"path\": \"/identifier\", \"value\": [{\"system\": \"%s\", \"value\": \"%s\"}]}]"
            .formatted(Codes.TASK_IDENTIFIER, key);
    assertStatus(422, server.send("PATCH", task, claim, "Content-Type", PATCH));
    assertThat(version(task)).isEqualTo("1");
    assertThat(report().getIdElement().getVersionIdPart()).isEqualTo("1");

    // Who keeps it may add others.
    ours.addIdentifier().setSystem("https://ris.example.org/report").setValue("4711");
    server.client().update().resource(ours).execute();
    assertThat(report().getIdentifier()).hasSize(2);
  }

  /** A deleted resource is nobody's: it does not come back as ours. */
  @Test
  void bringsNothingOfOursBackFromTheDead() {
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    Task task = ourTask();
    String address = task.getIdElement().toUnqualifiedVersionless().getValue();
    String body = server.send("GET", address, "").body();
    server.delete(task);
    assertStatus(422, server.send("PUT", address, body));
  }

  /** Two with our tag would keep us from writing. */
  @Test
  void letsNobodyGiveOurTags() {
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    String provenance =
        """
        {"resourceType": "Provenance",
         "meta": {"tag": [{"system": "%s", "code": "%s"}]},
         "target": [{"display": "a report"}], "recorded": "2026-11-26T20:14:00Z",
         "agent": [{"who": {"display": "A"}}]}\
        """
            .formatted(Codes.ANALYSIS_TAG, key);
    assertStatus(422, server.send("POST", "Provenance", provenance));
    Provenance ours = server.only(Provenance.class, "_tag=" + Codes.ANALYSIS_TAG + "%7C" + key);
    ours.getAgentFirstRep().getWho().setDisplay("Dr. Who");
    ours.setMeta(null);
    server.client().update().resource(ours).execute();
    server.only(Provenance.class, "_tag=" + Codes.ANALYSIS_TAG + "%7C" + key);
  }

  @Test
  void letsARisWorkWithOurTask() {
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    Task task = ourTask();
    task.setStatus(TaskStatus.INPROGRESS).getOwner().setDisplay("Reading room");
    server.client().update().resource(task).execute();
    server.client().update().resource(ourTask().setStatus(TaskStatus.COMPLETED)).execute();
    assertThat(ourTask().getStatus()).isEqualTo(TaskStatus.COMPLETED);
    server.delete(report());
    ImagingStudy study =
        server.only(ImagingStudy.class, "identifier=urn:dicom:uid%7Curn:oid:" + studyUid);
    server.client().update().resource(study.setDescription("Spine")).execute();
  }

  // Tasks

  @ParameterizedTest
  @EnumSource(
      value = TaskStatus.class,
      names = {"COMPLETED", "CANCELLED", "REJECTED"})
  void reopensNoTaskOfOurs(TaskStatus end) {
    server
        .bean(FhirRecord.class)
        .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    server.client().update().resource(ourTask().setStatus(end)).execute();
    String address = ourTask().getIdElement().toUnqualifiedVersionless().getValue();
    for (TaskStatus status : TaskStatus.values()) {
      if (status == TaskStatus.NULL || status == TaskStatus.ENTEREDINERROR || status == end) {
        continue;
      }
      HttpResponse<String> answer = patchStatus(address, status);
      assertStatus(422, answer);
      assertThat(answer.body()).contains("Task.status", "create another Task");
    }
    assertThat(ourTask().getStatus()).isEqualTo(end);

    assertStatus(200, patchStatus(address, TaskStatus.ENTEREDINERROR));
    assertStatus(422, patchStatus(address, TaskStatus.REQUESTED));
  }

  @Test
  void letsAPersonDoWhatTheAiFailedAt() {
    server
        .bean(FhirRecord.class)
        .write(
            FailureBundle.of(
                Examples.failed(Optional.of(Examples.study(studyUid))), Examples.ISSUER));
    String address = ourTask().getIdElement().toUnqualifiedVersionless().getValue();
    assertStatus(422, patchStatus(address, TaskStatus.REQUESTED));
    assertStatus(200, patchStatus(address, TaskStatus.INPROGRESS));
    assertStatus(200, patchStatus(address, TaskStatus.COMPLETED));
    assertStatus(422, patchStatus(address, TaskStatus.INPROGRESS));
  }

  @Test
  void leavesOthersTheirTasks() {
    String task = task("completed");
    assertStatus(200, patchStatus(task, TaskStatus.REQUESTED));
  }

  /** What this service does itself, it does as before. */
  @Test
  void doesNotStandInOurOwnWay() {
    FhirRecord record = server.bean(FhirRecord.class);
    record.write(
        FailureBundle.of(Examples.failed(Optional.of(Examples.study(studyUid))), Examples.ISSUER));
    record.write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    assertThat(ourTask().getStatus()).isEqualTo(TaskStatus.REQUESTED);
    record.withdraw(
        new Withdrawal(studyUid, Examples.MODELS.id(), "wrong", "Dr. Who", Examples.TIME));
    assertThat(ourTask().getStatus()).isEqualTo(TaskStatus.CANCELLED);
  }

  private static HttpResponse<String> patchStatus(String address, TaskStatus status) {
    return server.send(
        "PATCH",
        address,
        "[{\"op\": \"replace\", \"path\": \"/status\", \"value\": \"%s\"}]"
            .formatted(status.toCode()),
        "Content-Type",
        PATCH);
  }

  private static String patient() {
    return created("Patient", "{\"resourceType\": \"Patient\"}");
  }

  private static String task(String status) {
    return created(
        "Task",
        "{\"resourceType\": \"Task\", \"status\": \"%s\", \"intent\": \"order\"}"
            .formatted(status));
  }

  private static String created(String type, String body) {
    HttpResponse<String> answer = server.send("POST", type, body);
    assertStatus(201, answer);
    String location = answer.headers().firstValue("Location").orElseThrow();
    return location.substring(server.baseUrl().length() + 1, location.indexOf("/_history"));
  }

  private static String body(String patient, String active) {
    return "{\"resourceType\": \"Patient\", \"id\": \"%s\", \"active\": %s}"
        .formatted(patient.substring(patient.indexOf('/') + 1), active);
  }

  private static String version(String address) {
    HttpResponse<String> answer = server.send("GET", address, "");
    return answer.headers().firstValue("ETag").orElseThrow().replaceAll("[^0-9]", "");
  }

  private static String entry(String method, String url, String condition, String resource) {
    return "{\"request\": {\"method\": \"%s\", \"url\": \"%s\"%s}%s}"
        .formatted(
            method,
            url,
            condition.isEmpty() ? "" : ", \"ifMatch\": \"" + condition.replace("\"", "\\\"") + "\"",
            resource.isEmpty() ? "" : ", \"resource\": " + resource);
  }

  private static HttpResponse<String> transaction(String... entries) {
    return bundle("transaction", entries);
  }

  private static HttpResponse<String> bundle(String type, String... entries) {
    return server.send(
        "POST",
        "",
        "{\"resourceType\": \"Bundle\", \"type\": \"%s\", \"entry\": [%s]}"
            .formatted(type, String.join(", ", entries)));
  }

  private static void assertStatus(int status, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
  }

  private DiagnosticReport report() {
    return only(DiagnosticReport.class, Codes.REPORT_IDENTIFIER);
  }

  private Task ourTask() {
    return only(Task.class, Codes.TASK_IDENTIFIER);
  }

  private <T extends Resource> T only(Class<T> type, String system) {
    return server.only(type, "identifier=" + system + "%7C" + key);
  }
}

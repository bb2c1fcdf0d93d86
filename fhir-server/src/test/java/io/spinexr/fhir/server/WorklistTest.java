package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.interceptor.api.IInterceptorService;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Urgency;
import io.spinexr.triage.ReadingPriority;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worklist as a RIS reads it. Every test uses studies of its own. */
class WorklistTest {
  private static final String WORKLIST = "status=requested&_sort=reading-order,authored-on";

  private static final AtomicInteger TESTS = new AtomicInteger();

  @TempDir private static Path folder;
  private static TestServer server;

  private final String prefix = "1.2.826.0.5." + TESTS.incrementAndGet() + ".";

  @BeforeAll
  static void start() {
    server = TestServer.onH2(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void isReadInOrderWhoeverChangesIt() throws Exception {
    write("1", 0, ReadingPriority.ROUTINE);
    write("2", 1, ReadingPriority.STAT);
    write("3", 1, ReadingPriority.URGENT);
    write("4", 1, ReadingPriority.ASAP);
    assertThat(worklist()).containsExactly("2", "4", "3", "1");

    // A RIS raises one by PUT, another by PATCH.
    Task raised = task("3").setPriority(TaskPriority.STAT);
    server.client().update().resource(raised).execute();
    patch(task("1"), "[{\"op\": \"replace\", \"path\": \"/priority\", \"value\": \"asap\"}]");

    assertThat(worklist()).containsExactly("2", "3", "1", "4");
    assertThat(task("3").getExtensionByUrl(Codes.READING_ORDER).getValue().primitiveValue())
        .isEqualTo("10");
    // Another analysis does not take it back.
    write("3", 1, ReadingPriority.URGENT);
    assertThat(worklist()).containsExactly("2", "3", "1", "4");
  }

  @Test
  void holdsTasksThatARisMakes() {
    write("1", 1, ReadingPriority.ASAP);
    Task theirs = new Task().setStatus(TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    theirs.getCode().addCoding().setSystem(Codes.WORKLIST).setCode("read-radiograph");
    theirs
        .setPriority(TaskPriority.STAT)
        .addIdentifier()
        .setSystem("urn:ris")
        .setValue(prefix + "9/x");
    server.client().create().resource(theirs).execute();
    assertThat(worklist()).containsExactly("9", "1");
    assertThat(
            server
                .only(Task.class, "identifier=urn:ris%7C" + prefix + "9/x")
                .getExtensionByUrl(Codes.READING_ORDER)
                .getValue()
                .primitiveValue())
        .isEqualTo("12");
  }

  @Test
  void saysWhereFailuresBelong() {
    server
        .bean(FhirRecord.class)
        .write(
            FailureBundle.of(
                Examples.failed(Optional.of(Examples.study(prefix + "5"))), Examples.ISSUER));
    assertThat(task("5").getExtensionByUrl(Codes.READING_ORDER).getValue().primitiveValue())
        .isEqualTo("32");
  }

  @Test
  void getsTasksOfAnEarlierVersion() throws Exception {
    IInterceptorService interceptors = server.bean(IInterceptorService.class);
    interceptors.unregisterInterceptor(server.bean(WorklistOrder.class));
    write("1", 1, ReadingPriority.URGENT);
    write("2", 1, ReadingPriority.STAT);
    for (String study : List.of("1", "2")) {
      Task task = task(study);
      task.setInput(null).setExtension(null);
      server.client().update().resource(task).execute();
      assertThat(task(study).hasExtension()).isFalse();
    }
    interceptors.registerInterceptor(server.bean(WorklistOrder.class));

    server.bean(TerminologyPublisher.class).publish();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!task("1").hasExtension() || !task("2").hasExtension()) {
      assertThat(System.nanoTime()).as("waited a minute").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertThat(worklist()).containsExactly("2", "1");
  }

  private void write(String study, int findings, ReadingPriority priority) {
    AnalysedStudy analysed =
        Examples.with(Examples.analysed(prefix + study, findings), Urgency.triaged(priority));
    server.bean(FhirRecord.class).write(FindingsBundle.of(analysed, Examples.ISSUER));
  }

  private void patch(Task task, String change) throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(server.baseUrl() + "/Task/" + task.getIdElement().getIdPart()))
                    .header("Content-Type", "application/json-patch+json")
                    .method("PATCH", BodyPublishers.ofString(change))
                    .build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
  }

  /** Study by study. */
  private List<String> worklist() {
    return server.search(Task.class, WORKLIST).stream()
        .map(task -> task.getIdentifierFirstRep().getValue())
        .filter(key -> key.startsWith(prefix))
        .map(key -> key.substring(prefix.length(), key.indexOf('/')))
        .toList();
  }

  private Task task(String study) {
    return server.only(Task.class, "identifier=" + prefix + study + "/" + Examples.MODELS.id());
  }
}

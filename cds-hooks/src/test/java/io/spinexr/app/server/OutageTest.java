package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.Hospital;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A server whose PostgreSQL goes away and comes back. */
class OutageTest {
  /** Far more than anybody waits, and less than a pool does by default. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private static final Duration SOON = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();
  @TempDir private Path folder;
  private FolderArchive archive;
  private URI address;
  private Process server;

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder.resolve("archive"), 0);
    try (ServerSocket free = new ServerSocket(0)) {
      address = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    Path configuration =
        Files.writeString(
            folder.resolve("spinexr.yaml"),
            """
            spinexr:
              data: %s
              database: {url: "%s", username: %s}
              archive: {base-url: "%s"}
              models: {folder: ../inference-tf/models/demo, show-research-results: true}
              patient-matching:
                identifiers: [{system: "%s", issuer: %s}]
            """
                .formatted(
                    folder.resolve("data"),
                    POSTGRESQL.url(),
                    POSTGRESQL.user(),
                    archive.baseUrl(),
                    DemoEhr.PATIENT_SYSTEM,
                    SyntheticPatient.ISSUER));
    server = ServerProcess.start(configuration, address, folder.resolve("server.log"));
  }

  @AfterEach
  void stop() throws InterruptedException {
    server.destroyForcibly().waitFor();
    archive.close();
  }

  @Test
  void isToldToEverybodyInTheirWayAndEndsByItself() throws Exception {
    PhantomFile.Study study = Hospital.study(Hospital.newPatient());
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    DemoEhr.Order order =
        new DemoEhr.Order(
            "order-1",
            study.patient(),
            study.accessionNumber(),
            "24972-2",
            "XR Lumbar spine Views");
    DemoEhr ehr = new DemoEhr(address);
    assertThat(get("/actuator/health/db", "*/*").statusCode()).isEqualTo(200);

    POSTGRESQL.stop();

    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(get("/actuator/health", "*/*").body())
                    .contains("\"db\":{\"status\":\"DOWN\"", "the database does not answer"));
    assertThat(get("/actuator/health/liveness", "*/*").statusCode()).isEqualTo(200);
    HttpResponse<String> metrics = get("/actuator/prometheus", "*/*");
    assertThat(metrics.statusCode()).isEqualTo(200);
    assertThat(metrics.body())
        .containsPattern("spinexr_orders\\{state=\"searching\"} NaN")
        .contains("jvm_memory_used_bytes");
    HttpResponse<String> page = get("/", "text/html");
    assertThat(page.statusCode()).isEqualTo(503);
    assertThat(page.body()).contains("The database is not available at the moment.");
    HttpResponse<String> fhir = get("/fhir/Patient?identifier=1", "application/fhir+json");
    assertThat(fhir.statusCode()).as(fhir.body()).isEqualTo(503);
    assertThat(fhir.body()).contains("OperationOutcome", "The database is not available");
    HttpResponse<String> feedback = feedback();
    assertThat(feedback.statusCode()).as(feedback.body()).isEqualTo(503);
    assertThat(feedback.body()).contains("OperationOutcome", "transient");
    assertThat(ehr.sign(order))
        .extracting(DemoEhr.Card::summary)
        .containsExactly("AI analysis has no answer yet");

    POSTGRESQL.start();

    await()
        .atMost(SOON)
        .untilAsserted(
            () -> assertThat(get("/actuator/health", "*/*").statusCode()).isEqualTo(200));
    assertThat(get("/", "text/html").statusCode()).isEqualTo(200);
    await().atMost(SOON).until(() -> ehr.sign(order).stream().anyMatch(DemoEhr.Card::findings));
    await()
        .atMost(SOON)
        .until(() -> ehr.resource("DiagnosticReport?_summary=count").path("total").asInt() == 1);
  }

  private HttpResponse<String> get(String path, String accepted)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(address.resolve(path))
            .header("Accept", accepted)
            .timeout(PATIENCE)
            .build(),
        BodyHandlers.ofString());
  }

  private HttpResponse<String> feedback() throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(address.resolve("/cds-services/spinexr/feedback"))
            .header("Content-Type", "application/json")
            .timeout(PATIENCE)
            .POST(
                BodyPublishers.ofString(
                    """
                    {"feedback": [{"card": "4e0a3a1e-3283-4575-ab82-028d55fe2719",
                      "outcome": "accepted", "acceptedSuggestions": [{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}],
                      "outcomeTimestamp": "2026-03-01T12:00:00Z"}]}\
                    """))
            .build(),
        BodyHandlers.ofString());
  }
}

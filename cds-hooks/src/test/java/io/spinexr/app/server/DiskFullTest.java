package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.ArchiveProxy;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real server as a process of its own, with its H2 file. A disk is full when a limit on the
 * size of the process' files says so, which every user may set.
 */
class DiskFullTest {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private Path folder;
  private FolderArchive archive;
  private ArchiveProxy proxy;
  private final CountDownLatch answers = new CountDownLatch(1);
  private volatile boolean hangs;
  private Path configuration;
  private Path log;
  private URI address;
  private Process server;
  private DemoEhr ehr;

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder.resolve("archive"), 0);
    proxy =
        new ArchiveProxy(
            archive.baseUrl(),
            UnaryOperator.identity(),
            exchange -> {
              hang();
              return Optional.empty();
            });
    try (ServerSocket free = new ServerSocket(0)) {
      address = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    ehr = new DemoEhr(address);
    log = folder.resolve("server.log");
    configuration =
        Files.writeString(
            folder.resolve("spinexr.yaml"),
            """
            spinexr:
              data: %s
              archive: {base-url: "%s"}
              models: {folder: ../inference-tf/models/demo, show-research-results: true}
              patient-matching:
                identifiers: [{system: "%s", issuer: %s}]
            """
                .formatted(
                    folder.resolve("data"),
                    proxy.baseUrl(),
                    DemoEhr.PATIENT_SYSTEM,
                    SyntheticPatient.ISSUER));
    server = ServerProcess.start(configuration, address, log);
  }

  @AfterEach
  void stop() throws InterruptedException {
    answers.countDown();
    server.destroyForcibly().waitFor();
    proxy.close();
    archive.close();
  }

  private void hang() {
    try {
      if (hangs) {
        answers.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void losesNothingThatWasAcknowledgedAndGoesOnWhenThereIsRoom() throws Exception {
    assertThat(Files.getPosixFilePermissions(folder.resolve("data/database/spinexr.mv.db")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    DemoEhr.Order first = order("order-1");
    await().atMost(SOON).until(() -> ehr.sign(first).stream().anyMatch(DemoEhr.Card::findings));
    List<String> acknowledged = new ArrayList<>();

    limitFiles("1048576");
    await()
        .atMost(SOON)
        .untilAsserted(
            () -> {
              put(acknowledged);
              assertThat(get("/actuator/health").body()).contains("\"db\":{\"status\":\"DOWN\"");
            });
    assertThat(put(acknowledged)).isGreaterThanOrEqualTo(500);
    assertThat(get("/actuator/health/liveness").statusCode()).isEqualTo(200);
    DemoEhr.Order second = order("order-2");
    assertThat(ehr.sign(second))
        .extracting(DemoEhr.Card::summary)
        .containsExactly("AI analysis has no answer yet");

    limitFiles("unlimited");
    await().atMost(SOON).until(() -> get("/actuator/health").statusCode() == 200);
    await().atMost(SOON).until(() -> ehr.sign(second).stream().anyMatch(DemoEhr.Card::findings));
    assertThatAllIsThere(acknowledged);

    long told = Files.size(log);
    hangs = true;
    DemoEhr.Order third = order("order-3");
    ehr.sign(third);
    server.destroy();
    server.waitFor();
    assertThat(Files.readString(log).substring((int) told)).doesNotContain("ERROR");
    hangs = false;
    answers.countDown();
    server = ServerProcess.start(configuration, address, log);
    await()
        .atMost(SOON)
        .until(() -> ehr.resource("DiagnosticReport?_summary=count").path("total").asInt() == 3);
    assertThatAllIsThere(acknowledged);
  }

  private DemoEhr.Order order(String id) {
    PhantomFile.Study study = Hospital.study(Hospital.newPatient());
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    return new DemoEhr.Order(
        id, study.patient(), study.accessionNumber(), "24972-2", "XR Lumbar spine Views");
  }

  private void limitFiles(String bytes) throws IOException, InterruptedException {
    Process limit =
        new ProcessBuilder(
                "prlimit", "--pid", Long.toString(server.pid()), "--fsize=" + bytes + ":")
            .inheritIO()
            .start();
    assertThat(limit.waitFor()).isZero();
  }

  /** Writes a patient, and notes its id if that is acknowledged. */
  private int put(List<String> acknowledged) throws IOException, InterruptedException {
    String id = "p" + System.nanoTime();
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(address.resolve("/fhir/Patient/" + id))
                .header("Content-Type", "application/fhir+json")
                .PUT(
                    BodyPublishers.ofString(
                        "{\"resourceType\": \"Patient\", \"id\": \"%s\"}".formatted(id)))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() < 300) {
      acknowledged.add(id);
    }
    return response.statusCode();
  }

  private void assertThatAllIsThere(List<String> patients) throws Exception {
    for (String id : patients) {
      assertThat(get("/fhir/Patient/" + id).statusCode()).isEqualTo(200);
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(address.resolve(path)).build(), BodyHandlers.ofString());
  }
}

package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Two nodes, processes of their own, on one PostgreSQL; database and nodes are killed (SIGKILL) at
 * random moments while EHRs sign orders and tell what became of cards. Nothing that was
 * acknowledged may be lost, and nothing may be there twice.
 */
class TwoNodesKilledTest {
  private static final int ORDERS_A_ROUND = 8;
  private static final Duration SOON = Duration.ofMinutes(4);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();
  @TempDir private Path folder;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private final ExecutorService ehrs = Executors.newFixedThreadPool(2);
  private final List<PhantomFile.Study> signed = new ArrayList<>();
  private final List<String> answered = new ArrayList<>();
  private final List<URI> addresses = new ArrayList<>();
  private final List<Process> nodes = new ArrayList<>();
  private FolderArchive archive;

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder.resolve("archive"), 0);
    for (int node = 0; node < 2; node++) {
      try (ServerSocket free = new ServerSocket(0)) {
        addresses.add(URI.create("http://127.0.0.1:" + free.getLocalPort()));
      }
      nodes.add(serve(node));
    }
  }

  @AfterEach
  void stop() throws InterruptedException {
    ehrs.shutdownNow();
    for (Process node : nodes) {
      node.destroyForcibly().waitFor();
    }
    archive.close();
  }

  private Process serve(int node) throws IOException {
    Path configuration =
        Files.writeString(
            folder.resolve("node-%d.yaml".formatted(node)),
            """
            spinexr:
              data: %s
              fhir: {schema: %s}
              database: {url: "%s", username: %s}
              archive: {base-url: "%s"}
              models: {folder: ../inference-tf/models/demo, show-research-results: true}
              patient-matching:
                identifiers: [{system: "%s", issuer: %s}]
            """
                .formatted(
                    folder.resolve("data-" + node),
                    node == 0 ? "update" : "none",
                    POSTGRESQL.url(),
                    POSTGRESQL.user(),
                    archive.baseUrl(),
                    DemoEhr.PATIENT_SYSTEM,
                    SyntheticPatient.ISSUER));
    return ServerProcess.start(configuration, addresses.get(node), folder.resolve("log-" + node));
  }

  @Test
  void loseNothingAndDoubleNothingWhenTheDatabaseAndThenANodeAreKilled() throws Exception {
    List<Future<?>> load = load();
    killDatabase();
    finish(load);
    load = load();
    kill(1); // for good: the other has to take over what it was at
    finish(load);

    assertThatAllIsThereOnce();
  }

  @Test
  @Tag("nightly")
  void loseNothingAndDoubleNothingHoweverOftenTheyAreKilled() throws Exception {
    for (int round = 0; round < 20; round++) {
      List<Future<?>> load = load();
      int node = random.nextInt(2);
      switch (random.nextInt(3)) {
        case 0 -> killDatabase();
        case 1 -> {
          kill(node);
          nodes.set(node, serve(node));
        }
        default -> {
          kill(node);
          killDatabase();
          nodes.set(node, serve(node));
        }
      }
      finish(load);
    }

    assertThatAllIsThereOnce();
  }

  private void killDatabase() throws IOException, InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(1500)); // into the midst of orders and analyses
    POSTGRESQL.kill();
    TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
    POSTGRESQL.start();
  }

  private void kill(int node) throws InterruptedException {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(1500));
    nodes.get(node).destroyForcibly().waitFor();
  }

  /** Orders whose images are there, signed by two EHRs that use both nodes. */
  private List<Future<?>> load() {
    List<Future<?>> load = new ArrayList<>();
    for (int i = 0; i < ORDERS_A_ROUND; i++) {
      PhantomFile.Study study = Hospital.study(Hospital.newPatient());
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
      String card = UUID.randomUUID().toString();
      int first = i;
      signed.add(study);
      answered.add(card);
      load.add(
          ehrs.submit(
              () -> {
                untilAcknowledged(first, node -> sign(node, study));
                untilAcknowledged(first + 1, node -> tell(node, card));
              }));
    }
    return load;
  }

  private static void finish(List<Future<?>> load) throws Exception {
    for (Future<?> one : load) {
      one.get(SOON.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private interface Attempt {
    boolean acknowledged(URI node) throws IOException, InterruptedException;
  }

  /** At one node after the other, and never again after that. */
  private void untilAcknowledged(int first, Attempt attempt) {
    for (int i = first; ; i++) {
      try {
        if (attempt.acknowledged(addresses.get(i % 2))) {
          return;
        }
      } catch (IOException e) {
        // Nobody knows whether it was taken.
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static boolean sign(URI node, PhantomFile.Study study)
      throws IOException, InterruptedException {
    List<DemoEhr.Card> cards =
        new DemoEhr(node)
            .sign(
                new DemoEhr.Order(
                    "order-" + study.accessionNumber(),
                    study.patient(),
                    study.accessionNumber(),
                    "24972-2",
                    "XR Lumbar spine Views"));
    return !cards.isEmpty()
        && cards.stream().noneMatch(card -> card.summary().equals("AI analysis has no answer yet"));
  }

  private static boolean tell(URI node, String card) throws IOException, InterruptedException {
    return HTTP.send(
                HttpRequest.newBuilder(node.resolve("/cds-services/spinexr/feedback"))
                    .header("Content-Type", "application/json")
                    .timeout(Duration.ofSeconds(20))
                    .POST(
                        BodyPublishers.ofString(
                            """
                            {"feedback": [{"card": "%s", "outcome": "accepted",
                              "acceptedSuggestions": [{"id": "e56e1945-20b3-4393-8503-a1a20fd73152"}],
                              "outcomeTimestamp": "2026-03-01T12:00:00Z"}]}
                            """
                                .formatted(card)))
                    .build(),
                BodyHandlers.discarding())
            .statusCode()
        == 200;
  }

  private void assertThatAllIsThereOnce() throws Exception {
    DemoEhr record = new DemoEhr(addresses.get(0));
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(500))
        .ignoreExceptions()
        .until(
            () ->
                record.resource("DiagnosticReport?_summary=count").path("total").asInt()
                    >= signed.size());
    for (PhantomFile.Study study : signed) {
      String patient = "?_count=200&patient.identifier=" + study.patient().id();
      for (String type : List.of("DiagnosticReport", "Task", "ImagingStudy", "ServiceRequest")) {
        assertThat(identifiers(record.resource(type + patient)))
            .as("%s, seed %d", type, seed)
            .hasSize(1);
      }
      assertThat(identifiers(record.resource("Observation" + patient)))
          .as("Observations, seed %d", seed)
          .isNotEmpty()
          .doesNotHaveDuplicates();
    }
    try (HikariDataSource database = Node.pool(POSTGRESQL.url(), POSTGRESQL.user())) {
      JdbcClient kept = JdbcClient.create(database);
      assertThat(
              kept.sql("select study_uid from study_analysis where state = 'DONE'")
                  .query(String.class)
                  .list())
          .as("results, seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(
              signed.stream().map(PhantomFile.Study::uid).toList());
      assertThat(kept.sql("select card from cds_feedback").query(String.class).list())
          .as("feedback, seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(answered);
    }
  }

  private static List<String> identifiers(JsonNode found) {
    List<String> identifiers = new ArrayList<>();
    for (JsonNode entry : found.path("entry")) {
      identifiers.add(entry.at("/resource/identifier/0/value").asText());
    }
    return identifiers;
  }
}

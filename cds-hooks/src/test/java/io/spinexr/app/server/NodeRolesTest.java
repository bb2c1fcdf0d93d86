package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A front as a process of its own, later an analyst in this one, on one PostgreSQL. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NodeRolesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();
  @TempDir static Path folder;
  private static FolderArchive archive;
  private static URI front;
  private static Process frontProcess;
  private static Server analyst;
  private static DemoEhr.Order order;

  @BeforeAll
  static void start() throws IOException {
    archive = FolderArchive.start(folder.resolve("archive"), 0);
    PhantomFile.Study study = Hospital.study(Hospital.newPatient());
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    order =
        new DemoEhr.Order(
            "order-1",
            study.patient(),
            study.accessionNumber(),
            "24972-2",
            "XR Lumbar spine Views");
    try (ServerSocket free = new ServerSocket(0)) {
      front = URI.create("http://127.0.0.1:" + free.getLocalPort());
    }
    frontProcess = ServerProcess.start(configuration("front"), front, folder.resolve("front.log"));
  }

  @AfterAll
  static void stop() throws InterruptedException {
    if (analyst != null) {
      analyst.close();
    }
    if (frontProcess != null) {
      frontProcess.destroyForcibly().waitFor();
    }
    archive.close();
  }

  private static Path configuration(String role) throws IOException {
    return Files.writeString(
        folder.resolve(role + ".yaml"),
        """
        server: {port: 0}
        spinexr:
          data: %1$s/%2$s
          roles: [%2$s]
          database: {url: "%3$s", username: %4$s}
          archive: {base-url: "%5$s"}
          models: {folder: ../inference-tf/models/demo, show-research-results: true}
          patient-matching:
            identifiers: [{system: "%6$s", issuer: %7$s}]
        logging.threshold.console: ERROR
        """
            .formatted(
                folder,
                role,
                POSTGRESQL.url(),
                POSTGRESQL.user(),
                archive.baseUrl(),
                DemoEhr.PATIENT_SYSTEM,
                SyntheticPatient.ISSUER));
  }

  private static HttpResponse<String> get(URI server, String path)
      throws IOException, InterruptedException {
    return HTTP.send(HttpRequest.newBuilder(server.resolve(path)).build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(URI server, String path)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(server.resolve(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString("{}"))
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode health(URI server, String part) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(get(server, "/actuator/health/" + part).body());
  }

  @Test
  @Order(1)
  void aFrontWithoutAnAnalystTakesOrdersAndSaysThatNobodyAnalyses()
      throws IOException, InterruptedException {
    assertThat(health(front, "analysts").path("status").asText()).isEqualTo("UP");

    assertThat(new DemoEhr(front).sign(order)).isNotEmpty().noneMatch(DemoEhr.Card::findings);

    await().atMost(PATIENCE).until(() -> get(front, "/actuator/health").statusCode() == 503);
    assertThat(health(front, "analysts").at("/details/reason").asText())
        .startsWith("no node takes the analyses that are due (1, the first since ")
        .endsWith("start one with the role analyst and model set demo-2.0.0");
    assertThat(get(front, "/").body())
        .contains("no node takes the analyses", "demo-2.0.0 on other nodes", "1 waiting");
  }

  @Test
  @Order(2)
  void anAnalystAnalysesWhatAFrontTookAndTheFrontShowsIt()
      throws IOException, InterruptedException {
    analyst = Server.start(Optional.of(configuration("analyst")), Map.of());

    await()
        .atMost(PATIENCE)
        .until(() -> new DemoEhr(front).sign(order).stream().anyMatch(DemoEhr.Card::findings));
    assertThat(get(front, "/actuator/health").statusCode()).isEqualTo(200);
    assertThat(get(front, "/").body()).contains("1 analysed");
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(get(front, "/fhir/DiagnosticReport?_summary=count").body())
                    .contains("\"total\":1"));
  }

  @Test
  @Order(3)
  void anAnalystServesItsHealthAndMetricsAndNothingElse() throws IOException, InterruptedException {
    URI address = analyst.address();
    assertThat(get(address, "/actuator/health").statusCode()).isEqualTo(200);
    assertThat(get(address, "/actuator/prometheus").body())
        .contains("spinexr_classifier_batch_bucket", "spinexr_analyses_seconds_count")
        .doesNotContain("spinexr_cds");
    assertThat(health(address, "models").at("/details/device").asText()).startsWith("CPU");
    for (String path :
        List.of("/cds-services", "/", "/style.css", "/fhir/metadata", "/admin/cds-feedback")) {
      assertThat(get(address, path).statusCode()).as(path).isEqualTo(404);
      assertThat(get(front, path).statusCode()).as("the front's " + path).isEqualTo(200);
    }
    for (String path :
        List.of("/cds-services/spinexr", "/fhir/Patient", "/admin/patients/opt-out")) {
      assertThat(post(address, path).statusCode()).as(path).isEqualTo(404);
    }
  }

  @Test
  @Order(4)
  void aFrontHasNoNativeLibraryOfTheNetworks() throws IOException {
    assertThat(Files.readString(Path.of("/proc/self/maps"))).contains("libtensorflow");
    assertThat(Files.readString(Path.of("/proc/" + frontProcess.pid() + "/maps")))
        .contains("libjvm")
        .doesNotContain("libtensorflow", "libjnitensorflow", "libjnijavacpp");
  }
}

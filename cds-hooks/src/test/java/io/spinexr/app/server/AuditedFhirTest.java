package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A program without a token gets nothing at /fhir, and that it tried is known. */
class AuditedFhirTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir private static Path folder;
  private static Server server;

  @BeforeAll
  static void start() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("spinexr.public-url", "https://spinexr.example.org");
    settings.put("spinexr.trusted-network", "true");
    settings.put("spinexr.data", folder.resolve("data").toString());
    settings.put("spinexr.archive.base-url", "http://127.0.0.1:1/dicom-web");
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.models.show-research-results", "true");
    settings.put("spinexr.fhir.issuers[0].issuer", "https://login.example.org");
    settings.put("logging.threshold.console", "ERROR");
    server = Server.start(Optional.empty(), settings);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void recordsWhatWasRefused() throws IOException, InterruptedException {
    for (String path : List.of("/fhir/Patient/17", "/fhir/Task?patient=18", "/fhir/_history")) {
      assertThat(
              HTTP.send(
                      HttpRequest.newBuilder(server.address().resolve(path)).build(),
                      BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(401);
    }
    JdbcClient database = JdbcClient.create(server.part(DataSource.class));
    await()
        .untilAsserted(
            () ->
                assertThat(
                        database
                            .sql("select event from audit_entry order by number")
                            .query(String.class)
                            .list())
                    .hasSize(3)
                    .allSatisfy(event -> assertThat(event).contains("\"outcome\":\"4\""))
                    .anySatisfy(event -> assertThat(event).contains("/fhir/Patient/17"))
                    .anySatisfy(event -> assertThat(event).contains("/fhir/_history")));
  }
}

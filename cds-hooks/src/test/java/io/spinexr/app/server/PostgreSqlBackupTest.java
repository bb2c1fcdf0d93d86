package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.finding.ImageId;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.AnalysisService;
import io.spinexr.service.Hospital;
import io.spinexr.service.Worklist;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.WorklistEntry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL's own tools, as docs/operations.md has them. */
class PostgreSqlBackupTest {
  private static final Duration SOON = Duration.ofSeconds(90);

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();
  @TempDir private Path folder;

  private Map<String, String> settings(String data, String database, URI archive) {
    Map<String, String> settings = DemoSettings.in(folder.resolve(data));
    settings.put("spinexr.database.url", database);
    settings.put("spinexr.database.username", POSTGRESQL.user());
    settings.put("spinexr.archive.base-url", archive.toString());
    settings.put("spinexr.patient-matching.identifiers[0].system", DemoEhr.PATIENT_SYSTEM);
    settings.put("spinexr.patient-matching.identifiers[0].issuer", SyntheticPatient.ISSUER);
    return settings;
  }

  /** The report of the only study, and its first picture. */
  private static Optional<List<String>> kept(Server server)
      throws IOException, InterruptedException {
    Worklist worklist = server.part(AnalysisService.class).worklist();
    List<String> kept = new ArrayList<>();
    for (WorklistEntry entry : worklist.inReadingOrder(10)) {
      StudyAnalysis study = worklist.study(entry.studyUid()).orElseThrow();
      if (study.shown().isEmpty() || study.report().isEmpty()) {
        return Optional.empty();
      }
      ImageId image = study.shown().get().images().get(0).image();
      for (String path :
          List.of(
              "/fhir/" + study.report().get(),
              "/studies/%s/images/%s.png".formatted(image.studyUid(), image.sopInstanceUid()))) {
        HttpResponse<String> answer =
            HttpClient.newHttpClient()
                .send(
                    HttpRequest.newBuilder(server.address().resolve(path)).build(),
                    BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
        if (answer.statusCode() != 200) {
          return Optional.empty();
        }
        kept.add(answer.body());
      }
    }
    return kept.isEmpty() ? Optional.empty() : Optional.of(kept);
  }

  @Test
  void bringTheResultsOfAServerThatRunsIntoAnEmptyDatabase() throws Exception {
    PhantomFile.Study study = Hospital.study(Hospital.newPatient());
    try (FolderArchive archive = FolderArchive.start(folder.resolve("archive"), 0)) {
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
      List<String> kept;
      String restored;
      try (Server server =
          Server.start(Optional.empty(), settings("first", POSTGRESQL.url(), archive.baseUrl()))) {
        new DemoEhr(server.address())
            .sign(
                new DemoEhr.Order(
                    "order-1",
                    study.patient(),
                    study.accessionNumber(),
                    "24972-2",
                    "XR Lumbar spine Views"));
        kept = await().atMost(SOON).until(() -> kept(server), Optional::isPresent).get();
        restored = POSTGRESQL.restored("restored");
      }
      assertThat(kept.get(0)).contains("\"DiagnosticReport\"");
      assertThat(kept.get(1)).contains("PNG", "IHDR");

      try (Server server =
          Server.start(Optional.empty(), settings("other", restored, archive.baseUrl()))) {
        assertThat(kept(server)).contains(kept);
      }
    }
  }
}

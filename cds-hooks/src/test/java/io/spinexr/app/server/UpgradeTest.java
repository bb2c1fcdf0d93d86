package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.spinexr.finding.ImageFindings;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.service.AnalysisService;
import io.spinexr.service.Worklist;
import io.spinexr.state.StudyAnalysis;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server of this version on the database file of version 0.1. */
class UpgradeTest {
  @TempDir private Path folder;

  @Test
  void startsOnADatabaseOfTheFirstVersionWithEverythingThere() throws Exception {
    Path data = folder.resolve("data");
    Map<String, String> settings = FirstVersion.in(data, folder.resolve("models")).settings(data);
    try (FolderArchive archive =
        FolderArchive.start(Files.createDirectory(folder.resolve("images")), 0)) {
      settings.put("spinexr.archive.base-url", archive.baseUrl().toString());
      try (Server server = Server.start(Optional.empty(), settings)) {
        Worklist worklist = server.part(AnalysisService.class).worklist();
        List<StudyAnalysis> studies =
            worklist.inReadingOrder(10).stream()
                .flatMap(entry -> worklist.study(entry.studyUid()).stream())
                .toList();

        assertThat(studies).hasSize(2);
        assertThat(page(server, "/")).contains("asap");
        for (StudyAnalysis study : studies) {
          assertThat(study.shown()).isPresent();
          assertThat(page(server, "/studies/" + study.studyUid()))
              .contains("probability of abnormality");
          assertThat(page(server, "/fhir/" + study.report().orElseThrow()))
              .contains("\"status\":\"preliminary\"");
          // Its pictures are in the report, as that version wrote it.
          for (ImageFindings image : study.shown().orElseThrow().images()) {
            String picture =
                "/studies/%s/images/%s.png"
                    .formatted(study.studyUid(), image.image().sopInstanceUid());
            assertThat(page(server, picture)).contains("PNG", "IHDR");
          }
          // What became of its report is read once, from the FHIR store.
          await()
              .atMost(Duration.ofSeconds(60))
              .until(
                  () ->
                      server
                          .part(AnalysisService.class)
                          .worklist()
                          .study(study.studyUid())
                          .flatMap(s -> s.reception().reportStatus())
                          .filter("preliminary"::equals)
                          .isPresent());
        }
        assertThat(page(server, "/admin/cds-feedback")).contains("known");
        assertThat(page(server, "/fhir/Task?status=failed")).contains("\"total\":3");
        assertThat(page(server, "/orders/0ddcd8b3710e4a7012fec8f3099bbfd2"))
            .contains("XR Lumbar spine Views");
      }
    }
  }

  private static String page(Server server, String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(server.address().resolve(path)).build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).as(path).isEqualTo(200);
    return response.body();
  }
}

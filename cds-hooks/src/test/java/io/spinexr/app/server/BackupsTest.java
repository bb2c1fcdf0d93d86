package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.app.SpineXr;
import io.spinexr.service.AnalysisService;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** From a server that runs to another machine. */
class BackupsTest {
  @TempDir private Path folder;
  private final StringWriter errors = new StringWriter();

  private Map<String, String> settings(Path data) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("spinexr.data", data.toString());
    settings.put("spinexr.archive.base-url", "http://127.0.0.1:9/dicom-web");
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.models.show-research-results", "true");
    settings.put("spinexr.patient-matching.identifiers[0].system", "urn:oid:1.2.3.4.5");
    settings.put("logging.threshold.console", "ERROR");
    return settings;
  }

  private static List<String> reports(Server server) {
    var worklist = server.part(AnalysisService.class).worklist();
    return worklist.inReadingOrder(10).stream()
        .flatMap(entry -> worklist.study(entry.studyUid()).stream())
        .map(study -> study.report().orElseThrow())
        .toList();
  }

  private static HttpResponse<String> call(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }

  private int restore(String backup, Path data) throws IOException {
    Path configuration =
        Files.writeString(
            folder.resolve("site.yaml"),
            """
            spinexr:
              data: %s
              archive: {base-url: "http://127.0.0.1:9/dicom-web"}
              patient-matching: {identifiers: [{system: "urn:oid:1.2.3.4.5"}]}
            """
                .formatted(data));
    CommandLine program = SpineXr.commandLine().setErr(new PrintWriter(errors, true));
    return program.execute("restore", "--config", configuration.toString(), backup);
  }

  @Test
  void bringsEverythingToAnotherFolderFromAServerThatRuns() throws Exception {
    Path data = folder.resolve("data");
    Files.createDirectories(data.resolve("database"));
    try (InputStream packed =
        BackupsTest.class.getResourceAsStream("/io/spinexr/store/spinexr-0.1.mv.db.gz")) {
      Files.copy(new GZIPInputStream(packed), data.resolve("database/spinexr.mv.db"));
    }
    List<String> reports;
    String backup;
    try (Server server = Server.start(Optional.empty(), settings(data))) {
      reports = reports(server);
      HttpResponse<String> answer =
          call(
              HttpRequest.newBuilder(server.address().resolve("/admin/backup"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}")));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      backup = new ObjectMapper().readTree(answer.body()).get("file").asText();
    }
    assertThat(reports).hasSize(2);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(backup))))
        .isEqualTo("rw-------");
    assertThat(Path.of(backup).getParent()).isEqualTo(data.resolve("backups"));

    Path other = folder.resolve("other");
    assertThat(restore(backup, other)).isZero();
    try (Server server = Server.start(Optional.empty(), settings(other))) {
      assertThat(reports(server)).isEqualTo(reports);
      HttpResponse<String> report =
          call(HttpRequest.newBuilder(server.address().resolve("/fhir/" + reports.get(0))));
      assertThat(report.statusCode()).isEqualTo(200);
    }

    assertThat(restore(backup, other)).isEqualTo(1);
    assertThat(errors.toString()).contains("There is a database in").contains("move it away first");
  }

  @Test
  void takesNothingThatIsNoBackup() throws IOException {
    Path text = Files.writeString(folder.resolve("text.zip"), "no zip file");
    Path empty = folder.resolve("empty.zip");
    Path damaged = folder.resolve("damaged.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(empty))) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
    }
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(damaged))) {
      zip.putNextEntry(new ZipEntry("spinexr.mv.db"));
      zip.write(new byte[200_000]);
    }
    for (Path file : List.of(text, empty, damaged, folder.resolve("missing.zip"))) {
      assertThat(restore(file.toString(), folder.resolve("data"))).isEqualTo(1);
      assertThat(errors.toString()).contains(file + " is no backup of a SpineXR database");
    }
    assertThat(folder.resolve("data/database")).isEmptyDirectory();
  }
}

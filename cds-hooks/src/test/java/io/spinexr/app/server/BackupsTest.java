package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.app.SpineXr;
import io.spinexr.app.setting.Settings;
import io.spinexr.service.AnalysisService;
import io.spinexr.service.Node;
import io.spinexr.store.Schema;
import java.io.IOException;
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
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.JdbcTemplate;
import picocli.CommandLine;

/** From a server that runs to another machine. */
class BackupsTest {
  @TempDir private Path folder;
  private final StringWriter errors = new StringWriter();

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
    FirstVersion first = FirstVersion.in(data, folder.resolve("models"));
    List<String> reports;
    String backup;
    try (Server server = Server.start(Optional.empty(), first.settings(data))) {
      reports = reports(server);
      HttpResponse<String> answer =
          call(
              HttpRequest.newBuilder(server.address().resolve("/admin/backup"))
                  .header("Content-Type", "application/json")
                  .POST(BodyPublishers.ofString("{}")));
      assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
      backup = new ObjectMapper().readTree(answer.body()).get("file").asText();
      assertThatTwoOfOneSecondHaveNamesOfTheirOwn(server);
    }
    assertThat(reports).hasSize(2);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(backup))))
        .isEqualTo("rw-------");
    assertThat(Path.of(backup).getParent()).isEqualTo(data.resolve("backups"));

    Path other = folder.resolve("other");
    assertThat(restore(backup, other)).isZero();
    try (Server server = Server.start(Optional.empty(), first.settings(other))) {
      assertThat(reports(server)).isEqualTo(reports);
      HttpResponse<String> report =
          call(HttpRequest.newBuilder(server.address().resolve("/fhir/" + reports.get(0))));
      assertThat(report.statusCode()).isEqualTo(200);
    }

    assertThat(restore(backup, other)).isEqualTo(1);
    assertThat(errors.toString()).contains("There is a database in").contains("move it away first");
  }

  private static void assertThatTwoOfOneSecondHaveNamesOfTheirOwn(Server server) {
    Backups backups =
        new Backups(
            server.part(Settings.class),
            new JdbcTemplate(server.part(DataSource.class)),
            Clock.fixed(Instant.parse("2026-11-27T02:00:00Z"), ZoneOffset.UTC));
    List<Path> made = List.of(backups.make(), backups.make());
    assertThat(made)
        .doesNotHaveDuplicates()
        .allMatch(Files::exists)
        .allMatch(file -> file.toString().matches(".*/spinexr-20261127-020000-\\d+\\.zip"));
  }

  @Test
  void takesNoBackupOfALaterVersion() throws Exception {
    Path backup = folder.resolve("later.zip");
    try (HikariDataSource later =
        Node.pool("jdbc:h2:file:" + folder.resolve("spinexr"), "spinexr")) {
      Schema.migrate(later);
      new JdbcTemplate(later)
          .update(
              """
              insert into "spinexr_schema_history"
                select "installed_rank" + 1, '1000', 'Later', "type", 'V1000__Later.sql', 1,
                  "installed_by", "installed_on", 1, true
                from "spinexr_schema_history" order by "installed_rank" desc limit 1
              """);
      new JdbcTemplate(later).update("BACKUP TO ?", backup.toString());
    }

    assertThat(restore(backup.toString(), folder.resolve("data"))).isEqualTo(1);

    assertThat(errors.toString())
        .contains(backup + " was made by a later version of SpineXR: restore it with that version");
    assertThat(folder.resolve("data/database")).isEmptyDirectory();
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

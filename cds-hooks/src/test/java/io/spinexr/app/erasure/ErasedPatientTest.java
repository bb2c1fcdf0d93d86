package io.spinexr.app.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.app.server.Server;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.AnalysisService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two patients of one server, of whom one is erased. */
class ErasedPatientTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String SEARCHES = "HFJ_SEARCH";

  @TempDir private Path folder;

  /** What a patient is known by, wherever it stands. */
  private record Known(PhantomFile.Study study, DicomFile image, String seriesUid) {
    static Known of(long number) {
      SyntheticPatient patient = SyntheticPatient.of(number);
      PhantomFile.Study study =
          new PhantomFile.Study(patient, "ACC" + number, LocalDate.of(2026, 11, 20));
      DicomFile image = PhantomFile.of(new PhantomGenerator().generate(number), study, 1);
      return new Known(study, image, image.dataSet().string(Tag.SeriesInstanceUID).orElseThrow());
    }

    List<String> words() {
      return List.of(
          study.patient().id(),
          study.patient().familyName(),
          study.accessionNumber(),
          study.uid(),
          seriesUid,
          image.dataSet().string(Tag.SOPInstanceUID).orElseThrow());
    }

    DemoEhr.Order order() {
      return new DemoEhr.Order(
          "order-" + study.accessionNumber(),
          study.patient(),
          study.accessionNumber(),
          "24972-2",
          "XR Lumbar spine Views");
    }
  }

  private static Map<String, String> settings(Path data, URI archive) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("spinexr.data", data.toString());
    settings.put("spinexr.public-url", "http://127.0.0.1:8080");
    settings.put("spinexr.archive.base-url", archive.toString());
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.models.show-research-results", "true");
    settings.put("spinexr.patient-matching.identifiers[0].system", DemoEhr.PATIENT_SYSTEM);
    settings.put("spinexr.patient-matching.identifiers[0].issuer", SyntheticPatient.ISSUER);
    settings.put("spinexr.cds.budget", "5s");
    settings.put("logging.threshold.console", "ERROR");
    return settings;
  }

  private static JsonNode call(URI server, String path, String body) throws Exception {
    return call(server, "application/json", path, body);
  }

  private static JsonNode call(URI server, String type, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.resolve(path)).header("Content-Type", type);
    HttpResponse<String> answer =
        HTTP.send(
            (body.isEmpty() ? request : request.POST(BodyPublishers.ofString(body))).build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    return JSON.readTree(answer.body());
  }

  private static String erase(Known patient, boolean dryRun) {
    return """
    {"system": "%s", "value": "%s", "reason": "the patient has asked for it", "by": "Ada Admin",
     "dryRun": %s}
    """
        .formatted(DemoEhr.PATIENT_SYSTEM, patient.study().patient().id(), dryRun);
  }

  /** A card with findings, set aside by its reader; and what others write of the patient. */
  private static void use(Server server, FolderArchive archive, Known patient) throws Exception {
    new DicomWebClient(DicomWebOptions.of(archive.baseUrl())).store(List.of(patient.image()));
    DemoEhr ehr = new DemoEhr(server.address());
    await()
        .atMost(PATIENCE)
        .until(() -> ehr.sign(patient.order()).stream().anyMatch(DemoEhr.Card::findings));
    await()
        .atMost(PATIENCE)
        .until(() -> server.part(AnalysisService.class).outputs().waiting() == 0);
    String found =
        call(
                server.address(),
                "application/json",
                "/fhir/Patient?identifier=" + patient.study().patient().id(),
                "")
            .at("/entry/0/resource/id")
            .asText();
    JsonNode document =
        call(
            server.address(),
            "application/fhir+json",
            "/fhir/DocumentReference",
            """
            {"resourceType": "DocumentReference", "status": "current",
             "subject": {"reference": "Patient/%s", "display": "%s"},
             "content": [{"attachment": {"title": "%s"}}]}
            """
                .formatted(
                    found,
                    patient.study().patient().familyName(),
                    patient.study().accessionNumber()));
    HTTP.send(
        HttpRequest.newBuilder(
                server.address().resolve("/fhir/DocumentReference/" + document.path("id").asText()))
            .DELETE()
            .build(),
        BodyHandlers.discarding());
  }

  private static void feedback(Server server, Known patient) throws Exception {
    String card;
    try (Connection database = server.part(DataSource.class).getConnection();
        Statement statement = database.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select uuid from cds_card where study_uid = '%s'"
                    .formatted(patient.study().uid()))) {
      assertThat(rows.next()).isTrue();
      card = rows.getString(1);
    }
    HttpRequest request =
        HttpRequest.newBuilder(server.address().resolve("/cds-services/spinexr/feedback"))
            .header("Content-Type", "application/json")
            .POST(
                BodyPublishers.ofString(
                    """
                    {"feedback": [{"card": "%s", "outcome": "overridden",
                      "outcomeTimestamp": "2026-11-20T10:00:00Z",
                      "overrideReason": {"userComment": "I have told %s myself"}}]}
                    """
                        .formatted(card, patient.study().patient().familyName())))
            .build();
    assertThat(HTTP.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(200);
  }

  /**
   * In which columns of which tables a patient is found, with how many rows.
   *
   * @param searches whether what was searched for counts, which goes at any time
   */
  private static Map<String, Integer> places(DataSource source, Known patient, boolean searches)
      throws SQLException {
    Map<String, Integer> places = new TreeMap<>();
    try (Connection database = source.getConnection();
        ResultSet columns = database.getMetaData().getColumns(null, "PUBLIC", null, null)) {
      while (columns.next()) {
        String table = columns.getString("TABLE_NAME");
        if (SEARCHES.equals(table) && !searches) {
          continue;
        }
        String column = columns.getString("COLUMN_NAME");
        try (Statement statement = database.createStatement();
            ResultSet rows =
                statement.executeQuery("select \"%s\" from \"%s\"".formatted(column, table))) {
          while (rows.next()) {
            if (mentions(rows.getObject(1), patient)) {
              places.merge(table + "." + column, 1, Integer::sum);
            }
          }
        }
      }
    }
    return places;
  }

  private static boolean mentions(Object value, Known patient) throws SQLException {
    String text;
    if (value instanceof Blob blob) {
      text = new String(blob.getBytes(1, (int) blob.length()), StandardCharsets.ISO_8859_1);
    } else if (value instanceof Clob clob) {
      text = clob.getSubString(1, (int) clob.length());
    } else if (value instanceof byte[] bytes) {
      text = new String(bytes, StandardCharsets.ISO_8859_1);
    } else {
      text = String.valueOf(value);
    }
    return patient.words().stream().anyMatch(text::contains);
  }

  /** What stands around the words in a file. */
  private static List<String> inFile(Path database, Known patient) throws IOException {
    String content = Files.readString(database, StandardCharsets.ISO_8859_1);
    return patient.words().stream()
        .filter(content::contains)
        .map(content::indexOf)
        .map(at -> content.substring(Math.max(0, at - 200), Math.min(content.length(), at + 200)))
        .toList();
  }

  @Test
  void isInNoTableAndNotInTheFileWhileTheOtherPatientIsUntouched() throws Exception {
    Known one = Known.of(8_100_001);
    Known other = Known.of(8_200_002);
    Path data = folder.resolve("data");
    try (FolderArchive archive =
        FolderArchive.start(Files.createDirectory(folder.resolve("images")), 0)) {
      Map<String, Integer> others;
      try (Server server = Server.start(Optional.empty(), settings(data, archive.baseUrl()))) {
        DataSource database = server.part(DataSource.class);
        for (Known patient : List.of(one, other)) {
          use(server, archive, patient);
          feedback(server, patient);
        }
        others = places(database, other, false);
        assertThat(others)
            .containsKeys(
                "IMAGING_ORDER.CONTENT", "CDS_FEEDBACK.USER_COMMENT", "HFJ_RES_VER.RES_TEXT_VC");
        assertThat(places(database, one, false).keySet()).isEqualTo(others.keySet());

        JsonNode dry = call(server.address(), "/admin/patients/erase", erase(one, true));
        assertThat(dry.at("/found/orders").asInt()).as(dry.toString()).isOne();
        assertThat(places(database, one, false)).containsKey("IMAGING_ORDER.CONTENT");

        call(server.address(), "/admin/patients/erase", erase(one, false));
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(500))
            .until(
                () ->
                    call(server.address(), "/admin/erasures", "")
                        .at("/erasures/0/state")
                        .asText()
                        .equals("done"));

        assertThat(places(database, one, true)).isEmpty();
        assertThat(places(database, other, false)).isEqualTo(others);
        JsonNode record = call(server.address(), "/admin/erasures", "").at("/erasures/0");
        assertThat(record.path("by").asText()).isEqualTo("Ada Admin");
        assertThat(record.path("reason").asText()).isEqualTo("the patient has asked for it");
        assertThat(record.at("/counts/orders").asInt()).as(record.toString()).isOne();
        assertThat(record.at("/counts/feedback").asInt()).isOne();
        assertThat(record.at("/counts/FHIR DocumentReference").asInt()).isOne();
        assertThat(record.at("/counts/FHIR Binary").asInt()).isOne();
      }
      Path file = data.resolve("database/spinexr.mv.db");
      assertThat(inFile(file, one)).isEmpty();
      assertThat(inFile(file, other)).hasSameSizeAs(other.words());
    }
  }
}

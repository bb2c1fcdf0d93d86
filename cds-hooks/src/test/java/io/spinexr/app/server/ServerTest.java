package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.spinexr.analysis.OutOfScope;
import io.spinexr.app.setting.Mistake;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.OrthancServer;
import io.spinexr.dicomweb.SampleImages.Compression;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.imageio.ImageIO;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The whole server with its demo models against a real archive, used over HTTP as others use it.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ServerTest {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final List<SyntheticPatient> PATIENTS = new ArrayList<>();
  private static final List<String> ACCESSIONS = new ArrayList<>();

  /** Of a phantom that the demo models call abnormal. */
  private static final long ABNORMAL_SEED = 500_000;

  @RegisterExtension static final OrthancServer ORTHANC = new OrthancServer();

  /** Where other tests' logs are, which are searched for patients as well. */
  private static final Path LOG = Path.of("target", "logs", "ServerTest.log");

  @TempDir static Path folder;
  private static ECKey key;
  private static Server server;
  private static DemoEhr ehr;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    key = new ECKeyGenerator(Curve.P_384).keyID("ours").generate();
    Path configuration =
        Files.writeString(
            folder.resolve("site.yaml"),
            """
            server: {port: 0}
            spinexr:
              data: %1$s/data
              public-url: http://127.0.0.1:8080
              archive: {base-url: "%2$s"}
              ehr.oauth: {token-url: "http://127.0.0.1:1/token", client-id: us, key-file: %5$s}
              models: {folder: ../inference-tf/models/demo, show-research-results: true}
              patient-matching:
                identifiers: [{system: "%3$s", issuer: %4$s}]
            """
                .formatted(
                    folder,
                    ORTHANC.baseUrl(),
                    DemoEhr.PATIENT_SYSTEM,
                    SyntheticPatient.ISSUER,
                    Files.writeString(folder.resolve("key.json"), key.toString())));
    // A server that still runs in this VM would keep this one's log to itself.
    LoggingSystem.get(ServerTest.class.getClassLoader()).cleanUp();
    server = Server.start(Optional.of(configuration), Map.of("logging.file.name", LOG.toString()));
    ehr = new DemoEhr(server.address());
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  private static PhantomFile.Study newStudy(long number) {
    PhantomFile.Study study =
        new PhantomFile.Study(
            SyntheticPatient.of(number), "ACC" + number, LocalDate.of(2026, 11, 20));
    PATIENTS.add(study.patient());
    ACCESSIONS.add(study.accessionNumber());
    return study;
  }

  private static DicomFile image(PhantomFile.Study study, int number) {
    return PhantomFile.of(
        new PhantomGenerator().generate(ABNORMAL_SEED + number - 1), study, number);
  }

  private static void store(DicomFile... images) {
    DicomWebClient archive = new DicomWebClient(DicomWebOptions.of(ORTHANC.baseUrl()));
    assertThat(archive.store(List.of(images)).complete()).isTrue();
  }

  private static DemoEhr.Order order(PhantomFile.Study study) {
    return new DemoEhr.Order(
        "order-" + study.accessionNumber(),
        study.patient(),
        study.accessionNumber(),
        "24972-2",
        "XR Lumbar spine Views");
  }

  /** Signs as often as needed until the findings are there. */
  private static DemoEhr.Card findings(DemoEhr.Order order)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < deadline) {
      for (DemoEhr.Card card : ehr.sign(order)) {
        if (card.findings()) {
          Outputs.awaitAll(server);
          return card;
        }
      }
    }
    throw new AssertionError("no findings card within " + PATIENCE);
  }

  private static HttpResponse<byte[]> get(String path) throws IOException, InterruptedException {
    return get(path, "*/*");
  }

  private static HttpResponse<byte[]> get(String path, String accept)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(server.address().resolve(path)).header("Accept", accept).build(),
        BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static JsonNode search(String type, String system, String value)
      throws IOException, InterruptedException {
    String token = URLEncoder.encode(system + "|" + value, StandardCharsets.UTF_8);
    return new ObjectMapper().readTree(get("/fhir/" + type + "?identifier=" + token).body());
  }

  @ParameterizedTest
  @EnumSource
  @Order(1)
  void analysesEveryCompressionFromOrderToReport(Compression compression)
      throws IOException, InterruptedException {
    PhantomFile.Study study = newStudy(7001 + compression.ordinal());
    store(compression.apply(image(study, 1), folder));
    DemoEhr.Card card = findings(order(study));
    assertThat(card.summary()).contains("AI, not a diagnosis", "2026-11-20");
    assertThat(card.links().get(0)).isEqualTo("http://127.0.0.1:8080/studies/" + study.uid());

    JsonNode studies = search("ImagingStudy", "urn:dicom:uid", "urn:oid:" + study.uid());
    assertThat(studies.path("total").asInt()).isEqualTo(1);
    String reportId = study.uid() + "/demo-2.0.0";
    JsonNode reports =
        search("DiagnosticReport", "https://spinexr.io/fhir/identifier/report", reportId);
    assertThat(reports.path("entry")).as(reports.toString()).hasSize(1);
    JsonNode report = reports.path("entry").get(0).path("resource");
    assertThat(report.path("status").asText()).isEqualTo("preliminary");
    assertThat(report.path("presentedForm").findValuesAsText("contentType"))
        .containsExactly("text/html; charset=UTF-8", "image/png");
    JsonNode tasks = search("Task", "https://spinexr.io/fhir/identifier/task", reportId);
    assertThat(tasks.path("entry")).hasSize(1);
  }

  @Test
  @Order(2)
  void publishesTheKeyByWhichTheEhrKnowsItWithoutItsPrivatePart()
      throws IOException, InterruptedException, JOSEException, ParseException {
    HttpResponse<byte[]> keys = get("/.well-known/jwks.json");
    assertThat(keys.statusCode()).isEqualTo(200);
    assertThat(JWKSet.parse(text(keys)).getKeyByKeyId("ours").toECKey().toECPublicKey())
        .isEqualTo(key.toECPublicKey());
    assertThat(text(keys)).doesNotContain("\"d\"").contains("\"alg\":\"ES384\"");
  }

  @Test
  @Order(2)
  void showsWhatCouldNotBeAnalysedBesideWhatCould() throws IOException, InterruptedException {
    PhantomFile.Study study = newStudy(7101);
    DicomFile good = image(study, 1);
    DicomFile other = image(study, 2);
    DicomFile colour =
        new DicomFile(
            other.transferSyntaxUid(),
            other.dataSet().toBuilder()
                .put(Tag.PhotometricInterpretation, "RGB")
                .put(Tag.SamplesPerPixel, 3)
                .build());
    DicomFile child = OutOfScope.CHILD.of(image(study, 3));
    store(good, colour, child);
    findings(order(study));

    String page = dom("/studies/" + study.uid());
    assertThat(page)
        .contains(
            "AI result, not a diagnosis",
            "Images that were not analysed: not analysable",
            "Images that were not analysed: outside what the AI is made for",
            "the patient was younger than 18 years",
            "for research only, not for clinical use",
            good.dataSet().string(Tag.SOPInstanceUID).orElseThrow(),
            colour.dataSet().string(Tag.SOPInstanceUID).orElseThrow(),
            "demo-classifier",
            "probability of abnormality");
  }

  @Test
  @Order(3)
  void showsTheImageWithItsFindings() throws IOException, InterruptedException {
    PhantomFile.Study study = newStudy(7201);
    DicomFile image = image(study, 1);
    store(image);
    findings(order(study));

    String page = dom("/studies/" + study.uid());
    String address =
        "/studies/%s/images/%s.png"
            .formatted(study.uid(), image.dataSet().string(Tag.SOPInstanceUID).orElseThrow());
    assertThat(page).contains("src=\"" + address + "\"", "alt=\"Radiograph 1 with AI findings");
    HttpResponse<byte[]> png = get(address);
    assertThat(png.headers().firstValue("Content-Type")).contains("image/png");
    BufferedImage annotated = ImageIO.read(new ByteArrayInputStream(png.body()));
    assertThat(annotated.getWidth()).isEqualTo(image.dataSet().integer(Tag.Columns).orElseThrow());

    String key = study.uid() + "/demo-2.0.0";
    JsonNode link =
        search("DiagnosticReport", "https://spinexr.io/fhir/identifier/report", key)
            .at("/entry/0/resource/presentedForm/1");
    assertThat(link.has("data")).isFalse();
    HttpResponse<byte[]> stored = get("/fhir/" + link.path("url").asText(), "image/png");
    assertThat(stored.body()).isEqualTo(png.body());
    assertThat(stored.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(stored.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(stored.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'");
    assertThat(stored.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("Attachment");
  }

  @Test
  @Order(3)
  void showsNoPictureUnderAnotherStudy() throws IOException, InterruptedException {
    PhantomFile.Study one = newStudy(7211);
    PhantomFile.Study other = newStudy(7221);
    DicomFile image = image(one, 1);
    store(image);
    store(image(other, 2));
    findings(order(one));
    findings(order(other));
    String name = image.dataSet().string(Tag.SOPInstanceUID).orElseThrow() + ".png";

    assertThat(get("/studies/" + one.uid() + "/images/" + name).statusCode()).isEqualTo(200);
    assertThat(get("/studies/" + other.uid() + "/images/" + name).statusCode()).isEqualTo(404);
  }

  @Test
  @Order(4)
  void listsStudiesInReadingOrder() throws IOException, InterruptedException {
    PhantomFile.Study study = newStudy(7301);
    store(image(study, 1));
    findings(order(study));
    String page = dom("/");
    assertThat(page)
        .contains("/studies/" + study.uid(), "Image archive", "demo-2.0.0")
        .contains("AI results, not diagnoses");
    assertThat(page).doesNotContain("{{");
  }

  @Test
  @Order(4)
  void tellsWhatAnOutputDoesNotTake() throws IOException, InterruptedException {
    PhantomFile.Study study = newStudy(7302);
    store(image(study, 1));
    findings(order(study));
    assertThat(dom("/")).contains("Results to SpineXR's FHIR server", "0 waiting, 0 refused");
    assertThat(dom("/studies/" + study.uid())).contains("At SpineXR's FHIR server", "written");

    JdbcClient.create(server.part(DataSource.class))
        .sql(
            """
            update result_output set state = 'refused', reason = 'several Patients have it'
            where study_uid = :study and output = 'record'\
            """)
        .param("study", study.uid())
        .update();

    assertThat(dom("/")).contains("0 waiting, 1 refused: several Patients have it");
    assertThat(dom("/studies/" + study.uid())).contains("refused: several Patients have it");
  }

  @Test
  @Order(5)
  void remembersAnOrderWhoseImagesDoNotExistYet() throws IOException, InterruptedException {
    PhantomFile.Study study = newStudy(7401);
    List<DemoEhr.Card> cards = ehr.sign(order(study));
    assertThat(cards).isNotEmpty().noneMatch(DemoEhr.Card::findings);
    String state =
        cards.stream()
            .flatMap(card -> card.links().stream())
            .filter(link -> link.contains("/orders/"))
            .findFirst()
            .orElseThrow();
    assertThat(dom(URI.create(state).getPath()))
        .contains("Order: XR Lumbar spine Views", "No spine radiograph is known yet");
  }

  @Test
  @Order(6)
  void saysNothingToOtherOrders() throws IOException, InterruptedException {
    SyntheticPatient patient = SyntheticPatient.of(7501);
    assertThat(ehr.sign(new DemoEhr.Order("o-1", patient, "X1", "36643-5", "XR Chest 2 Views")))
        .isEmpty();
  }

  @Test
  @Order(7)
  void tellsHealthAndMetrics() throws IOException, InterruptedException {
    HttpResponse<byte[]> health = get("/actuator/health");
    assertThat(health.statusCode()).isEqualTo(200);
    JsonNode parts = new ObjectMapper().readTree(health.body()).path("components");
    for (String part : List.of("db", "pacs", "models", "orders")) {
      assertThat(parts.path(part).path("status").asText()).as(part).isEqualTo("UP");
    }
    assertThat(text(get("/actuator/health/readiness"))).contains("UP");
    assertThat(get("/actuator/health/nothing").statusCode()).isEqualTo(404);
    assertThat(text(get("/actuator/prometheus")))
        .contains(
            "spinexr_cds_orders_total",
            "spinexr_cds_cards_total",
            "spinexr_cds_answers_seconds_count",
            "spinexr_studies{state=\"queued\"}",
            "spinexr_analyses_seconds_count",
            "spinexr_classifier_batch_bucket{le=\"8.0\"}");
  }

  @Test
  @Order(8)
  void givesBrowsersNothingToLeakTo() throws IOException, InterruptedException {
    HttpResponse<byte[]> page = get("/");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
        .contains("default-src 'none'", "frame-ancestors 'none'");
    assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(page.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(text(page))
        .doesNotContainPattern("(src|href)=\"https?://")
        .doesNotContain("<script");
  }

  @Test
  @Order(9)
  void answersUnknownAddressesPlainly() throws IOException, InterruptedException {
    for (String path : List.of("/studies/1.2.3", "/studies/x", "/orders/none", "/nothing")) {
      HttpResponse<byte[]> response = get(path);
      assertThat(response.statusCode()).as(path).isEqualTo(404);
      assertThat(text(response)).doesNotContain("Exception", "\tat ", "Apache Tomcat/");
    }
  }

  @Test
  @Order(10)
  void answersOnlyToItsOwnNames() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket
          .getOutputStream()
          .write(
              "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
          .startsWith("HTTP/1.1 421");
    }
  }

  @Test
  @Order(11)
  void refusesToStartTwiceOnOnePort() {
    assertThat(
            catchThrowableOfType(
                Mistake.class,
                () ->
                    Server.start(
                        Optional.empty(),
                        Map.of(
                            "server.port", Integer.toString(server.address().getPort()),
                            "spinexr.archive.base-url", ORTHANC.baseUrl().toString()))))
        .hasMessageContaining("cannot be opened");
  }

  @Test
  @Order(12)
  void withdrawsAResultByThePageForGood() throws IOException, InterruptedException {
    PhantomFile.Study study = newStudy(7601);
    DicomFile image = image(study, 1);
    store(image);
    findings(order(study));
    String page = "/studies/" + study.uid();
    String picture =
        "%s/images/%s.png"
            .formatted(page, image.dataSet().string(Tag.SOPInstanceUID).orElseThrow());
    assertThat(get(picture).statusCode()).isEqualTo(200);
    assertThat(dom(page)).contains("Withdraw this AI result");

    HttpResponse<String> blank = form(page + "/withdraw", "reason=");
    assertThat(blank.statusCode()).isEqualTo(400);
    assertThat(blank.body()).contains("The reason must have");
    HttpResponse<String> done = form(page + "/withdraw", "reason=wrong+side");

    assertThat(done.statusCode()).isEqualTo(303);
    assertThat(done.headers().firstValue("Location").orElseThrow()).endsWith(page);
    assertThat(dom(page))
        .contains("The AI result was withdrawn", "wrong side")
        .doesNotContain("probability of abnormality", "Withdraw this AI result");
    assertThat(get(picture).statusCode()).isEqualTo(404);
    assertThat(ehr.sign(order(study))).noneMatch(DemoEhr.Card::findings);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                search(
                        "DiagnosticReport",
                        "https://spinexr.io/fhir/identifier/report",
                        study.uid() + "/demo-2.0.0")
                    .at("/entry/0/resource/status")
                    .asText()
                    .equals("entered-in-error"));
  }

  @Test
  @Order(13)
  void doesWhatAnAdministratorAsksFor() throws IOException, InterruptedException {
    PhantomFile.Study study = newStudy(7701);
    store(image(study, 1));
    findings(order(study));
    String reason = "{\"reason\": \"under suspicion\", \"by\": \"Dr. A\"}";

    assertThat(admin("model-sets/demo-2.0.0/hide", reason)).isEqualTo(200);
    assertThat(ehr.sign(order(study))).noneMatch(DemoEhr.Card::findings);
    assertThat(dom("/")).contains("Nothing of this model set is shown: under suspicion");
    assertThat(admin("model-sets/demo-2.0.0/show", "{}")).isEqualTo(200);
    assertThat(ehr.sign(order(study))).anyMatch(DemoEhr.Card::findings);

    assertThat(admin("model-sets/unknown-1/hide", reason)).isEqualTo(404);
    assertThat(admin("model-sets/unknown-1/recall", reason)).isEqualTo(404);
    assertThat(admin("studies/%s/identity".formatted(study.uid()), "{\"decision\": \"confirmed\"}"))
        .isEqualTo(404);
    assertThat(admin("studies/%s/identity".formatted(study.uid()), "{\"decision\": \"maybe\"}"))
        .isEqualTo(400);
    assertThat(admin("studies/x/withdraw", reason)).isEqualTo(400);
    assertThat(admin("studies/1.2.3/withdraw", reason)).isEqualTo(404);
    for (String bad : List.of("", "[]", "null", "{\"reason\": 1, \"nothing\": 2}", "{} {}")) {
      assertThat(admin("studies/%s/withdraw".formatted(study.uid()), bad)).as(bad).isEqualTo(400);
    }
    assertThat(
            admin(
                "patients/merge",
                """
                {"retired": {"system": "urn:x", "value": "1"},
                 "surviving": {"system": "urn:x", "value": "2"}, "reason": "registered twice"}
                """))
        .isEqualTo(200);
    assertThat(admin("patients/merge", "{\"reason\": \"x\"}")).isEqualTo(400);

    String patient =
        "{\"system\": \"%s\", \"value\": \"%s\", \"reason\": \"under suspicion\"}"
            .formatted(DemoEhr.PATIENT_SYSTEM, study.patient().id());
    assertThat(dom("/studies/" + study.uid())).contains("probability of abnormality");
    assertThat(admin("patients/opt-out", patient)).isEqualTo(200);
    assertThat(ehr.sign(order(study))).isEmpty();
    assertThat(dom("/studies/" + study.uid()))
        .contains("opted out of AI")
        .doesNotContain("probability of abnormality");
    assertThat(dom("/")).doesNotContain(study.uid());
    assertThat(admin("patients/opt-in", patient)).isEqualTo(200);
    assertThat(admin("patients/opt-in", patient)).isEqualTo(404);
    assertThat(findings(order(study)).findings()).isTrue();
    assertThat(admin("patients/opt-out", "{\"system\": \"urn:x\", \"reason\": \"x\"}"))
        .isEqualTo(400);
    assertThat(admin("studies/%s/withdraw".formatted(study.uid()), reason)).isEqualTo(200);
    assertThat(admin("studies/%s/withdraw".formatted(study.uid()), reason)).isEqualTo(404);
  }

  /** FhirServerTest tells of one to an address that is. */
  @Test
  void subscribesNoAddressThatIsNotListed() throws Exception {
    assertThat(
            admin(
                "subscriptions",
                """
                {"criteria": "Task?status=requested", "reason": "worklist",
                 "endpoint": "http://169.254.169.254/latest"}\
                """))
        .isEqualTo(400);
    assertThat(
            admin(
                "subscriptions",
                "{\"criteria\": \"Task?status=requested\", \"reason\": \" \", \"endpoint\":"
                    + " \"http://x/\"}"))
        .isEqualTo(400);
    assertThat(admin("subscriptions", "{\"criteria\": \"\\u0000\"}")).isEqualTo(400);
    for (String id : List.of("none", "a%20b", "x".repeat(100), "1:2", "-")) {
      assertThat(admin("subscriptions/" + id + "/end", "{}")).as(id).isEqualTo(404);
    }
    assertThat(admin("subscriptions/none/end", "[]")).isEqualTo(400);
  }

  private static int admin(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response = post("/admin/" + path, "application/json", body);
    assertThat(response.body()).doesNotContain("Exception", "under suspicion");
    return response.statusCode();
  }

  private static HttpResponse<String> form(String path, String fields)
      throws IOException, InterruptedException {
    return post(path, "application/x-www-form-urlencoded", fields);
  }

  private static HttpResponse<String> post(String path, String type, String body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(server.address().resolve(path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** After everything above was logged. */
  @Test
  @Order(Integer.MAX_VALUE)
  void keepsPersonalDataOutOfTheLog() throws IOException {
    String log = Files.readString(LOG);
    assertThat(log).contains("/cds-services/", "status=\"200\"");
    assertThat(PATIENTS).isNotEmpty();
    for (SyntheticPatient patient : PATIENTS) {
      assertThat(log)
          .doesNotContain(patient.id())
          .doesNotContain(patient.familyName())
          .doesNotContain(patient.birthDate().toString());
    }
    assertThat(ACCESSIONS).noneMatch(log::contains);
  }

  /** What a browser makes of a page. */
  private static String dom(String path) throws IOException, InterruptedException {
    return new Browser(folder).dom(server.address().resolve(path));
  }
}

package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.app.access.WebUser;
import io.spinexr.audit.Verification;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.issuer.DemoIssuer;
import io.spinexr.phantom.issuer.DemoUser;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The whole server where people sign in: what each of them sees and does. */
class SignedInServerTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final long ABNORMAL_SEED = 500_000;

  @TempDir private static Path folder;
  private static FolderArchive archive;
  private static DemoIssuer issuer;
  private static Server server;
  private static PhantomFile.Study study;
  private static DemoEhr.Card findings;
  private static String orderLink;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    study = study(9001);
    Path images = Files.createDirectory(folder.resolve("images"));
    DicomWriter.write(
        PhantomFile.of(new PhantomGenerator().generate(ABNORMAL_SEED), study, 1),
        images.resolve("one.dcm"));
    archive = FolderArchive.start(images, 0);
    URI address = freeAddress();
    issuer = DemoIssuer.start(0, address);
    Map<String, String> settings = issuer.settings();
    settings.put("server.port", Integer.toString(address.getPort()));
    settings.put("spinexr.data", folder.resolve("data").toString());
    settings.put("spinexr.archive.base-url", archive.baseUrl().toString());
    settings.put("spinexr.patient-matching.identifiers[0].system", DemoEhr.PATIENT_SYSTEM);
    settings.put("spinexr.patient-matching.identifiers[0].issuer", SyntheticPatient.ISSUER);
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.models.show-research-results", "true");
    settings.put("logging.threshold.console", "ERROR");
    server = Server.start(Optional.empty(), settings);
    DemoEhr ehr = new DemoEhr(server.address());
    findings = findings(ehr, order(study));
    Outputs.awaitAll(server);
    orderLink =
        ehr.sign(order(study(9002))).stream()
            .flatMap(card -> card.links().stream())
            .filter(link -> link.contains("/orders/"))
            .findFirst()
            .orElseThrow();
  }

  @AfterAll
  static void stop() {
    server.close();
    issuer.close();
    archive.close();
  }

  private static URI freeAddress() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + probe.getLocalPort());
    }
  }

  private static PhantomFile.Study study(long number) {
    return new PhantomFile.Study(
        SyntheticPatient.of(number), "ACC" + number, LocalDate.of(2026, 11, 20));
  }

  private static DemoEhr.Order order(PhantomFile.Study study) {
    return new DemoEhr.Order(
        "order-" + study.accessionNumber(),
        study.patient(),
        study.accessionNumber(),
        "24972-2",
        "XR Lumbar spine Views");
  }

  private static DemoEhr.Card findings(DemoEhr ehr, DemoEhr.Order order)
      throws IOException, InterruptedException {
    long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
    while (System.nanoTime() < end) {
      Optional<DemoEhr.Card> card =
          ehr.sign(order).stream().filter(DemoEhr.Card::findings).findFirst();
      if (card.isPresent()) {
        return card.get();
      }
    }
    throw new AssertionError("no findings card");
  }

  private static WebUser signedIn(String role) {
    DemoUser user = issuer.user(role);
    WebUser person = new WebUser(server.address());
    assertThat(person.signIn("/", user.login(), user.password()).body())
        .contains(user.name() + " (" + role + ")");
    return person;
  }

  private static String page() {
    return "/studies/" + study.uid();
  }

  @Test
  void showsWhatIsKnownOfAPatientOfTheEhr() {
    String chart = ImagingOrder.chart("cds-client/Patient/" + study.patient().id());
    WebUser radiologist = signedIn("radiologist");
    String page = radiologist.get("/patients/" + chart).body();
    assertThat(page)
        .contains("XR Lumbar spine Views", "<a href=\"" + page() + "\">", "<td>analysed</td>")
        .doesNotContain(study.patient().id());
    String nobodys = radiologist.get("/patients/" + "0".repeat(64)).body();
    assertThat(nobodys).contains("No order of spine radiography for this patient");
    assertThat(signedIn("clinician").get("/patients/" + chart).statusCode()).isEqualTo(403);
  }

  @Test
  void answersNothingAtFhirThatCannotBeRecorded() throws IOException, InterruptedException {
    JdbcClient database = JdbcClient.create(server.part(DataSource.class));
    database.sql("alter table audit_entry rename to away").update();
    try {
      assertThat(
              HTTP.send(
                      HttpRequest.newBuilder(server.address().resolve("/fhir/Patient")).build(),
                      BodyHandlers.ofString())
                  .statusCode())
          .isEqualTo(503);
    } finally {
      database.sql("alter table away rename to audit_entry").update();
    }
  }

  @Test
  void tellsAuditorsAloneWhoAskedForWhat() throws IOException, InterruptedException {
    assertThat(
            HTTP.send(
                    HttpRequest.newBuilder(
                            server.address().resolve("/fhir/Patient/17?_format=json"))
                        .build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(404);
    assertThat(signedIn("radiologist").get("/audit/events").statusCode()).isEqualTo(403);
    signedIn("radiologist").get(page());
    String events = signedIn("auditor").get("/audit/events?_count=1000").body();
    assertThat(events)
        .contains("cards for order-sign", "/fhir/Patient/17")
        .contains("GET /audit/events", "nobody signed in", "\"address\":\"127.0.0.1\"");
    // The EHR's id of the patient, by which an auditor asks.
    String about =
        signedIn("auditor")
            .get("/audit/events?patient=cds-client/Patient/" + study.patient().id())
            .body();
    assertThat(about)
        .contains("cards for order-sign")
        .contains("studies in the archives for order")
        .contains("images in the archives of study " + study.uid())
        .contains("result of study " + study.uid() + " at record")
        .contains("GET " + page() + "\"");
    List<String> export = signedIn("auditor").get("/audit/export").body().lines().toList();
    Verification verification = new Verification(List.of(export), Optional.empty());
    assertThat(verification.problems()).isEmpty();
    assertThat(verification.entries()).isGreaterThan(4);
  }

  @Test
  void leadsARadiologistInABrowserFromTheLoginFormToTheWorklistAndOut()
      throws IOException, InterruptedException {
    DemoUser user = issuer.user("radiologist");
    try (DrivenBrowser browser = new DrivenBrowser(folder)) {
      browser.open(server.address().resolve("/"));
      browser.type("username", user.login());
      browser.type("password", user.password());
      browser.click("button[type=submit]");
      assertThat(browser.read("Ruth Radiologist (radiologist)"))
          .contains("Worklist", "Studies in reading order", "2026-11-20")
          .doesNotContain("Image archive");
      Files.write(Path.of("target", "signed-in-worklist.png"), browser.screenshot());
      browser.click("a[href=\"%s\"]".formatted(page()));
      assertThat(browser.read("AI result, not a diagnosis")).contains("Withdraw this AI result");
      browser.click(".visitor button");
      browser.read("Please sign in");
      assertThat(browser.address().getAuthority()).isEqualTo(issuer.address().getAuthority());
      browser.open(server.address().resolve(page()));
      browser.read("Please sign in");
    }
  }

  @Test
  void opensAStudyToAClinicianByTheLinkOfItsCard() {
    DemoUser user = issuer.user("clinician");
    URI link = URI.create(findings.links().get(0));
    assertThat(link.getQuery()).startsWith("card=");
    WebUser clinician = new WebUser(server.address());
    assertThat(clinician.signIn(page(), user.login(), user.password()).body())
        .contains("This study is not open to you")
        .doesNotContain("emergency");
    HttpResponse<String> opened = clinician.get(link.toString());
    assertThat(opened.body())
        .contains("AI result, not a diagnosis", "Clara Clinician (clinician)")
        .doesNotContain("Withdraw this AI result", "/fhir/");
    String image = opened.body().replaceAll("(?s).*<img src=\"([^\"]+)\".*", "$1");
    assertThat(clinician.get(image).headers().firstValue("Content-Type")).contains("image/png");
    assertThat(clinician.get("/").body()).contains("Studies and orders open by the links");

    assertThat(clinician.get(URI.create(orderLink).getPath()).statusCode()).isEqualTo(403);
    assertThat(clinician.get(orderLink).body()).contains("Order: XR Lumbar spine Views");
  }

  @Test
  void showsAnIntegratorTheStateOfTheServerWithoutAnybodysData() {
    JdbcClient.create(server.part(DataSource.class))
        .sql(
            """
            insert into study_analysis (study_uid, model_set, order_key, patient, radiographs,
              request, requested_at, state, attempts, reason, reading_priority, description)
            select '1.2.826.0.1.77', model_set, order_key, patient, radiographs, request,
              requested_at, 'FAILED', 3, 'the archive refused it', 'routine', 'Spine of a person'
            from study_analysis where study_uid = :study\
            """)
        .param("study", study.uid())
        .update();
    WebUser integrator = signedIn("integrator");
    HttpResponse<String> page = integrator.get("/");
    assertThat(page.body())
        .contains(
            "Image archive",
            "Results to SpineXR",
            "demo-2.0.0",
            "1.2.826.0.1.77",
            "the archive refused it")
        .doesNotContain(
            study.uid(),
            study.accessionNumber(),
            study.patient().familyName(),
            study.patient().id(),
            "2026-11-20",
            "Spine of a person",
            "Lumbar",
            "<h1>Worklist");
    assertThat(integrator.get(page()).statusCode()).isEqualTo(403);
    assertThat(integrator.get(orderLink).statusCode()).isEqualTo(403);
    assertThat(integrator.get("/actuator/health").body()).contains("components");
    assertThat(integrator.get("/actuator/prometheus").body()).contains("spinexr_studies");
    assertThat(new WebUser(server.address()).get("/actuator/health").body())
        .isEqualTo("{\"status\":\"UP\"}");
  }

  @Test
  void writesDownWhoWithdrewAResult() throws IOException, InterruptedException {
    PhantomFile.Study other = study(9003);
    Path file = folder.resolve("other.dcm");
    DicomWriter.write(
        PhantomFile.of(new PhantomGenerator().generate(ABNORMAL_SEED), other, 1), file);
    new DicomWebClient(DicomWebOptions.of(archive.baseUrl()))
        .store(List.of(DicomReader.read(file)));
    findings(new DemoEhr(server.address()), order(other));
    WebUser radiologist = signedIn("radiologist");
    String path = "/studies/" + other.uid();
    String token = WebUser.formToken(radiologist.get(path).body());
    assertThat(
            radiologist
                .submit(path + "/withdraw", Map.of("_csrf", token, "reason", "a wrong level"))
                .statusCode())
        .isEqualTo(303);
    assertThat(radiologist.get(path).body()).contains("withdrawn on", "a wrong level");
    assertThat(
            JdbcClient.create(server.part(DataSource.class))
                .sql("select withdrawn_by from study_analysis where study_uid = :study")
                .param("study", other.uid())
                .query(String.class)
                .single())
        .isEqualTo("Ruth Radiologist (radiologist)");
  }

  @Test
  void letsAProgramAdministerInItsOwnNameOnly() throws IOException, InterruptedException {
    String path = "/admin/patients/opt-out";
    String patient = "\"system\": \"urn:t\", \"value\": \"1\", \"reason\": \"a test\"";
    assertThat(admin(path, "{%s, \"by\": \"Somebody Else\"}".formatted(patient)).statusCode())
        .isEqualTo(400);
    assertThat(admin("/admin/subscriptions/none/end", "{\"by\": \"Somebody Else\"}").statusCode())
        .isEqualTo(400);
    HttpResponse<String> done = admin(path, "{%s}".formatted(patient));
    assertThat(done.body()).isEqualTo("{\"optedOut\":true}");
    HttpResponse<String> nobody =
        HTTP.send(
            HttpRequest.newBuilder(server.address().resolve(path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString("{%s}".formatted(patient)))
                .build(),
            BodyHandlers.ofString());
    assertThat(nobody.statusCode()).isEqualTo(401);
    assertThat(new ObjectMapper().readTree(nobody.body()).path("problem").asText()).isNotEmpty();
  }

  @Test
  void showsAnIntegratorWhatFailed() {
    assertThat(signedIn("integrator").get("/admin/failures").body())
        .startsWith("{\"analyses\":[")
        .endsWith("\"deliveries\":[]}");
    assertThat(signedIn("radiologist").get("/admin/failures").statusCode()).isEqualTo(403);
  }

  @Test
  void hasNothingDoneAgainThatIsNotKnown() throws IOException, InterruptedException {
    assertThat(admin("/admin/failures/retry", "{\"study\": \"1.2.4\"}").body())
        .isEqualTo("{\"begun\":0}");
    assertThat(admin("/admin/failures/retry", "{\"study\": \"x\"}").statusCode()).isEqualTo(400);
  }

  private static HttpResponse<String> admin(String path, String body)
      throws IOException, InterruptedException {
    String client =
        Base64.getEncoder()
            .encodeToString(
                (DemoIssuer.CLIENT + ":" + issuer.secret()).getBytes(StandardCharsets.UTF_8));
    JsonNode token =
        new ObjectMapper()
            .readTree(
                HTTP.send(
                        HttpRequest.newBuilder(issuer.address().resolve("/oauth2/token"))
                            .header("Authorization", "Basic " + client)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(
                                BodyPublishers.ofString(
                                    "grant_type=client_credentials&scope=administrator"))
                            .build(),
                        BodyHandlers.ofString())
                    .body());
    return HTTP.send(
        HttpRequest.newBuilder(server.address().resolve(path))
            .header("Authorization", "Bearer " + token.path("access_token").asText())
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }
}

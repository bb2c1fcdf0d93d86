package io.spinexr.app.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.app.Outcome;
import io.spinexr.app.SpineXr;
import io.spinexr.app.server.Server;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From an order at a server to the same result again, while the server runs and afterwards. */
class ReplayCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long GRAVE_SEED = 234;
  private static final SyntheticPatient PATIENT = Hospital.newPatient();
  private static final PhantomFile.Study STUDY = Hospital.study(PATIENT);

  @TempDir private Path folder;

  private Path configuration(FolderArchive archive, int port) throws IOException {
    return Files.writeString(
        folder.resolve("site.yaml"),
        """
        server: {port: %1$d}
        logging: {threshold: {console: ERROR}}
        spinexr:
          data: %2$s
          public-url: http://127.0.0.1:%1$d
          archive: {base-url: "%3$s"}
          models: {folder: ../inference-tf/models/demo, show-research-results: true}
          patient-matching: {identifiers: [{system: "%4$s", issuer: "%5$s"}]}
          cds: {budget: 30s}
        """
            .formatted(
                port,
                folder.resolve("data"),
                archive.baseUrl(),
                Hospital.SYSTEM,
                SyntheticPatient.ISSUER));
  }

  private static String call() {
    return """
    {"hook": "order-sign", "hookInstance": "6c7a2a2e-7d0a-4b59-9d4d-0d8f1c0f5a11",
     "context": {"userId": "Practitioner/7", "patientId": "p",
      "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource":
       {"resourceType": "ServiceRequest", "id": "o-1", "status": "draft", "intent": "order",
        "subject": {"reference": "Patient/p"}, "requester": {"reference": "Practitioner/7"},
        "code": {"coding": [{"system": "http://loinc.org", "code": "24972-2"}]}}}]}},
     "prefetch": {"patient": {"resourceType": "Patient", "id": "p", "birthDate": "%s",
      "gender": "%s", "identifier": [{"system": "%s", "value": "%s"}]}}}
    """
        .formatted(
            PATIENT.birthDate(),
            PATIENT.sex().equals("F") ? "female" : "male",
            Hospital.SYSTEM,
            PATIENT.id());
  }

  private static String override(String card) {
    return """
    {"feedback": [{"card": "%s", "outcome": "overridden",
      "outcomeTimestamp": "2026-11-27T10:00:00Z",
      "overrideReason": {"reason": {"code": "not-relevant"}, "userComment": "seen before"}}]}
    """
        .formatted(card);
  }

  private static JsonNode ask(Server server, String path, Optional<String> body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(server.address().resolve(path));
    body.ifPresent(
        text ->
            request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(text)));
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JSON.readTree(answer.body());
  }

  /** On a busy machine the first call may come back before there are any. */
  private static String findingsCard(Server server) throws IOException, InterruptedException {
    String trace = "/admin/studies/" + STUDY.uid() + "/trace";
    ask(server, "/cds-services/spinexr", Optional.of(call()));
    await()
        .atMost(Node.SOON)
        .until(() -> ask(server, trace, Optional.empty()).at("/results/0").has("findings"));
    return ask(server, "/cds-services/spinexr", Optional.of(call())).at("/cards/0/uuid").asText();
  }

  private static Outcome replay(Object... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = "replay";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Outcome.of(() -> SpineXr.commandLine(), all);
  }

  @Test
  void computesAgainWhatAServerFoundWhetherItRunsOrNot() throws Exception {
    try (FolderArchive archive = FolderArchive.start(folder.resolve("images"), 0)) {
      Hospital.store(
          archive.baseUrl(), PhantomFile.of(new PhantomGenerator().generate(GRAVE_SEED), STUDY, 1));
      Path site = configuration(archive, freePort());
      Path trace = folder.resolve("trace.json");
      try (Server server = Server.start(Optional.of(site), Map.of())) {
        String card = findingsCard(server);
        ask(server, "/cds-services/spinexr/feedback", Optional.of(override(card)));
        JsonNode told = ask(server, "/admin/studies/" + STUDY.uid() + "/trace", Optional.empty());
        Files.writeString(trace, told.toString());

        assertThat(told.at("/orders/0/id").asText()).isEqualTo("o-1");
        assertThat(told.at("/orders/0/requesters/0").asText()).isEqualTo("Practitioner/7");
        assertThat(told.at("/results/0/modelSet").asText()).isEqualTo("demo-2.0.0");
        assertThat(told.at("/results/0/findings/models/models/0/sha256").asText()).hasSize(64);
        assertThat(told.at("/results/0/provenance/pixelSha256")).hasSize(1);
        assertThat(told.at("/results/0/provenance/settings/device").asText()).isNotEmpty();
        assertThat(told.at("/cards/0/uuid").asText()).isEqualTo(card);
        assertThat(told.at("/cards/0/user").asText()).isEqualTo("Practitioner/7");
        assertThat(told.at("/cards/0/feedback/0/outcome").asText()).isEqualTo("overridden");
        assertThat(told.at("/cards/0/feedback/0/reason").asText()).isEqualTo("not-relevant");
        assertThat(told.toString()).doesNotContain(PATIENT.id(), PATIENT.familyName());

        Outcome running = replay("--config", site, STUDY.uid());
        assertThat(running.status()).as(running.err()).isZero();
        assertThat(running.out())
            .contains(
                "Study   " + STUDY.uid(), "demo-2.0.0", "1, with 1 answers", "The same: 1 image(s)")
            .doesNotContain("Practitioner", "seen before");
        assertThat(replay("--config", site, "1.2.3").err())
            .contains("Nothing is known of study 1.2.3.");
      }

      Outcome stopped = replay("--config", site, STUDY.uid());
      assertThat(stopped.status()).as(stopped.err()).isZero();
      assertThat(replay("--config", site, "1.2.3").status()).isEqualTo(2);
      assertThat(replay("--config", site, "--trace", trace, STUDY.uid()).status()).isZero();
      assertThat(replay("--config", site, "--trace", trace, "1.2.3").err())
          .contains("trace.json is the trace of another study");
      assertThat(replay("--config", site, "--trace", site, STUDY.uid()).err())
          .contains("site.yaml cannot be used: it is no trace of format 1");
      assertThat(replay("--config", site, "everyone").err()).contains("must be a DICOM UID");

      Files.writeString(
          trace, Files.readString(trace).replaceAll("\"score\":0\\.\\d", "\"score\":0.0"));
      Outcome other = replay("--config", site, "--trace", trace, STUDY.uid());
      assertThat(other.status()).isEqualTo(1);
      assertThat(other.out()).contains(" then, not now.", "It differs.");
    }
    try (FolderArchive empty = FolderArchive.start(folder.resolve("empty"), 0)) {
      Outcome gone = replay("--config", configuration(empty, freePort()), STUDY.uid());
      assertThat(gone.status()).isEqualTo(2);
      assertThat(gone.out())
          .contains("The archive does not list the study any more.", "could not be computed again");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }
}

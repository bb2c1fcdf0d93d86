package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/** What a request says is in no line of the log, whatever goes wrong with it. */
@ExtendWith(OutputCaptureExtension.class)
class QuietRequestsTest {
  private static final String SECRET = "Schweigsam";

  @TempDir private static Path folder;

  private static String bundle(String type, String method, String url, String more) {
    return """
    {"resourceType": "Bundle", "type": "%s", "entry": [{
      "request": {"method": "%s", "url": "%s"%s}}]}\
    """
        .formatted(type, method, url, more);
  }

  private static String create(int number) {
    String identifier = "urn:oid:1.2|%s-%d".formatted(SECRET, number);
    return bundle(
        "transaction",
        "POST",
        "Patient",
        """
        , "ifNoneExist": "identifier=%s"}, "resource": {"resourceType": "Patient",
        "identifier": [{"system": "urn:oid:1.2", "value": "%s-%d"}]\
        """
            .formatted(identifier, SECRET, number));
  }

  @Test
  void areToldOfByNoLibrary(CapturedOutput output) throws Exception {
    try (TestServer server =
        TestServer.onH2(folder, "--logging.level.root=DEBUG", "--logging.level.io.spinexr=DEBUG")) {
      assertThat(server.send("GET", "Patient?identifier=" + SECRET.repeat(30), "").statusCode())
          .isEqualTo(200);
      for (String search :
          List.of(
              "Patient?unknown=" + SECRET,
              "Patient?birthdate=" + SECRET,
              "Patient?name:of-type=" + SECRET,
              "Patient/" + SECRET,
              "Observation?subject:Patient.identifier.x=" + SECRET)) {
        server.send("GET", search, "");
        server.send("POST", "", bundle("batch", "GET", search, ""));
        server.send("POST", "", bundle("transaction", "GET", search, ""));
      }
      server.send(
          "POST",
          "Observation",
          """
          {"resourceType": "Observation", "status": "final", "code": {"text": "x"},
          "subject": {"reference": "Patient?identifier=%s"}, "valueDateTime": "%1$s"}\
          """
              .formatted(SECRET));
      ExecutorService clients = Executors.newFixedThreadPool(3);
      try {
        for (int round = 0; round < 2; round++) {
          int number = round;
          List<Future<HttpResponse<String>>> all = new ArrayList<>();
          for (int client = 0; client < 3; client++) {
            all.add(clients.submit(() -> server.send("POST", "", create(number))));
          }
          for (Future<HttpResponse<String>> one : all) {
            one.get();
          }
        }
      } finally {
        clients.shutdownNow();
      }
    }
    assertThat(output.getAll().lines().filter(line -> line.contains(SECRET))).isEmpty();
    assertThat(output).contains("DEBUG");
  }
}

package io.spinexr.workshop.benchmark.service;

import ca.uhn.fhir.context.FhirContext;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.PictureResource;
import io.spinexr.inference.Progress;
import io.spinexr.workshop.demo.DemoServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Times the FHIR server with stored results, over HTTP, in one process with its clients. */
public final class FhirBenchmark {
  private static final String LINKED = "report search by identifier";
  private static final String EMBEDDED = "the same, pictures embedded";

  private final Path data;
  private final Optional<Path> models;
  private final int reports;
  private final int clients;
  private final Duration time;
  private final PrintStream out;

  @SuppressWarnings("NullAway.Init") // known as soon as the server listens
  private URI server;

  /**
   * @param data an empty folder
   * @param models folder of a model set, which is only loaded; the demo models if empty
   * @param reports as they are, and as many with embedded pictures
   * @param time for each kind of request, after as long for each that does not count
   */
  public FhirBenchmark(
      Path data, Optional<Path> models, int reports, int clients, Duration time, PrintStream out) {
    this.data = data;
    this.models = models;
    this.reports = reports;
    this.clients = clients;
    this.time = time;
    this.out = out;
  }

  /** Runs all of it and prints a report in Markdown. */
  public void run(Progress progress) throws IOException, InterruptedException {
    Files.createDirectories(DemoServer.images(data));
    BenchedStudies studies = new BenchedStudies(Clock.systemUTC());
    // The clients write results, as another SpineXR does.
    Map<String, String> more = Map.of("spinexr.fhir.accept-results", "true");
    try (DemoServer embedded = DemoServer.start(data, 0, models, more)) {
      server = embedded.server().address();
      List<String> stored = store(studies, embedded.server().part(FhirRecord.class), progress);
      out.printf(
          Locale.ROOT,
          "Machine: %s.%n%d reports with one picture of %.2f MB each, as many with the picture"
              + " embedded; %d clients.%n%n",
          Machine.description(),
          reports,
          studies.pictureBytes() / 1e6,
          clients);
      out.println(
          "| request | answers | failed | per second | CPU, ms | p50, ms | p95, ms |\n"
              + "|---|---|---|---|---|---|---|");
      Map<String, FhirLoad.Call> calls = calls(stored, newResults(studies));
      for (FhirLoad.Call call : calls.values()) {
        FhirLoad.run(call, clients, time);
      }
      Map<String, FhirLoad> loads = new HashMap<>();
      for (Map.Entry<String, FhirLoad.Call> call : calls.entrySet()) {
        FhirLoad load = FhirLoad.run(call.getValue(), clients, time);
        out.println(load.row(call.getKey()));
        loads.put(call.getKey(), load);
      }
      out.printf(
          Locale.ROOT,
          "%nA report search by identifier takes %.1f times less CPU than with embedded"
              + " pictures.%n",
          Objects.requireNonNull(loads.get(EMBEDDED)).cpuMilliseconds()
              / Objects.requireNonNull(loads.get(LINKED)).cpuMilliseconds());
    }
  }

  /** Addresses of the reports that hold no pictures. */
  private List<String> store(BenchedStudies studies, FhirRecord record, Progress progress) {
    List<String> addresses = new ArrayList<>();
    long start = System.nanoTime();
    for (int i = 0; i < reports; i++) {
      addresses.add(record.write(studies.result(BenchedStudies.uid(i))).report().orElseThrow());
      record.write(studies.embedded(BenchedStudies.uid(reports + i)));
      long left = (System.nanoTime() - start) / (i + 1) * (reports - i - 1);
      progress.update("storing reports", i + 1, reports, "", Duration.ofNanos(left));
    }
    return addresses;
  }

  /** By name, in the order in which they are measured. */
  private Map<String, FhirLoad.Call> calls(List<String> stored, FhirLoad.Call newResult) {
    Map<String, FhirLoad.Call> calls = new LinkedHashMap<>();
    calls.put(LINKED, turn -> get(report(turn % reports)));
    calls.put(EMBEDDED, turn -> get(report(reports + turn % reports)));
    calls.put(
        "report search with its observations",
        turn -> get(report(turn % reports) + "&_include=DiagnosticReport:result"));
    calls.put(
        "worklist, 50 Tasks in reading order",
        turn -> get("Task?status=requested&_sort=reading-order,authored-on&_count=50"));
    calls.put("read of a report", turn -> get(stored.get(turn % reports)));
    calls.put(
        "read of a picture",
        turn -> get("Binary/" + picture(BenchedStudies.uid(turn % reports)), "image/png"));
    calls.put("transaction of a new result", newResult);
    return calls;
  }

  private static String report(int number) {
    String key = BenchedStudies.uid(number) + "/" + BenchedStudies.MODELS.id();
    return "DiagnosticReport?identifier="
        + URLEncoder.encode(Codes.REPORT_IDENTIFIER + "|" + key, StandardCharsets.UTF_8);
  }

  private static String picture(String studyUid) {
    return PictureResource.id(BenchedStudies.image(studyUid), BenchedStudies.MODELS.id());
  }

  /** Each of a study and a patient that are not there yet. */
  private FhirLoad.Call newResults(BenchedStudies studies) {
    String model = BenchedStudies.uid(0);
    String bundle =
        FhirContext.forR4Cached().newJsonParser().encodeResourceToString(studies.result(model));
    AtomicInteger number = new AtomicInteger(2 * reports);
    return turn -> {
      String study = BenchedStudies.uid(number.getAndIncrement());
      String result = bundle.replace(model, study).replace(picture(model), picture(study));
      HttpURLConnection connection = open("", "application/fhir+json");
      connection.setDoOutput(true);
      connection.setRequestProperty("Content-Type", "application/fhir+json");
      try (OutputStream body = connection.getOutputStream()) {
        body.write(result.getBytes(StandardCharsets.UTF_8));
      }
      read(connection);
    };
  }

  private void get(String path, String accept) throws IOException {
    read(open(path, accept));
  }

  private void get(String path) throws IOException {
    get(path, "application/fhir+json");
  }

  /** Blocking, so that all that a client costs is on its own thread. */
  private HttpURLConnection open(String path, String accept) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection) server.resolve("/fhir/" + path).toURL().openConnection();
    connection.setRequestProperty("Accept", accept);
    return connection;
  }

  private static void read(HttpURLConnection connection) throws IOException {
    try (InputStream answer = connection.getInputStream()) {
      answer.transferTo(OutputStream.nullOutputStream());
    }
  }
}

package io.spinexr.workshop.demo;

import io.spinexr.app.server.Server;
import io.spinexr.inference.Progress;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.phantom.issuer.DemoIssuer;
import io.spinexr.phantom.issuer.DemoUser;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.AnalysisService;
import io.spinexr.service.Worklist;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Everything embedded: synthetic images, their archive, the server, and an EHR that uses it. */
public final class Demo implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final List<DemoStudy> studies;
  private final DemoIssuer issuer;
  private final DemoServer embedded;
  private final Server server;

  private Demo(List<DemoStudy> studies, DemoIssuer issuer, DemoServer embedded) {
    this.studies = studies;
    this.issuer = issuer;
    this.embedded = embedded;
    this.server = embedded.server();
  }

  /**
   * Draws the images where they are missing, and starts archive, identity provider and server on
   * loopback.
   *
   * @param data folder for images and database
   * @param difficulty of the images
   * @param port of the server; 0 for any free one
   * @param starting called when the images are there and the server is about to start
   */
  public static Demo start(
      Path data, Difficulty difficulty, int port, Progress progress, Runnable starting)
      throws IOException {
    List<DemoStudy> studies = DemoStudy.all(difficulty);
    DemoArchive.fill(DemoServer.images(data), studies, progress);
    starting.run();
    int known = port == 0 ? freePort() : port; // where people come back to must be known before
    DemoIssuer issuer = DemoIssuer.start(0, URI.create("http://127.0.0.1:" + known));
    try {
      Map<String, String> settings = issuer.settings();
      settings.put("spinexr.sign-in.emergency-access", "true");
      return new Demo(studies, issuer, DemoServer.start(data, known, Optional.empty(), settings));
    } catch (IOException | RuntimeException e) {
      issuer.close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return probe.getLocalPort();
    }
  }

  /** Who can sign in, and by which password until the server stops. */
  public void printUsers(PrintStream out) {
    out.printf("%n  Sign in at %s/ as%n%n", server.address());
    for (DemoUser user : issuer.users()) {
      out.printf(
          "  %-14s %s%s%n",
          user.login(),
          user.password(),
          user.login().equals(DemoUser.STRANGER) ? "  (has no role, and is refused)" : "");
    }
  }

  public Server server() {
    return server;
  }

  /**
   * Signs every patient's order, waits for the findings and tells what comes back.
   *
   * @return what went wrong, in sentences; none if all went right
   */
  public List<String> play(PrintStream out) throws InterruptedException {
    List<String> problems = new ArrayList<>();
    try {
      play(out, problems);
    } catch (IOException e) {
      problems.add("The server did not answer as it should: " + e.getMessage() + ".");
    }
    return problems;
  }

  private void play(PrintStream out, List<String> problems)
      throws IOException, InterruptedException {
    DemoEhr ehr = new DemoEhr(server.address());
    List<DemoEhr.Order> orders =
        studies.stream().filter(DemoStudy::ordered).map(DemoStudy::order).toList();
    out.println("\nAn EHR signs orders. What the clinician sees at once:");
    for (DemoEhr.Order order : orders) {
      print(out, order, ehr.sign(order));
    }
    DemoEhr.Order chest =
        new DemoEhr.Order(
            "order-chest", orders.get(0).patient(), "DEMO999", "36643-5", "XR Chest 2 Views");
    List<DemoEhr.Card> none = ehr.sign(chest);
    print(out, chest, none);
    if (!none.isEmpty()) {
      problems.add("A chest X-ray order got cards.");
    }

    out.println("\nThe same orders when their images are analysed:");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (DemoEhr.Order order : orders) {
      List<DemoEhr.Card> cards = ehr.sign(order);
      while (!settled(cards) && System.nanoTime() < deadline) {
        Thread.sleep(250); // an EHR asks again when the clinician does
        cards = ehr.sign(order);
      }
      print(out, order, cards);
      if (!settled(cards)) {
        problems.add("Order %s got no findings card.".formatted(order.id()));
      }
    }
    AnalysisService analyses = server.part(AnalysisService.class);
    while (analyses.outputs().waiting() > 0 && System.nanoTime() < deadline) {
      Thread.sleep(50);
    }
    printWorklist(out, ehr, problems);
  }

  private static boolean settled(List<DemoEhr.Card> cards) {
    return !cards.isEmpty() && cards.stream().allMatch(DemoEhr.Card::findings);
  }

  private static void print(PrintStream out, DemoEhr.Order order, List<DemoEhr.Card> cards) {
    SyntheticPatient patient = order.patient();
    out.printf("%n  %s, %s: %s%n", patient.familyName(), patient.givenName(), order.display());
    if (cards.isEmpty()) {
      out.println("    no cards");
    }
    for (DemoEhr.Card card : cards) {
      out.printf("    [%s] %s%n", card.indicator(), card.summary());
      card.suggestions().forEach(suggestion -> out.println("        suggests: " + suggestion));
      card.links().forEach(link -> out.println("        " + link));
    }
  }

  private void printWorklist(PrintStream out, DemoEhr ehr, List<String> problems)
      throws IOException, InterruptedException {
    out.println("\nThe reading worklist:\n");
    out.printf(
        "  %-8s %-26s %-11s %-32s %s%n", "priority", "AI says", "probability", "study", "date");
    Worklist analyses = server.part(AnalysisService.class).worklist();
    List<StudyAnalysis> worklist =
        analyses.inReadingOrder(studies.size()).stream()
            .flatMap(entry -> analyses.study(entry.studyUid()).stream())
            .toList();
    for (StudyAnalysis study : worklist) {
      out.printf(
          Locale.ROOT,
          "  %-8s %-26s %-11s %-32s %s%n",
          study.priority().code(),
          study.shown().map(f -> f.verdict().display()).orElse("-"),
          study.shown().map(f -> "%.2f".formatted(f.probability())).orElse("-"),
          study.description(),
          study.studyDate().map(Object::toString).orElse(""));
      checkReport(study, ehr, problems);
    }
    if (worklist.size() != studies.size()) {
      problems.add(
          "The worklist holds %d of %d studies.".formatted(worklist.size(), studies.size()));
    }
    out.printf(
        "%n  Worklist and findings  %s/%n  FHIR                  "
            + " %s/fhir/Task?_sort=reading-order,authored-on%n  CDS Hooks             "
            + " %s/cds-services%n  Health                 %s/actuator/health%n",
        server.address(), server.address(), server.address(), server.address());
  }

  private static void checkReport(StudyAnalysis study, DemoEhr ehr, List<String> problems)
      throws IOException, InterruptedException {
    if (study.state() != StudyState.DONE || study.report().isEmpty()) {
      problems.add(
          "Study %s has no report: %s."
              .formatted(
                  study.studyUid(),
                  study.reason().orElse(study.state().name().toLowerCase(Locale.ROOT))));
    } else if (!ehr.resource(study.report().get()).path("status").asText().equals("preliminary")) {
      problems.add("The report of study %s is not preliminary.".formatted(study.studyUid()));
    }
  }

  @Override
  public void close() {
    embedded.close();
    issuer.close();
  }
}

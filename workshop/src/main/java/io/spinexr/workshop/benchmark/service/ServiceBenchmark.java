package io.spinexr.workshop.benchmark.service;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.radiograph.Stage;
import io.spinexr.service.AnalysisService;
import io.spinexr.state.StudyState;
import io.spinexr.workshop.demo.DemoServer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Times the whole service in one process: archive, server and EHR share its cores. One image per
 * study, one study per patient.
 */
public final class ServiceBenchmark {
  private static final long FIRST_SEED = 700_000;
  private static final int KNOWN = 20;
  private static final int CROWD = 200;
  private static final Duration LOAD = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Path data;
  private final Optional<Path> models;
  private final int studies;
  private final int perSecond;
  private final double scale;
  private final PrintStream out;

  /**
   * @param data an empty folder
   * @param models folder of a model set; the demo models if empty
   * @param studies how many are analysed in each of the two runs
   * @param perSecond CDS calls
   * @param scale of the images' width and height; 1 gives about 600 x 750 pixels
   */
  public ServiceBenchmark(
      Path data, Optional<Path> models, int studies, int perSecond, double scale, PrintStream out) {
    this.data = data;
    this.models = models;
    this.studies = studies;
    this.perSecond = perSecond;
    this.scale = scale;
    this.out = out;
  }

  /** Runs all of it and prints a report in Markdown. */
  public void run(Progress progress) throws IOException, InterruptedException {
    draw(progress);
    long starting = System.nanoTime();
    try (DemoServer embedded = DemoServer.start(data, 0, models, Map.of())) {
      double startSeconds = (System.nanoTime() - starting) / 1e9;
      DemoEhr ehr = new DemoEhr(embedded.server().address());
      AnalysisService analyses = embedded.server().part(AnalysisService.class);
      MeterRegistry meters = embedded.server().part(MeterRegistry.class);

      List<DemoEhr.Order> known = orders(0, KNOWN);
      sign(ehr, known);
      awaitDone(analyses, KNOWN);
      Load.run(ehr, known, perSecond, Load.after(Duration.ofSeconds(5))); // warm-up
      Latencies idle = Load.run(ehr, known, perSecond, Load.after(LOAD));
      Crowd crowd = Crowd.run(ehr, known, CROWD, Duration.ofSeconds(20));

      long quiet = System.nanoTime();
      sign(ehr, orders(KNOWN, studies));
      awaitDone(analyses, KNOWN + studies);
      double quietSeconds = (System.nanoTime() - quiet) / 1e9;

      long busy = System.nanoTime();
      Latencies loaded;
      ExecutorService clinician = Executors.newSingleThreadExecutor();
      try {
        Future<Void> signing =
            clinician.submit(
                () -> {
                  sign(ehr, orders(KNOWN + studies, studies));
                  return null;
                });
        loaded =
            Load.run(
                ehr,
                known,
                perSecond,
                () -> signing.isDone() && done(analyses) >= KNOWN + 2L * studies);
        signing.get();
      } catch (ExecutionException e) {
        throw new IOException("an order could not be signed: " + e.getCause(), e);
      } finally {
        clinician.shutdownNow();
      }
      double busySeconds = (System.nanoTime() - busy) / 1e9;

      report(embedded, meters, startSeconds, idle, crowd, loaded, quietSeconds, busySeconds);
    }
  }

  private void report(
      DemoServer embedded,
      MeterRegistry meters,
      double startSeconds,
      Latencies idle,
      Crowd crowd,
      Latencies loaded,
      double quietSeconds,
      double busySeconds) {
    ModelRepository models = embedded.server().part(ModelRepository.class);
    out.printf(
        "Machine: %s. Models: %s on %s. Images scaled by %.1f. Server start: %.0f s.%n%n",
        Machine.description(), models.modelSet().id(), models.device(), scale, startSeconds);
    out.println("| step of an analysis | mean, ms | at most, ms |\n|---|---|---|");
    for (Stage stage : Stage.values()) {
      Timer timer = meters.find("spinexr.analysis.stage").tag("stage", stage.code()).timer();
      if (timer != null) {
        out.printf(
            Locale.ROOT,
            "| %s | %.1f | %.1f |%n",
            stage.code(),
            timer.mean(TimeUnit.MILLISECONDS),
            timer.max(TimeUnit.MILLISECONDS));
      }
    }
    out.printf(
        "%n| CDS answers at %d/s | calls | failed | p50, ms | p95, ms | p99, ms | longest, ms |%n"
            + "|---|---|---|---|---|---|---|%n%s%n%s%n%s%n%n",
        perSecond,
        idle.row("known patients"),
        loaded.row("known patients while analyses run"),
        crowd.latencies().row("known patients, %d connections at once".formatted(CROWD)));
    out.printf(
        Locale.ROOT,
        "Answers that showed the stored findings with %d connections: %.2f %% of %d.%n%n",
        CROWD,
        100.0 * crowd.withFindings() / Math.max(1, crowd.answers()),
        crowd.answers());
    out.printf(
        Locale.ROOT,
        "Analyses per minute: %.0f alone, %.0f under that load.%n",
        60 * studies / quietSeconds,
        60 * studies / busySeconds);
    out.printf(
        "Resident memory, with archive and EHR in the same process: %s.%n", Machine.memory());
  }

  private static PhantomFile.Study study(int number) {
    return PhantomFile.Study.of(FIRST_SEED + number);
  }

  private void draw(Progress progress) throws IOException {
    Path images = Files.createDirectories(DemoServer.images(data));
    int total = KNOWN + 2 * studies;
    long start = System.nanoTime();
    for (int i = 0; i < total; i++) {
      DicomWriter.write(
          PhantomFile.of(new PhantomGenerator().generate(FIRST_SEED + i, scale), study(i), 1),
          images.resolve(i + ".dcm"));
      long left = (System.nanoTime() - start) / (i + 1) * (total - i - 1);
      progress.update("drawing images", i + 1, total, "", Duration.ofNanos(left));
    }
  }

  private static List<DemoEhr.Order> orders(int first, int count) {
    List<DemoEhr.Order> orders = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      PhantomFile.Study study = study(i);
      orders.add(
          new DemoEhr.Order(
              "order-" + i,
              study.patient(),
              study.accessionNumber(),
              "24972-2",
              "XR Lumbar spine Views"));
    }
    return orders;
  }

  private static void sign(DemoEhr ehr, List<DemoEhr.Order> orders)
      throws IOException, InterruptedException {
    for (DemoEhr.Order order : orders) {
      ehr.sign(order);
    }
  }

  /** Analysed, with a report. */
  private static long done(AnalysisService analyses) {
    long analysed = analyses.worklist().counts().getOrDefault(StudyState.DONE, 0L);
    return analysed - analyses.outputs().waiting();
  }

  private static void awaitDone(AnalysisService analyses, long count) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (done(analyses) < count) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "only %d of %d studies were analysed".formatted(done(analyses), count));
      }
      Thread.sleep(50);
    }
  }
}

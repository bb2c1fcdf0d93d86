package io.spinexr.workshop.benchmark.evaluation;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.evaluation.AveragePrecision;
import io.spinexr.evaluation.RocCurve;
import io.spinexr.evaluation.bootstrap.Bootstrap;
import io.spinexr.evaluation.bootstrap.Resampled;
import io.spinexr.evaluation.bootstrap.ResampledClassifier;
import io.spinexr.evaluation.bootstrap.ResampledDetector;
import io.spinexr.evaluation.bootstrap.Resampling;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.workshop.benchmark.service.Machine;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Times bootstrap intervals of a classifier's and a detector's figures beside a loop with
 * scikit-learn and NumPy, which does a hundredth of the resamples.
 */
public final class EvaluationBenchmark {
  private static final long SEED = 7;
  private static final double THRESHOLD = 0.5;
  private static final double IOU = 0.5;
  private static final int FEWER = 100;
  private static final double SAME = 1e-9;
  private static final String PYTHON = "/usr/bin/python3";

  private final Path folder;
  private final int images;
  private final int resamples;
  private final int detectorResamples;
  private final PrintStream out;

  /**
   * @param folder for files, which stay there
   * @param images at least 200, so that every type is annotated
   * @param resamples of the classifier's figures
   * @param detectorResamples of the detector's
   */
  public EvaluationBenchmark(
      Path folder, int images, int resamples, int detectorResamples, PrintStream out) {
    this.folder = folder;
    this.images = images;
    this.resamples = resamples;
    this.detectorResamples = detectorResamples;
    this.out = out;
  }

  /**
   * Times both and prints a table.
   *
   * @throws IllegalStateException if Python computes other figures
   */
  public void run() throws IOException, InterruptedException {
    DrawnPredictions predictions = DrawnPredictions.of(images, SEED);
    double classifier =
        seconds(resamples, () -> new ResampledClassifier(predictions.labels(), THRESHOLD));
    double detector =
        seconds(
            detectorResamples,
            () -> new ResampledDetector(DrawnPredictions.TYPES, IOU, predictions.images()));

    out.println(Machine.description());
    out.printf("%d images, 100 detections on each%n%n", images);
    double[] python = python(predictions);
    out.println("| bootstrap | ours, s | Python, s | Python / ours |");
    out.println("|---|---|---|---|");
    row("AUROC, F1, sensitivity, specificity", resamples, classifier, python[2]);
    row("AP of each type and mAP", detectorResamples, detector, python[3]);
    out.printf(
        "%nOurs is the first run in this process, with ranking and matching. Python is scikit-learn"
            + " and NumPy in a loop%nover a hundredth of the resamples, times %d, without start and"
            + " matching. Both find the same AUROC and mAP.%n",
        FEWER);
  }

  /** How long ranking, resampling and the interval of every figure take. */
  private <F> double seconds(int resamples, Supplier<Resampled<F>> ranked) {
    long start = System.nanoTime();
    Resampled<F> measured = ranked.get();
    Bootstrap<F> bootstrap =
        Bootstrap.of(Resampling.ofImages(images, resamples, SEED), List.of(measured));
    measured.figures().forEach(figure -> bootstrap.interval(0, figure));
    return (System.nanoTime() - start) / 1e9;
  }

  private void row(String figures, int resamples, double ours, double each) {
    double python = each * resamples;
    out.printf(
        Locale.ROOT,
        "| %s, %d resamples | %.2f | %.1f | %.0f |%n",
        figures,
        resamples,
        ours,
        python,
        python / ours);
  }

  /** AUROC, mAP, and seconds for one resample of the classifier and of the detector. */
  private double[] python(DrawnPredictions predictions) throws IOException, InterruptedException {
    Path data = folder.resolve("predictions.json");
    new ObjectMapper().writeValue(data.toFile(), json(predictions));
    Path script = folder.resolve("evaluate.py");
    try (InputStream resource = EvaluationBenchmark.class.getResourceAsStream("evaluate.py")) {
      Files.write(script, resource.readAllBytes());
    }
    Process process =
        new ProcessBuilder(
                PYTHON,
                script.toString(),
                data.toString(),
                Integer.toString(Math.max(1, resamples / FEWER)),
                Integer.toString(Math.max(1, detectorResamples / FEWER)))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          "Python failed, as it says above; on Debian: sudo apt-get install python3-sklearn");
    }
    double[] figures = Arrays.stream(output.split(" ")).mapToDouble(Double::parseDouble).toArray();
    double map =
        AveragePrecision.mean(
            AveragePrecision.perType(DrawnPredictions.TYPES, IOU, predictions.images()));
    require("AUROC", RocCurve.of(predictions.labels()).area(), figures[0]);
    require("mAP", map, figures[1]);
    return figures;
  }

  private static void require(String figure, double ours, double python) {
    if (!(Math.abs(ours - python) <= SAME)) {
      throw new IllegalStateException("%s is %s, but %s in Python".formatted(figure, ours, python));
    }
  }

  private static Map<String, Object> json(DrawnPredictions predictions) {
    return Map.of(
        "threshold", THRESHOLD,
        "iou", IOU,
        "types", DrawnPredictions.TYPES.size(),
        "labels", predictions.labels(),
        "images",
            predictions.images().stream()
                .map(
                    image ->
                        Map.of(
                            "annotated",
                            image.annotations().stream()
                                .map(a -> row(a.type(), a.box(), 0))
                                .toList(),
                            "detected",
                            image.findings().stream()
                                .map(f -> row(f.type(), f.box(), f.score()))
                                .toList()))
                .toList());
  }

  private static List<Double> row(LesionType type, BoundingBox box, double last) {
    return List.of(
        (double) DrawnPredictions.TYPES.indexOf(type),
        box.xMin(),
        box.yMin(),
        box.xMax(),
        box.yMax(),
        last);
  }
}

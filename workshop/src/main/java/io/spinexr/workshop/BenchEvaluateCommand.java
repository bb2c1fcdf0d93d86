package io.spinexr.workshop;

import io.spinexr.app.setting.Mistake;
import io.spinexr.workshop.benchmark.evaluation.EvaluationBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Times the figures of an evaluation. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Times bootstrap intervals of predictions drawn at random, beside a loop with scikit-learn"
          + " and NumPy.",
      "Needs Debian's python3-sklearn."
    })
final class BenchEvaluateCommand implements Callable<Integer> {
  @Option(
      names = "--images",
      paramLabel = "N",
      defaultValue = "2078",
      description = "As many as the paper's test set has (default: ${DEFAULT-VALUE}).")
  private int images;

  @Option(
      names = "--resamples",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Of the classifier's figures (default: ${DEFAULT-VALUE}).")
  private int resamples;

  @Option(
      names = "--detector-resamples",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Of the detector's figures (default: ${DEFAULT-VALUE}).")
  private int detectorResamples;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (images < 200 || resamples < 1 || detectorResamples < 1) {
      throw new Mistake(
          "--images must be at least 200, --resamples and --detector-resamples at least 1.");
    }
    Path data = Files.createTempDirectory("spinexr-bench");
    try {
      new EvaluationBenchmark(data, images, resamples, detectorResamples, System.out).run();
      return 0;
    } finally {
      FileSystemUtils.deleteRecursively(data);
    }
  }
}

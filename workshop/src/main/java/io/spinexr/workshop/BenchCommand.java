package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.workshop.benchmark.service.ServiceBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures this machine. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    subcommands = {
      BenchInferenceCommand.class,
      BenchBatchingCommand.class,
      BenchFhirCommand.class,
      BenchDecodeCommand.class,
      BenchEvaluateCommand.class
    },
    description = {
      "Measures the service on this machine.",
      "The steps of an analysis, CDS answers at a fixed rate alone and while analyses run,",
      "analyses per minute, and memory."
    })
final class BenchCommand implements Callable<Integer> {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Folder of the model set (default: the demo models).")
  private @Nullable Path models;

  @Option(
      names = "--studies",
      paramLabel = "N",
      defaultValue = "100",
      description = "Analysed alone, and as many under load (default: ${DEFAULT-VALUE}).")
  private int studies;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "50",
      description = "CDS calls per second (default: ${DEFAULT-VALUE}).")
  private int rate;

  @Option(
      names = "--scale",
      paramLabel = "X",
      defaultValue = "1",
      description =
          "Of the images' width and height, up to 4; 1 is about 600 x 750 pixels"
              + " (default: ${DEFAULT-VALUE}).")
  private double scale;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (studies < 1 || rate < 1 || !(scale > 0 && scale <= 4)) {
      throw new Mistake(
          "--studies and --rate must be at least 1, and --scale above 0 and at most 4.");
    }
    Path data = Files.createTempDirectory("spinexr-bench");
    try {
      new ServiceBenchmark(data, Optional.ofNullable(models), studies, rate, scale, System.out)
          .run(Terminal.progress());
      return 0;
    } finally {
      FileSystemUtils.deleteRecursively(data);
    }
  }
}

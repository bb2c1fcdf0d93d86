package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.workshop.benchmark.service.FhirBenchmark;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FileSystemUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Measures what the FHIR server costs. */
@Command(
    name = "fhir",
    mixinStandardHelpOptions = true,
    description = {
      "Measures the FHIR server with stored results on this machine.",
      "Searches, worklist, reads and transactions per second and CPU time of each, and the search",
      "for a report with its picture embedded, as earlier versions stored it."
    })
final class BenchFhirCommand implements Callable<Integer> {
  @Option(
      names = "--models",
      paramLabel = "DIR",
      description = "Folder of the model set that the server loads (default: the demo models).")
  private @Nullable Path models;

  @Option(
      names = "--reports",
      paramLabel = "N",
      defaultValue = "200",
      description =
          "Stored reports, and as many with embedded pictures (default: ${DEFAULT-VALUE}).")
  private int reports;

  @Option(
      names = "--clients",
      paramLabel = "N",
      defaultValue = "4",
      description = "That call at the same time (default: ${DEFAULT-VALUE}).")
  private int clients;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "For each kind of request (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (reports < 1 || clients < 1 || seconds < 1) {
      throw new Mistake("--reports, --clients and --seconds must be at least 1.");
    }
    Path data = Files.createTempDirectory("spinexr-bench");
    try {
      new FhirBenchmark(
              data,
              Optional.ofNullable(models),
              reports,
              clients,
              Duration.ofSeconds(seconds),
              System.out)
          .run(Terminal.progress());
      return 0;
    } finally {
      FileSystemUtils.deleteRecursively(data);
    }
  }
}

package io.spinexr.workshop;

import io.spinexr.app.DeviceOption;
import io.spinexr.app.setting.Mistake;
import io.spinexr.inference.Batching;
import io.spinexr.inference.tensorflow.TensorFlowDevice;
import io.spinexr.workshop.benchmark.network.BatchingBenchmark;
import io.spinexr.workshop.benchmark.network.BatchingBenchmark.Comparison;
import io.spinexr.workshop.benchmark.network.BatchingBenchmark.Load;
import io.spinexr.workshop.benchmark.service.Latencies;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures what batching gains and costs. */
@Command(
    name = "batching",
    mixinStandardHelpOptions = true,
    description = {
      "Measures what dynamic batching of classifiers gains and costs.",
      "Callers classify images of 1606 x 2455 pixels, resizing included, without batching and with",
      "it in turns: images per second, and how long each call took."
    })
final class BenchBatchingCommand implements Callable<Integer> {
  @Option(
      names = "--networks",
      paramLabel = "A",
      split = ",",
      defaultValue = "densenet121",
      description = "Classifiers of one ensemble (default: ${DEFAULT-VALUE}).")
  private List<String> networks;

  @Option(
      names = "--concurrent",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,2,4,8",
      description = "Callers at the same time (default: ${DEFAULT-VALUE}).")
  private List<Integer> callers;

  @Option(
      names = "--images",
      paramLabel = "N",
      description = "Images in a batch at most (default: as in the server).")
  private int images = Batching.DEFAULT.images();

  @Option(
      names = "--delay",
      paramLabel = "MS",
      description = "Milliseconds that a batch waits for more images (default: as in the server).")
  private long delay = Batching.DEFAULT.delay().toMillis();

  @Option(
      names = "--calls",
      paramLabel = "N",
      defaultValue = "10",
      description = "Of each caller in each round (default: ${DEFAULT-VALUE}).")
  private int calls;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "After one that does not count (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() {
    if (images < 1 || calls < 1 || rounds < 1 || callers.stream().anyMatch(number -> number < 1)) {
      throw new Mistake("--images, --concurrent, --calls and --rounds must be at least 1.");
    }
    if (delay < 0) {
      throw new Mistake("--delay must be at least 0.");
    }
    TensorFlowDevice chosen = TensorFlowDevice.choose(device.options());
    System.out.printf(
        "%s, %d processors; at most %d images and %d ms%n",
        chosen.description(), Runtime.getRuntime().availableProcessors(), images, delay);
    System.out.printf(
        "%7s %8s %10s %6s %8s %8s %8s %7s%n",
        "callers", "batching", "images/s", "gain", "p50, ms", "p95, ms", "p99, ms", "batch");
    List<Comparison> comparisons =
        BatchingBenchmark.run(
            networks,
            chosen,
            new Batching(images, Duration.ofMillis(delay)),
            callers,
            rounds,
            calls);
    for (int i = 0; i < callers.size(); i++) {
      Comparison comparison = comparisons.get(i);
      double gain = comparison.with().imagesPerSecond() / comparison.without().imagesPerSecond();
      print(callers.get(i), "off", comparison.without(), "");
      print(callers.get(i), "on", comparison.with(), "%.2fx".formatted(gain));
    }
    return 0;
  }

  private static void print(int callers, String batching, Load load, String gain) {
    Latencies latencies = Latencies.of(load.nanoseconds(), 0);
    System.out.printf(
        "%7d %8s %10.1f %6s %8.1f %8.1f %8.1f %7.2f%n",
        callers,
        batching,
        load.imagesPerSecond(),
        gain,
        latencies.percentile(0.5),
        latencies.percentile(0.95),
        latencies.percentile(0.99),
        load.imagesPerBatch());
  }
}

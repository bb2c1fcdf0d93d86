package io.spinexr.workshop;

import io.spinexr.app.DeviceOption;
import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.inference.architecture.Architecture;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.tensorflow.TensorFlowDevice;
import io.spinexr.workshop.benchmark.network.InferenceBenchmark;
import io.spinexr.workshop.benchmark.network.InferenceBenchmark.EnsembleTiming;
import io.spinexr.workshop.benchmark.network.InferenceBenchmark.Timing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Times the networks. */
@Command(
    name = "inference",
    mixinStandardHelpOptions = true,
    description = {
      "Times the networks with random weights: milliseconds per image, beside PyTorch in turns"
          + " with",
      "the same weights and number of threads, and the share of the device's peak in a matrix",
      "product. Needs an idle machine: threads that wait for each other stretch PyTorch's times."
    })
final class BenchInferenceCommand implements Callable<Integer> {
  @Option(
      names = "--networks",
      paramLabel = "A",
      split = ",",
      description = "Architectures (default: all with ResNet-50 or DenseNet).")
  private List<String> networks =
      Architecture.names().stream().filter(name -> !name.contains("r101")).toList();

  @Option(
      names = "--batch",
      paramLabel = "N",
      split = ",",
      defaultValue = "1,8",
      description = "Images at once (default: ${DEFAULT-VALUE}). Detectors take one.")
  private List<Integer> batches;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Timed runs, of which the median counts (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--pytorch",
      description = "Also time the same networks in PyTorch, with the same weights.")
  private boolean pytorch;

  @Option(
      names = "--onnx",
      description = "Also time them in ONNX Runtime on the CPU. PyTorch exports them: --pytorch.")
  private boolean onnx;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      defaultValue = "/usr/bin/python3",
      description = "Python with torch and torchvision (default: ${DEFAULT-VALUE}).")
  private Path python;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() {
    if (rounds < 1 || batches.stream().anyMatch(batch -> batch < 1)) {
      throw new Mistake("--rounds and --batch must be at least 1.");
    }
    if (onnx && !pytorch) {
      throw new Mistake("--onnx needs --pytorch too, because PyTorch exports the networks.");
    }
    if (onnx && !InferenceBenchmark.hasOnnxRuntime()) {
      Terminal.say(
          "ONNX Runtime is left out because it is not installed: its library belongs into the"
              + " folder workshop/onnx, which docs/benchmarks.md tells how to fill.");
      onnx = false;
    }
    TensorFlowDevice chosen = TensorFlowDevice.choose(device.options());
    System.out.printf(
        "%s, %d processors%n", chosen.description(), Runtime.getRuntime().availableProcessors());
    System.out.printf(
        "%-20s %5s %12s %12s %7s %12s %7s %6s%n",
        "network", "batch", "ms/image", "PyTorch", "faster", "ONNX", "faster", "peak");
    try (InferenceBenchmark benchmark =
        new InferenceBenchmark(
            chosen, rounds, pytorch ? Optional.of(python) : Optional.empty(), onnx)) {
      for (String network : networks) {
        benchmark.time(network, batches, (batch, timing) -> print(network, batch, timing));
      }
      List<String> classifiers = networks.stream().filter(classifiers()::contains).toList();
      if (classifiers.size() > 1) {
        EnsembleTiming set = benchmark.ensemble(classifiers);
        System.out.printf(
            "set of %s, with resizing: %.1f ms per image; the sum of its parts: %.1f, %.2fx%n",
            String.join(", ", classifiers),
            set.milliseconds(),
            set.sum(),
            set.sum() / set.milliseconds());
      }
      System.out.printf(
          "peak: %.1f GFLOP/s, the fastest 2048 x 2048 matrix product%n", benchmark.peak() / 1e9);
    }
    return 0;
  }

  private static Set<String> classifiers() {
    return Architecture.all().stream()
        .filter(architecture -> architecture.task() == Task.CLASSIFICATION)
        .map(Architecture::name)
        .collect(Collectors.toSet());
  }

  private static void print(String network, int batch, Optional<Timing> timing) {
    System.out.printf("%-20s %5d ", network, batch);
    timing.ifPresentOrElse(
        BenchInferenceCommand::print,
        () ->
            System.out.println("       one image at a time, so that no result depends on others"));
  }

  private static void print(Timing timing) {
    System.out.printf(
        "%12.1f %s %s %6s%n",
        timing.milliseconds(),
        peer(timing, timing.pytorch()),
        peer(timing, timing.onnx()),
        timing.share().map(share -> "%.0f %%".formatted(100 * share)).orElse("-"));
    timing.remarks().forEach(remark -> System.out.println("  " + remark));
  }

  private static String peer(Timing timing, Optional<Double> milliseconds) {
    return milliseconds
        .map(theirs -> "%12.1f %6.2fx".formatted(theirs, theirs / timing.milliseconds()))
        .orElse("%12s %7s".formatted("-", "-"));
  }
}

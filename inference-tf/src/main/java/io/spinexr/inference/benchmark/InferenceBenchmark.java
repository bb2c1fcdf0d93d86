package io.spinexr.inference.benchmark;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.Device;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelException;
import io.spinexr.inference.ModelManifest.Task;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.OutputComparison;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.PillowResize;
import io.spinexr.inference.architecture.ModelImport;
import io.spinexr.inference.phantom.PhantomGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * Times networks with random weights, beside the same networks with the same weights in other
 * programs. Detectors get an image of the data set's mean size, 1606 x 2455 pixels, resized as
 * their manifest says; classifiers their input size. What is timed is the call of the network, from
 * grey levels to outputs, without decoding, and without resizing where that happens before it.
 */
public final class InferenceBenchmark implements AutoCloseable {
  private static final int WIDTH = 1606;
  private static final int HEIGHT = 2455;
  private static final int WARM_UPS = 3;
  // Threads of a program that has just run look for more work for a while.
  private static final int PAUSE_MILLISECONDS = 100;

  private final Device device;
  private final int rounds;
  private final Optional<Path> python;
  private final MatrixProduct product;
  private final GrayscaleImage radiograph;
  private double peak;

  /**
   * @param rounds that count, of each network
   * @param python that has PyTorch and torchvision; empty to leave them out
   */
  public InferenceBenchmark(Device device, int rounds, Optional<Path> python) {
    this.device = device;
    this.rounds = rounds;
    this.python = python;
    this.product = new MatrixProduct(device);
    this.radiograph = radiograph();
  }

  /** A phantom of the data set's mean size. */
  static GrayscaleImage radiograph() {
    return PillowResize.resize(new PhantomGenerator().generate(1, 2).grayscale(), WIDTH, HEIGHT);
  }

  /**
   * The fastest matrix product so far, in single-precision floating-point operations per second; it
   * takes its turn in every round.
   */
  public double peak() {
    return peak;
  }

  /**
   * Medians over the rounds, in which the programs take turns.
   *
   * @param milliseconds per image here
   * @param pytorch the same network in PyTorch
   * @param share of the peak that is reached here, in [0,1]; known where PyTorch counts operations
   */
  public record Timing(double milliseconds, Optional<PeerTiming> pytorch, Optional<Double> share) {}

  /**
   * Another program with the same network.
   *
   * @param milliseconds per image
   * @param difference between its outputs and ours
   */
  public record PeerTiming(double milliseconds, OutputComparison difference) {
    /** Whether both compute the same, without which their times say nothing. */
    public boolean agrees() {
      return difference.within(Tolerance.DEFAULT);
    }
  }

  /** What is told of each batch size. */
  @FunctionalInterface
  public interface Report {
    /**
     * @param timing empty if the network takes one image at a time and {@code batch} is larger
     */
    void accept(int batch, Optional<Timing> timing);
  }

  /**
   * Times one network. With PyTorch, that makes the weights, and the model is imported from its
   * checkpoint.
   *
   * @param batches numbers of images at once
   * @throws ModelException if Python or PyTorch is wanted and missing
   */
  public void time(String architecture, List<Integer> batches, Report report) {
    Path folder = temporary();
    try (Peer peer = new Peer(python.map(program -> start(program, architecture, folder)))) {
      Path made = folder.resolve("model");
      peer.pytorch.ifPresentOrElse(
          pytorch ->
              ModelImport.fromCheckpoint(
                  architecture, pytorch.checkpoint(), Optional.empty(), made, share -> {}),
          () -> ModelImport.random(architecture, 1, made));
      try (Model model = Model.load(made, device)) {
        for (int batch : batches) {
          boolean possible = batch == 1 || model.manifest().task() == Task.CLASSIFICATION;
          report.accept(
              batch, possible ? Optional.of(time(model, batch, peer.pytorch)) : Optional.empty());
        }
      }
    } finally {
      delete(folder);
    }
  }

  /** Closes what may be there. */
  private record Peer(Optional<PyTorch> pytorch) implements AutoCloseable {
    @Override
    public void close() {
      pytorch.ifPresent(PyTorch::close);
    }
  }

  private PyTorch start(Path program, String architecture, Path folder) {
    int threads = Runtime.getRuntime().availableProcessors();
    return PyTorch.start(program, architecture, radiograph, folder, threads, device.kind());
  }

  private Timing time(Model model, int batch, Optional<PyTorch> pytorch) {
    GrayscaleImage image = model.manifest().prepare(radiograph);
    List<GrayscaleImage> images = Collections.nCopies(batch, image);
    Optional<PyTorch.Run> run = pytorch.map(peer -> peer.take(image, batch));
    List<DoubleSupplier> programs = new ArrayList<>();
    programs.add(() -> seconds(model, images));
    pytorch.ifPresent(peer -> programs.add(peer::seconds));
    List<Double> medians = inTurns(programs);
    double ours = medians.get(0);
    return new Timing(
        ours * 1e3 / batch,
        run.map(
            theirs ->
                new PeerTiming(medians.get(1) * 1e3 / batch, difference(model, image, theirs))),
        run.map(theirs -> 2 * theirs.multiplications() / ours / peak));
  }

  private static OutputComparison difference(Model model, GrayscaleImage image, PyTorch.Run run) {
    return OutputComparison.of(ModelOutput.of(model, image), run.output(), Tolerance.DEFAULT);
  }

  private static double seconds(Model model, List<GrayscaleImage> images) {
    long start = System.nanoTime();
    return model.run(images, outputs -> (System.nanoTime() - start) / 1e9);
  }

  /**
   * Lets programs run in turns: a pause in which all others come to rest, one run that is not
   * timed, so that caches are as the program likes them, and one that is.
   *
   * @param programs each runs once and says how many seconds that took
   * @return the median of each
   */
  private List<Double> inTurns(List<DoubleSupplier> programs) {
    List<List<Double>> seconds = new ArrayList<>();
    for (DoubleSupplier program : programs) {
      seconds.add(new ArrayList<>());
      for (int i = 0; i < WARM_UPS; i++) {
        program.getAsDouble();
      }
    }
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < programs.size(); i++) {
        seconds.get(i).add(turn(programs.get(i)));
      }
      peak = Math.max(peak, 1 / turn(() -> 1 / product.speed()));
    }
    return seconds.stream().map(InferenceBenchmark::median).toList();
  }

  private static double turn(DoubleSupplier program) {
    try {
      Thread.sleep(PAUSE_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("the benchmark was interrupted", e);
    }
    program.getAsDouble();
    return program.getAsDouble();
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  static Path temporary() {
    try {
      return Files.createTempDirectory("spinexr-benchmark");
    } catch (IOException e) {
      throw new ModelException("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  static void delete(Path folder) {
    try (Stream<Path> paths = Files.walk(folder)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw new ModelException("cannot remove %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  @Override
  public void close() {
    product.close();
  }
}

package io.spinexr.inference.benchmark;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.Device;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelException;
import io.spinexr.inference.ModelManifest;
import io.spinexr.inference.ModelManifest.Task;
import io.spinexr.inference.architecture.ModelImport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Times networks with random weights on noise. Detectors get an image of the data set's mean size,
 * 1606 x 2455 pixels, resized as their manifest says; classifiers their input size. What is timed
 * is the call of the network, without decoding and resizing where those happen before it.
 */
public final class InferenceBenchmark implements AutoCloseable {
  private static final int WIDTH = 1606;
  private static final int HEIGHT = 2455;

  private final Device device;
  private final int rounds;
  private final Optional<Path> python;
  private final MatrixProduct product;
  private double peak;

  /**
   * @param rounds timed runs of each network, after one that is not timed
   * @param python that has PyTorch and torchvision; empty to leave them out
   */
  public InferenceBenchmark(Device device, int rounds, Optional<Path> python) {
    this.device = device;
    this.rounds = rounds;
    this.python = python;
    this.product = new MatrixProduct(device);
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
   * @param pytorch milliseconds per image in PyTorch
   * @param share of the peak that is reached here, in [0,1]; known where PyTorch counts operations
   */
  public record Timing(double milliseconds, Optional<Double> pytorch, Optional<Double> share) {}

  /**
   * Times one network.
   *
   * @return empty if the network takes one image at a time and {@code batch} is larger
   */
  public Optional<Timing> time(String architecture, int batch) {
    Path folder = temporary();
    try {
      Path made = folder.resolve("model");
      ModelManifest manifest = ModelImport.random(architecture, 1, made);
      if (manifest.task() == Task.DETECTION && batch > 1) {
        return Optional.empty();
      }
      try (Model model = Model.load(made, device)) {
        return Optional.of(time(model, batch));
      }
    } finally {
      delete(folder);
    }
  }

  private Timing time(Model model, int batch) {
    List<GrayscaleImage> images = Collections.nCopies(batch, image(model.manifest()));
    Optional<PyTorch> reference =
        python.flatMap(
            program ->
                PyTorch.start(
                    program,
                    model.manifest().architecture(),
                    batch,
                    images.get(0).height(),
                    images.get(0).width(),
                    Runtime.getRuntime().availableProcessors(),
                    device.kind()));
    List<Double> ours = new ArrayList<>();
    List<Double> theirs = new ArrayList<>();
    try {
      seconds(model, images);
      for (int round = 0; round < rounds; round++) {
        ours.add(seconds(model, images));
        reference.ifPresent(pytorch -> theirs.add(pytorch.seconds()));
        peak = Math.max(peak, product.speed());
      }
      double median = median(ours);
      return new Timing(
          median * 1e3 / batch,
          reference.map(pytorch -> median(theirs) * 1e3 / batch),
          reference.map(pytorch -> 2 * pytorch.multiplications() / median / peak));
    } finally {
      reference.ifPresent(PyTorch::close);
    }
  }

  private static GrayscaleImage image(ModelManifest manifest) {
    byte[] noise = new byte[WIDTH * HEIGHT];
    new Random(1).nextBytes(noise);
    return manifest.prepare(new GrayscaleImage(WIDTH, HEIGHT, noise));
  }

  private static double seconds(Model model, List<GrayscaleImage> images) {
    long start = System.nanoTime();
    return model.run(images, outputs -> (System.nanoTime() - start) / 1e9);
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().skip(values.size() / 2).findFirst().orElseThrow();
  }

  private static Path temporary() {
    try {
      return Files.createTempDirectory("spinexr-benchmark");
    } catch (IOException e) {
      throw new ModelException("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  private static void delete(Path folder) {
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

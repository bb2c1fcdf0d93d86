package io.spinexr.workshop.benchmark.network;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.tensorflow.TensorFlowDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** Lets programs run in turns, so that all of them see the same machine, and the device's peak. */
final class Turns implements AutoCloseable {
  private static final int WARM_UPS = 3;
  // Threads of a program that has just run look for more work for a while.
  private static final int PAUSE_MILLISECONDS = 100;

  private final int rounds;
  private final MatrixProduct product;
  private double peak;

  Turns(TensorFlowDevice device, int rounds) {
    this.rounds = rounds;
    this.product = new MatrixProduct(device);
  }

  /** The fastest matrix product so far, in floating-point operations per second. */
  double peak() {
    return peak;
  }

  /**
   * A turn is a pause in which all others come to rest, one run that does not count, so that caches
   * are as the program likes them, and one that does.
   *
   * @param programs each runs once and says how many seconds that took
   * @return the median of each
   */
  List<Double> seconds(List<DoubleSupplier> programs) {
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
      peak = Math.max(peak, product.operations() / turn(product::seconds));
    }
    return seconds.stream().map(Turns::median).toList();
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

  @Override
  public void close() {
    product.close();
  }
}

package io.spinexr.workshop.benchmark.network;

import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.Batching;
import io.spinexr.inference.Classifier;
import io.spinexr.inference.Model;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.runtime.Device;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What batching changes for callers who classify images of the data set's mean size, one after
 * another and all at the same time. Resizing is part of it, as it is in the server.
 */
public final class BatchingBenchmark {
  private final List<Model> members;
  private final int calls;
  private final GrayscaleImage image = InferenceBenchmark.radiograph();

  private BatchingBenchmark(List<Model> members, int calls) {
    this.members = members;
    this.calls = calls;
  }

  /**
   * What callers saw.
   *
   * @param nanoseconds that each call took
   * @param seconds that all of them took together
   * @param batches how many calls of the networks there were
   */
  public record Load(List<Long> nanoseconds, double seconds, int batches) {
    public double imagesPerSecond() {
      return nanoseconds.size() / seconds;
    }

    public double imagesPerBatch() {
      return (double) nanoseconds.size() / batches;
    }

    private static Load sum(List<Load> loads) {
      return new Load(
          loads.stream().flatMap(load -> load.nanoseconds.stream()).toList(),
          loads.stream().mapToDouble(Load::seconds).sum(),
          loads.stream().mapToInt(Load::batches).sum());
    }
  }

  /**
   * The same callers without batching and with it.
   *
   * @param without each image alone
   * @param with as it was asked for
   */
  public record Comparison(Load without, Load with) {}

  /**
   * Loads an ensemble with random weights and lets callers work without batching and with it in
   * turns.
   *
   * @param architectures of classifiers
   * @param callers each number of them is compared
   * @param rounds that count, after one that does not
   * @param calls of each caller in a round
   * @return one comparison per number of callers
   */
  public static List<Comparison> run(
      List<String> architectures,
      Device device,
      Batching batching,
      List<Integer> callers,
      int rounds,
      int calls) {
    try (RandomEnsemble ensemble = RandomEnsemble.load(architectures, device)) {
      return new BatchingBenchmark(ensemble.members(), calls).compare(batching, callers, rounds);
    }
  }

  private List<Comparison> compare(Batching batching, List<Integer> callers, int rounds) {
    List<Comparison> comparisons = new ArrayList<>();
    for (int number : callers) {
      List<Load> without = new ArrayList<>();
      List<Load> with = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        without.add(load(Batching.NONE, number));
        with.add(load(batching, number));
      }
      comparisons.add(
          new Comparison(
              Load.sum(without.subList(1, rounds + 1)), Load.sum(with.subList(1, rounds + 1))));
    }
    return comparisons;
  }

  private Load load(Batching batching, int callers) {
    AtomicInteger batches = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(callers);
    try (Classifier classifier =
        new Classifier(
            members,
            Mean.LOGIT,
            new CalibrationMap.Unchanged(),
            batching,
            size -> batches.incrementAndGet())) {
      long start = System.nanoTime();
      List<Future<List<Long>>> answers =
          threads.invokeAll(Collections.nCopies(callers, caller(classifier)));
      double seconds = (System.nanoTime() - start) / 1e9;
      List<Long> nanoseconds = new ArrayList<>();
      for (Future<List<Long>> answer : answers) {
        nanoseconds.addAll(answer.get());
      }
      return new Load(nanoseconds, seconds, batches.get());
    } catch (ExecutionException e) {
      throw new ModelException("a call failed: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("the benchmark was interrupted", e);
    } finally {
      threads.shutdown();
    }
  }

  private Callable<List<Long>> caller(Classifier classifier) {
    return () -> {
      List<Long> nanoseconds = new ArrayList<>();
      for (int i = 0; i < calls; i++) {
        long start = System.nanoTime();
        classifier.classify(image);
        nanoseconds.add(System.nanoTime() - start);
      }
      return nanoseconds;
    };
  }
}

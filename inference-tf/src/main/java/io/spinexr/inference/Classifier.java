package io.spinexr.inference;

import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.finding.Probability;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * An ensemble of classifiers: the probability that a radiograph is abnormal. May be used from
 * several threads at once; images that are classified at the same time can go through the networks
 * together. Each gets the output that it would get alone, within the rounding of single precision,
 * because all are resized to one size and a network treats them independently.
 *
 * <p>The first network runs on the caller's thread, the others on daemon threads of the ensemble;
 * one of a single network has none.
 */
public final class Classifier implements AutoCloseable {
  private static final double CLIP = 1e-6;

  private record Output(double probability, double logit) {
    Output {
      Probability.require("probability", probability);
      if (!Double.isFinite(logit)) {
        throw new IllegalArgumentException("logit must be finite, but is " + logit);
      }
    }
  }

  private final List<Model> members;
  private final Mean mean;
  private final CalibrationMap calibration;
  private final IntConsumer batchSizes;
  private final Batcher<Map<Model, GrayscaleImage>, Classification> batcher;
  private final ExecutorService threads;

  /** An ensemble that is not calibrated and takes each image alone. */
  public Classifier(List<Model> members, Mean mean) {
    this(members, mean, new CalibrationMap.Unchanged(), Batching.NONE, size -> {});
  }

  /**
   * @param members classifiers, which stay the caller's to close
   * @param mean how their outputs are averaged
   * @param calibration of that average
   * @param batching how callers at the same time share the networks
   * @param batchSizes is told how many images each batch has
   */
  public Classifier(
      List<Model> members,
      Mean mean,
      CalibrationMap calibration,
      Batching batching,
      IntConsumer batchSizes) {
    this.members = List.copyOf(members);
    this.mean = mean;
    this.calibration = calibration;
    this.batchSizes = batchSizes;
    this.batcher = new Batcher<>(batching, this::classify);
    this.threads = threads(Batcher.AT_A_TIME * Math.max(1, members.size() - 1));
  }

  private static ExecutorService threads(int most) {
    return new ThreadPoolExecutor(
        most,
        most,
        0,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        task -> {
          Thread thread = new Thread(task, "ensemble");
          thread.setDaemon(true);
          return thread;
        },
        // After the end: the network itself says that it is closed.
        (task, ended) -> task.run());
  }

  /**
   * Classifies one image of any size.
   *
   * @throws ModelException if a network fails or answers what is no probability
   */
  public Classification classify(GrayscaleImage image) {
    return batcher.call(() -> prepare(image));
  }

  /** What each member is given; members that want the same share it. */
  private Map<Model, GrayscaleImage> prepare(GrayscaleImage image) {
    Map<Object, GrayscaleImage> prepared = new HashMap<>();
    return members.stream()
        .collect(
            Collectors.toMap(
                member -> member,
                member ->
                    prepared.computeIfAbsent(
                        List.of(member.manifest().resize(), member.manifest().inputSize()),
                        wish -> member.manifest().prepare(image))));
  }

  private List<Classification> classify(List<Map<Model, GrayscaleImage>> batch) {
    batchSizes.accept(batch.size());
    // Side by side: the small operations of one network leave cores without work.
    List<CompletableFuture<List<Output>>> others =
        members.stream()
            .skip(1)
            .map(member -> CompletableFuture.supplyAsync(() -> outputs(member, batch), threads))
            .toList();
    List<List<Output>> ofMembers = new ArrayList<>(List.of(outputs(members.get(0), batch)));
    others.forEach(other -> ofMembers.add(result(other)));
    Map<String, List<Output>> outputs = new LinkedHashMap<>();
    for (int i = 0; i < members.size(); i++) {
      outputs.put(members.get(i).manifest().name(), ofMembers.get(i));
    }
    return IntStream.range(0, batch.size())
        .mapToObj(
            image -> {
              Map<String, Output> ofImage = new LinkedHashMap<>();
              outputs.forEach((name, all) -> ofImage.put(name, all.get(image)));
              return combine(ofImage);
            })
        .toList();
  }

  private static List<Output> outputs(Model member, List<Map<Model, GrayscaleImage>> batch) {
    return run(member, batch.stream().map(image -> image.get(member)).toList());
  }

  private static <T> T result(CompletableFuture<T> run) {
    try {
      return run.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure; // an image that needs too much memory is told as such
      }
      throw e;
    }
  }

  private static List<Output> run(Model member, List<GrayscaleImage> images) {
    List<List<GrayscaleImage>> calls =
        member.takesBatches() ? List.of(images) : images.stream().map(List::of).toList();
    return calls.stream()
        .flatMap(call -> member.run(call, answer -> read(answer, call.size())).stream())
        .toList();
  }

  private static List<Output> read(Outputs outputs, int images) {
    float[] probability = outputs.probabilities("probability", images);
    float[] logit = outputs.floats("logit", images);
    return IntStream.range(0, images)
        .mapToObj(image -> new Output(probability[image], logit[image]))
        .toList();
  }

  private Classification combine(Map<String, Output> outputs) {
    Map<String, Double> perModel = new LinkedHashMap<>();
    outputs.forEach((name, output) -> perModel.put(name, output.probability()));
    if (outputs.size() == 1) {
      Output only = outputs.values().iterator().next();
      return calibrated(only, perModel);
    }
    return calibrated(average(new ArrayList<>(perModel.values())), perModel);
  }

  private Classification calibrated(Output raw, Map<String, Double> perModel) {
    if (calibration instanceof CalibrationMap.Unchanged) {
      return new Classification(raw.probability(), raw.logit(), raw.probability(), perModel);
    }
    double probability = calibration.apply(raw.probability());
    return new Classification(probability, logit(probability), raw.probability(), perModel);
  }

  private Output average(List<Double> probabilities) {
    if (mean == Mean.PROBABILITY) {
      double probability = arithmeticMean(probabilities);
      return new Output(probability, logit(probability));
    }
    double logit = arithmeticMean(probabilities.stream().map(Classifier::logit).toList());
    return new Output(1 / (1 + Math.exp(-logit)), logit);
  }

  private static double arithmeticMean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Ends the threads; the networks stay open. */
  @Override
  public void close() {
    threads.shutdown();
  }

  /** Inverse sigmoid of a probability clipped to [1e-6, 1 - 1e-6], as the reference does it. */
  static double logit(double probability) {
    double clipped = Math.max(CLIP, Math.min(1 - CLIP, probability));
    return Math.log(clipped / (1 - clipped));
  }
}

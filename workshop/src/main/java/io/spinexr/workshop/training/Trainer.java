package io.spinexr.workshop.training;

import io.spinexr.inference.Progress;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Variables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.types.TFloat32;

/**
 * The training loop: batches are prepared in the background, weights follow by {@link Adam}, and
 * checkpoints let a stopped training go on where it was.
 */
public final class Trainer implements AutoCloseable {
  private static final int PREPARED_BATCHES = 3;

  private final Objective objective;
  private final Schedule schedule;
  private final Path folder;
  private final Graph graph = new Graph();
  private final Session session;
  private final Layers layers;
  private final Operand<TFloat32> loss;
  private final Adam adam;
  private long step;

  /**
   * Builds the network and gives it its first weights, or those of the newest checkpoint in the
   * folder.
   *
   * @param seed of the first weights
   * @param folder for checkpoints; made if it does not exist
   * @throws ModelException if the checkpoint cannot be read
   */
  public Trainer(
      Objective objective, Schedule schedule, long seed, Path folder, ConfigProto config) {
    this.objective = objective;
    this.schedule = schedule;
    this.folder = folder;
    Ops tf = Ops.create(graph);
    layers = new Layers(tf, new Variables(tf), Layers.Mode.TRAINING);
    loss = objective.loss(layers);
    adam = new Adam(graph, tf, loss, layers.variables());
    session = new Session(graph, config);
    layers.variables().initialize(session, seed);
    adam.initialize(session);
    restore();
  }

  /** Steps taken so far. */
  public long step() {
    return step;
  }

  /** Every weight by its key, in TensorFlow's axis order. */
  public Map<String, float[]> weights() {
    return layers.variables().read(session);
  }

  /**
   * Trains until the schedule's end.
   *
   * @param checkpointEvery steps between checkpoints
   * @throws ModelException if the loss is no number any more
   */
  public void run(String phase, long checkpointEvery, Progress progress) {
    runUntil(schedule.steps(), phase, checkpointEvery, progress);
  }

  /** Trains until {@code end} steps have been taken in all. */
  public void runUntil(long end, String phase, long checkpointEvery, Progress progress) {
    ExecutorService background =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "training-batches");
              thread.setDaemon(true);
              return thread;
            });
    Deque<Future<Map<String, Tensor>>> prepared = new ArrayDeque<>();
    try {
      long next = step;
      long first = step;
      long start = System.nanoTime();
      double smooth = Double.NaN;
      while (step < end) {
        while (next < end && prepared.size() < PREPARED_BATCHES) {
          long number = next++;
          prepared.add(background.submit(() -> objective.batch(number)));
        }
        double value = step(take(prepared));
        smooth = Double.isNaN(smooth) ? value : 0.98 * smooth + 0.02 * value;
        long left = (System.nanoTime() - start) / (step - first) * (end - step);
        progress.update(phase, step, end, "loss %.4f".formatted(smooth), Duration.ofNanos(left));
        if (step % checkpointEvery == 0 || step == end) {
          save();
        }
      }
    } finally {
      while (!prepared.isEmpty()) {
        discard(prepared.remove());
      }
      background.shutdown();
    }
  }

  private static void discard(Future<Map<String, Tensor>> unused) {
    try {
      unused.get().values().forEach(Tensor::close);
    } catch (ExecutionException | CancellationException e) {
      // Nothing was prepared; the loop has already reported what matters.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Map<String, Tensor> take(Deque<Future<Map<String, Tensor>>> prepared) {
    try {
      return prepared.remove().get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ModelException("training was interrupted; start it again to resume", e);
    } catch (ExecutionException e) {
      throw new ModelException("a training batch cannot be prepared: " + e.getCause(), e);
    }
  }

  private double step(Map<String, Tensor> batch) {
    List<Tensor> tensors = new ArrayList<>(batch.values());
    try {
      Session.Runner runner = session.runner();
      batch.forEach(runner::feed);
      adam.update(runner, step, schedule.rate(step), tensors);
      layers.updates().forEach(runner::addTarget);
      try (Result result = runner.fetch(loss).run()) {
        double value = ((TFloat32) result.get(0)).getFloat();
        if (!Double.isFinite(value)) {
          throw new ModelException(
              "the loss is %s after %d steps; train with a lower rate".formatted(value, step));
        }
        step++;
        return value;
      }
    } finally {
      tensors.forEach(Tensor::close);
    }
  }

  private void save() {
    try {
      Files.createDirectories(folder);
      session.save(folder.resolve("step-" + step).toString());
      Path pointer = folder.resolve("latest.new");
      Files.writeString(pointer, Long.toString(step));
      Files.move(pointer, folder.resolve("latest"), StandardCopyOption.ATOMIC_MOVE);
      try (Stream<Path> files = Files.list(folder)) {
        for (Path old : files.filter(this::outdated).toList()) {
          Files.delete(old);
        }
      }
    } catch (IOException e) {
      throw new ModelException(
          "cannot write a checkpoint to %s: %s".formatted(folder, e.getMessage()), e);
    }
  }

  private boolean outdated(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("step-") && !name.startsWith("step-" + step + ".");
  }

  private void restore() {
    Path pointer = folder.resolve("latest");
    if (!Files.exists(pointer)) {
      return;
    }
    try {
      step = Long.parseLong(Files.readString(pointer).strip());
      session.restore(folder.resolve("step-" + step).toString());
    } catch (IOException | RuntimeException e) {
      throw new ModelException(
          "cannot resume from %s (%s); delete the folder to start anew"
              .formatted(folder, e.getMessage()),
          e);
    }
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}

package io.spinexr.cores;

import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The threads that work on the parts of something large, such as compressed frames and resamples:
 * one for each processor, whatever is under way. They are daemons, and end after a minute without
 * work.
 */
public final class Cores {
  private static final ForkJoinPool THREADS =
      new ForkJoinPool(Runtime.getRuntime().availableProcessors(), Cores::thread, null, false);

  private Cores() {}

  /**
   * Works on the parts 0 to {@code count} - 1 side by side, and returns when all are done. May be
   * called within such work. Throws what the work throws.
   */
  public static void each(int count, IntConsumer work) {
    List<ForkJoinTask<?>> parts =
        IntStream.range(0, count)
            .<ForkJoinTask<?>>mapToObj(part -> ForkJoinTask.adapt(() -> work.accept(part)))
            .toList();
    THREADS.invoke(ForkJoinTask.adapt(() -> ForkJoinTask.invokeAll(parts)));
  }

  /** What the work makes of each of the parts 0 to {@code count} - 1, in their order. */
  public static <T> List<T> map(int count, IntFunction<T> work) {
    AtomicReferenceArray<T> made = new AtomicReferenceArray<>(count);
    each(count, part -> made.set(part, work.apply(part)));
    return IntStream.range(0, count).mapToObj(made::get).toList();
  }

  private static ForkJoinWorkerThread thread(ForkJoinPool pool) {
    ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
    thread.setName("core-" + thread.getPoolIndex());
    return thread;
  }
}

package io.spinexr.inference;

import io.spinexr.inference.folder.ModelException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets concurrent callers share work that is cheaper for many inputs at once. There is no thread of
 * its own: one of the waiting callers works for all.
 *
 * <p>Two batches are worked on at a time, so that what does not use the whole device in one
 * overlaps with the other. Whoever comes while fewer are under way works at once. What arrives
 * while two are is the next batch, as databases commit in groups. While one is, a second waits for
 * what other callers are preparing, no longer than the delay; the device is busy meanwhile.
 *
 * <p>A batch that fails is repeated one by one, so that no input spoils another's output, and each
 * caller gets the failure of its own input. An interrupt does not cancel a call, which ends soon by
 * itself: it ends the waiting for others and stays set.
 *
 * @param <I> input
 * @param <O> output
 */
final class Batcher<I, O> {
  private static final Logger LOG = LoggerFactory.getLogger(Batcher.class);

  static final int AT_A_TIME = 2;

  private static final class Call<I, O> {
    final I input;
    boolean taken;
    volatile @Nullable Supplier<O> outcome;

    Call(I input) {
      this.input = input;
    }
  }

  private final Batching batching;
  private final Function<List<I>, List<O>> work;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition change = lock.newCondition();
  // Guarded by the lock.
  private final Queue<Call<I, O>> waiting = new ArrayDeque<>();
  private int preparing;
  private boolean gathering;
  private int running;

  /**
   * @param work as many outputs as inputs, in their order; called by several threads at once
   */
  Batcher(Batching batching, Function<List<I>, List<O>> work) {
    this.batching = batching;
    this.work = work;
  }

  /**
   * Prepares an input, at the same time as other callers do, and waits for its output. Throws what
   * the preparation or the work throws.
   */
  O call(Supplier<I> preparation) {
    if (batching.images() == 1) {
      return work.apply(List.of(preparation.get())).get(0);
    }
    Call<I, O> call = join(preparation);
    while (leads(call)) {
      List<Call<I, O>> batch = gather();
      try {
        run(batch);
      } finally {
        finish(batch);
      }
    }
    return Objects.requireNonNull(call.outcome).get(); // who leads no more has one
  }

  private Call<I, O> join(Supplier<I> preparation) {
    lock.lock();
    preparing++;
    lock.unlock();
    Optional<Call<I, O>> call = Optional.empty();
    try {
      call = Optional.of(new Call<>(preparation.get()));
    } finally {
      lock.lock();
      preparing--;
      call.ifPresent(waiting::add);
      change.signalAll();
      lock.unlock();
    }
    return call.get();
  }

  /** Waits until the call is done, or it is up to its caller to see to the next batch. */
  private boolean leads(Call<I, O> call) {
    lock.lock();
    try {
      while (call.outcome == null && (call.taken || gathering || running == AT_A_TIME)) {
        change.awaitUninterruptibly();
      }
      boolean leads = call.outcome == null;
      gathering |= leads;
      return leads;
    } finally {
      lock.unlock();
    }
  }

  private List<Call<I, O>> gather() {
    lock.lock();
    try {
      awaitArrivals();
      List<Call<I, O>> batch = new ArrayList<>();
      while (batch.size() < batching.images() && !waiting.isEmpty()) {
        Call<I, O> oldest = waiting.remove();
        oldest.taken = true;
        batch.add(oldest);
      }
      gathering = false;
      running++;
      change.signalAll();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  private void finish(List<Call<I, O>> batch) {
    lock.lock();
    // Only if handling a failure failed, for want of memory: nobody shall wait for ever.
    for (Call<I, O> call : batch) {
      if (call.outcome == null) {
        call.outcome = Batcher::lost;
      }
    }
    running--;
    change.signalAll();
    lock.unlock();
  }

  private static <O> O lost() {
    throw new ModelException("the batch that this image was in failed; try again");
  }

  private void awaitArrivals() {
    long left = batching.delay().toNanos();
    try {
      while (waiting.size() < batching.images() && preparing > 0 && running > 0 && left > 0) {
        left = change.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(List<Call<I, O>> batch) {
    try {
      List<O> outputs = work.apply(batch.stream().map(call -> call.input).toList());
      for (int i = 0; i < batch.size(); i++) {
        O output = outputs.get(i);
        batch.get(i).outcome = () -> output;
      }
    } catch (RuntimeException | Error failure) {
      if (batch.size() == 1) {
        batch.get(0).outcome =
            () -> {
              throw failure;
            };
      } else {
        LOG.warn("a batch of {} is repeated one by one: {}", batch.size(), failure.toString());
        batch.forEach(call -> run(List.of(call)));
      }
    }
  }
}

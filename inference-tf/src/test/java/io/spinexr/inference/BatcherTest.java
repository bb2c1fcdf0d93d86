package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The work is to square numbers; 13 spoils a batch. */
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatcherTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final List<List<Integer>> batches = Collections.synchronizedList(new ArrayList<>());
  private final CountDownLatch worked = new CountDownLatch(1);
  private final CountDownLatch prepared = new CountDownLatch(1);

  private List<Integer> square(List<Integer> batch) {
    batches.add(batch);
    if (batch.contains(13)) {
      throw new IllegalArgumentException("13 in " + batch);
    }
    return batch.stream().map(number -> number * number).toList();
  }

  private Batcher<Integer, Integer> batcher(int images, Duration delay) {
    return new Batcher<>(new Batching(images, delay), this::square);
  }

  /** Its work takes until the test says so. */
  private Batcher<Integer, Integer> slowBatcher(int images, Duration delay) {
    return new Batcher<>(
        new Batching(images, delay),
        batch -> {
          try {
            return square(batch);
          } finally {
            await(worked);
          }
        });
  }

  /** A caller in a thread of its own. */
  private record Caller(Thread thread, FutureTask<Integer> answer) {
    static Caller of(Batcher<Integer, Integer> batcher, Supplier<Integer> preparation) {
      return of(() -> batcher.call(preparation));
    }

    static Caller of(Callable<Integer> work) {
      FutureTask<Integer> answer = new FutureTask<>(work);
      Caller caller = new Caller(new Thread(answer), answer);
      caller.thread.start();
      return caller;
    }

    int get() {
      try {
        return answer.get();
      } catch (InterruptedException | ExecutionException e) {
        throw new AssertionError(e);
      }
    }

    Throwable failure() {
      try {
        throw new AssertionError("answered " + answer.get());
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } catch (ExecutionException e) {
        return e.getCause();
      }
    }

    Caller whenIn(Thread.State state) {
      while (thread.getState() != state) {
        assertThat(answer.isDone()).as("the call ended already").isFalse();
        Thread.onSpinWait();
      }
      return this;
    }
  }

  /** Like a native call, deaf to interrupts. */
  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      await(latch);
      Thread.currentThread().interrupt();
    }
  }

  /** Callers one after another, each of whom works or waits for another's work. */
  private static List<Caller> callers(Batcher<Integer, Integer> batcher, int... numbers) {
    List<Caller> callers = new ArrayList<>();
    for (int number : numbers) {
      callers.add(Caller.of(batcher, () -> number).whenIn(Thread.State.WAITING));
    }
    return callers;
  }

  /** A caller whose preparation takes until the test says so. */
  private Caller preparing(Batcher<Integer, Integer> batcher, int number) {
    return Caller.of(
            batcher,
            () -> {
              await(prepared);
              return number;
            })
        .whenIn(Thread.State.WAITING);
  }

  /** The batches, as soon as there are so many. */
  private List<List<Integer>> begun(int number) {
    while (batches.size() < number) {
      Thread.onSpinWait();
    }
    return batches;
  }

  private static List<Integer> answers(List<Caller> callers) {
    return callers.stream().map(Caller::get).toList();
  }

  @Test
  void aLoneCallerDoesNotWaitForOthers() {
    assertThat(batcher(8, LONG).call(() -> 3)).isEqualTo(9);
  }

  @Test
  void whatArrivesWhileTwoBatchesRunIsTheNextBatch() {
    List<Caller> callers = callers(slowBatcher(8, LONG), 1, 2, 3, 4, 5);
    worked.countDown();
    assertThat(answers(callers)).containsExactly(1, 4, 9, 16, 25);
    assertThat(batches).containsExactly(List.of(1), List.of(2), List.of(3, 4, 5));
  }

  @Test
  void aBatchHoldsNoMoreThanItMayAndTheOldestGoFirst() {
    List<Caller> callers = callers(slowBatcher(3, LONG), 1, 2, 3, 4, 5, 6, 7, 8, 9);
    worked.countDown();
    assertThat(answers(callers)).containsExactly(1, 4, 9, 16, 25, 36, 49, 64, 81);
    assertThat(batches)
        .containsExactlyInAnyOrder(
            List.of(1), List.of(2), List.of(3, 4, 5), List.of(6, 7, 8), List.of(9));
  }

  @Test
  void whileABatchRunsTheNextWaitsForWhatOthersPrepare() {
    Batcher<Integer, Integer> batcher = slowBatcher(8, LONG);
    List<Caller> callers = new ArrayList<>(callers(batcher, 1));
    callers.add(preparing(batcher, 2));
    callers.add(Caller.of(batcher, () -> 3).whenIn(Thread.State.TIMED_WAITING));
    prepared.countDown();
    assertThat(begun(2)).containsExactly(List.of(1), List.of(3, 2));
    worked.countDown();
    assertThat(answers(callers)).containsExactly(1, 4, 9);
  }

  @Test
  void whileNothingRunsNobodyWaitsForWhatOthersPrepare() {
    Batcher<Integer, Integer> batcher = batcher(8, LONG);
    Caller preparing = preparing(batcher, 2);
    assertThat(batcher.call(() -> 1)).isEqualTo(1);
    prepared.countDown();
    assertThat(preparing.get()).isEqualTo(4);
  }

  @Test
  void theWaitingForOthersEndsWithTheBatchThatRuns() {
    Batcher<Integer, Integer> batcher = slowBatcher(8, LONG);
    Caller running = callers(batcher, 1).get(0);
    Caller preparing = preparing(batcher, 2);
    Caller gathering = Caller.of(batcher, () -> 3).whenIn(Thread.State.TIMED_WAITING);
    worked.countDown();
    assertThat(running.get()).isEqualTo(1);
    assertThat(gathering.get()).isEqualTo(9);
    prepared.countDown();
    assertThat(preparing.get()).isEqualTo(4);
  }

  @Test
  void nobodyWaitsForEverWhenEvenTheHandlingOfAFailureFails() {
    Batcher<Integer, Integer> batcher =
        new Batcher<>(
            new Batching(8, LONG),
            batch -> {
              batches.add(batch);
              await(worked);
              if (batch.size() == 1) {
                return batch;
              }
              throw new Untellable();
            });
    List<Caller> callers = callers(batcher, 1, 2, 3, 4);
    worked.countDown();
    assertThat(answers(callers.subList(0, 2))).containsExactly(1, 2);
    assertThat(callers.subList(2, 4))
        .extracting(caller -> caller.failure().getClass().getSimpleName())
        .containsExactlyInAnyOrder("Untellable", "ModelException");
  }

  /** Like running out of memory, while the failure is logged too. */
  private static final class Untellable extends Error {
    private static final long serialVersionUID = 1;
    private boolean told;

    @Override
    public String toString() {
      if (told) {
        return "untellable";
      }
      told = true;
      throw this;
    }
  }

  @Test
  void theWaitingForOthersEndsAfterTheDelay() {
    Batcher<Integer, Integer> batcher = slowBatcher(8, Duration.ofMillis(1));
    List<Caller> callers = new ArrayList<>(callers(batcher, 1));
    callers.add(preparing(batcher, 2));
    callers.addAll(callers(batcher, 3));
    assertThat(begun(2)).containsExactly(List.of(1), List.of(3));
    prepared.countDown();
    worked.countDown();
    assertThat(answers(callers)).containsExactly(1, 4, 9);
  }

  @Test
  void aFullBatchDoesNotWaitForWhatOthersPrepare() {
    Batcher<Integer, Integer> batcher = slowBatcher(2, LONG);
    List<Caller> callers = new ArrayList<>(callers(batcher, 1));
    callers.add(preparing(batcher, 2));
    callers.add(Caller.of(batcher, () -> 3).whenIn(Thread.State.TIMED_WAITING));
    callers.addAll(callers(batcher, 4));
    assertThat(begun(2)).containsExactly(List.of(1), List.of(3, 4));
    prepared.countDown();
    worked.countDown();
    assertThat(answers(callers)).containsExactly(1, 4, 9, 16);
  }

  @Test
  void whatCannotBePreparedIsNotWaitedFor() {
    Batcher<Integer, Integer> batcher = slowBatcher(8, LONG);
    Caller running = callers(batcher, 1).get(0);
    Caller failing =
        Caller.of(
                batcher,
                () -> {
                  await(prepared);
                  throw new IllegalStateException("no image");
                })
            .whenIn(Thread.State.WAITING);
    Caller gathering = Caller.of(batcher, () -> 2).whenIn(Thread.State.TIMED_WAITING);
    prepared.countDown();
    assertThat(failing.failure()).hasMessage("no image");
    assertThat(begun(2)).containsExactly(List.of(1), List.of(2));
    worked.countDown();
    assertThat(answers(List.of(running, gathering))).containsExactly(1, 4);
  }

  @Test
  void oneThatFailsHidesNoOther() {
    List<Caller> callers = callers(slowBatcher(8, LONG), 1, 2, 3, 13, 5);
    worked.countDown();
    assertThat(callers.get(3).failure()).hasMessage("13 in [13]");
    callers.remove(3);
    assertThat(answers(callers)).containsExactly(1, 4, 9, 25);
  }

  @Test
  void whenAllFailEachGetsItsOwnFailure() {
    List<Caller> callers = callers(slowBatcher(8, LONG), 1, 2, 13, 13, 13);
    worked.countDown();
    List<Throwable> failures = callers.subList(2, 5).stream().map(Caller::failure).toList();
    assertThat(failures)
        .doesNotHaveDuplicates()
        .allSatisfy(failure -> assertThat(failure).hasMessage("13 in [13]"));
    assertThat(answers(callers.subList(0, 2))).containsExactly(1, 4);
  }

  @Test
  void anErrorReachesEveryoneAndTheNextCallsGoOn() {
    List<Integer> bad = List.of(1, 2, 3, 4);
    Batcher<Integer, Integer> batcher =
        new Batcher<>(
            new Batching(8, LONG),
            batch -> {
              await(worked);
              if (bad.containsAll(batch)) {
                throw new OutOfMemoryError("as if");
              }
              return square(batch);
            });
    List<Caller> callers = callers(batcher, 1, 2, 3, 4);
    worked.countDown();
    assertThat(callers)
        .allSatisfy(caller -> assertThat(caller.failure()).isInstanceOf(OutOfMemoryError.class));
    assertThat(batcher.call(() -> 5)).isEqualTo(25);
  }

  @Test
  void anInterruptedCallerStillGetsItsOutputAndStaysInterrupted() {
    Batcher<Integer, Integer> batcher = slowBatcher(8, LONG);
    List<Caller> callers = new ArrayList<>(callers(batcher, 1, 2));
    Caller waiting = interruptible(batcher, 3).whenIn(Thread.State.WAITING);
    waiting.thread().interrupt();
    worked.countDown();
    assertThat(waiting.get()).isEqualTo(-9);
    assertThat(answers(callers)).containsExactly(1, 4);
  }

  @Test
  void anInterruptEndsTheWaitingForOthers() {
    Batcher<Integer, Integer> batcher = slowBatcher(8, LONG);
    List<Caller> callers = new ArrayList<>(callers(batcher, 1));
    callers.add(preparing(batcher, 2));
    Caller gathering = interruptible(batcher, 3).whenIn(Thread.State.TIMED_WAITING);
    gathering.thread().interrupt();
    assertThat(begun(2)).containsExactly(List.of(1), List.of(3));
    worked.countDown();
    prepared.countDown();
    assertThat(gathering.get()).isEqualTo(-9);
    assertThat(answers(callers)).containsExactly(1, 4);
  }

  /** Answers a negative number if its thread is interrupted afterwards. */
  private static Caller interruptible(Batcher<Integer, Integer> batcher, int number) {
    return Caller.of(
        () -> {
          int square = batcher.call(() -> number);
          return Thread.currentThread().isInterrupted() ? -square : square;
        });
  }

  @Test
  void withoutBatchingCallersWorkAtTheSameTime() {
    CountDownLatch both = new CountDownLatch(2);
    Batcher<Integer, Integer> batcher =
        new Batcher<>(
            Batching.NONE,
            batch -> {
              both.countDown();
              await(both);
              return square(batch);
            });
    Caller other = Caller.of(batcher, () -> 2);
    assertThat(batcher.call(() -> 3)).isEqualTo(9);
    assertThat(other.get()).isEqualTo(4);
    assertThat(batches).containsExactlyInAnyOrder(List.of(2), List.of(3));
  }

  @Test
  void manyCallersEachGetTheirOwn() throws Exception {
    AtomicInteger atATime = new AtomicInteger();
    Batcher<Integer, Integer> batcher =
        new Batcher<>(
            new Batching(5, Duration.ofNanos(200_000)),
            batch -> {
              assertThat(atATime.incrementAndGet()).isLessThanOrEqualTo(2);
              try {
                return square(batch);
              } finally {
                atATime.decrementAndGet();
              }
            });
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try {
      List<Callable<Void>> callers = new ArrayList<>();
      for (int seed = 0; seed < 16; seed++) {
        callers.add(caller(batcher, new Random(seed)));
      }
      for (Future<Void> caller : threads.invokeAll(callers)) {
        caller.get();
      }
    } finally {
      threads.shutdown();
    }
    assertThat(batches).allSatisfy(batch -> assertThat(batch).hasSizeBetween(1, 5));
    assertThat(batches).anySatisfy(batch -> assertThat(batch).hasSizeGreaterThan(1));
  }

  private static Callable<Void> caller(Batcher<Integer, Integer> batcher, Random random) {
    return () -> {
      for (int i = 0; i < 2000; i++) {
        int number = random.nextInt(1000);
        if (number == 13) {
          assertThatThrownBy(() -> batcher.call(() -> number)).hasMessage("13 in [13]");
        } else {
          assertThat(batcher.call(() -> number)).isEqualTo(number * number);
        }
      }
      return null;
    };
  }
}

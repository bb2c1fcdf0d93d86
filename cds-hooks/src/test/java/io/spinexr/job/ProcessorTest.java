package io.spinexr.job;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ProcessorTest {
  @Test
  void letsAsManyComputeAtATimeAsThereAreWorkers() throws Exception {
    Processor processor = new Processor(2);
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch third = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    ExecutorService threads = Executors.newCachedThreadPool();
    try {
      for (int i = 0; i < 2; i++) {
        threads.submit(
            () ->
                processor.inTurn(
                    () -> {
                      begun.countDown();
                      return awaited(end);
                    }));
      }
      assertThat(begun.await(10, SECONDS)).isTrue();
      Future<Boolean> later =
          threads.submit(
              () ->
                  processor.inTurn(
                      () -> {
                        third.countDown();
                        return true;
                      }));
      assertThat(third.await(200, MILLISECONDS)).isFalse();
      end.countDown();
      assertThat(later.get(10, SECONDS)).isTrue();
    } finally {
      end.countDown();
      threads.shutdown();
    }
  }

  @Test
  void givesATurnBackWhenTheComputationFails() {
    Processor processor = new Processor(1);
    assertThatThrownBy(
            () ->
                processor.inTurn(
                    () -> {
                      throw new IllegalStateException("broken");
                    }))
        .hasMessage("broken");
    assertThat(processor.inTurn(() -> 1)).isEqualTo(1);
  }

  private static boolean awaited(CountDownLatch latch) {
    try {
      return latch.await(10, SECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

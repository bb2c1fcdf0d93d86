package io.spinexr.analysis;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Tells those who wait for an answer that something in the store has changed on this node. */
final class Changes {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition happened = lock.newCondition();
  private long count;

  /** To be read before the store is read, and given to {@link #await}. */
  long count() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  void happened() {
    lock.lock();
    try {
      count++;
      happened.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when something happened since {@code seen}, or after the time. */
  void await(long seen, Duration atMost) throws InterruptedException {
    long left = atMost.toNanos();
    lock.lock();
    try {
      while (count == seen && left > 0) {
        left = happened.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}

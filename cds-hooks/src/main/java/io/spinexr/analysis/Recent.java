package io.spinexr.analysis;

import java.time.Duration;
import java.util.function.Supplier;

/** A value that is read anew only when it is asked for and older than a given age. */
final class Recent<T> implements Supplier<T> {
  private final Duration age;
  private final Supplier<T> source;
  private T value;
  private long readAt;

  Recent(Duration age, Supplier<T> source) {
    this.age = age;
    this.source = source;
  }

  @Override
  public synchronized T get() {
    if (value == null || System.nanoTime() - readAt > age.toNanos()) {
      value = source.get();
      readAt = System.nanoTime();
    }
    return value;
  }
}

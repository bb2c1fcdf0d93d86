package io.spinexr.job;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A value that is read anew only when it is asked for and older than a given age. */
final class Recent<T> implements Supplier<T> {
  private final Duration age;
  private final Supplier<T> source;
  private @Nullable T value;
  private long readAt;

  Recent(Duration age, Supplier<T> source) {
    this.age = age;
    this.source = source;
  }

  @Override
  public synchronized T get() {
    T known = value;
    if (known == null || System.nanoTime() - readAt > age.toNanos()) {
      known = source.get();
      value = known;
      readAt = System.nanoTime();
    }
    return known;
  }
}

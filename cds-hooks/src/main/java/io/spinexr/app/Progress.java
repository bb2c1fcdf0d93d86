package io.spinexr.app;

import java.io.PrintStream;
import java.time.Duration;

/** A line on the terminal that says how far a long task is; a line now and then elsewhere. */
final class Progress {
  private static final Duration TERMINAL_INTERVAL = Duration.ofMillis(200);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(10);

  private final PrintStream out = System.err;
  private final boolean terminal = System.console() != null;
  private final String what;
  private final int total;
  private final long start = System.nanoTime();
  private long shown;

  Progress(String what, int total) {
    this.what = what;
    this.total = total;
  }

  /** The task has come to {@code done} of its total. */
  void at(int done) {
    long now = System.nanoTime();
    long interval = (terminal ? TERMINAL_INTERVAL : LOG_INTERVAL).toNanos();
    if (done == total || now - shown >= interval) {
      shown = now;
      double seconds = (now - start) / 1e9;
      String line =
          "%s: %d of %d, %.0f s, %.0f s left"
              .formatted(
                  what, done, total, seconds, done == 0 ? 0 : seconds / done * (total - done));
      if (terminal) {
        out.print("\r\033[K" + line + (done == total ? "\n" : ""));
        out.flush();
      } else {
        out.println(line);
      }
    }
  }
}

package io.spinexr.app;

import io.spinexr.inference.Progress;
import io.spinexr.inference.ProgressBar;

/** What a command says beside its result, on standard error. */
public final class Terminal {
  private Terminal() {}

  public static void say(String line) {
    System.err.println(line);
  }

  /** A bar that is redrawn in place where people watch, lines now and then elsewhere. */
  public static Progress progress() {
    return new ProgressBar(System.err, System.console() != null);
  }
}

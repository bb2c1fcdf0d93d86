package io.spinexr.inference;

import java.io.PrintStream;
import java.time.Duration;

/**
 * Progress as one line of text: redrawn in place on a terminal, and a new line per twentieth
 * elsewhere.
 */
public final class ProgressBar implements Progress {
  private static final int WIDTH = 30;

  private final PrintStream out;
  private final boolean terminal;
  private long lastPart = -1;
  private String lastPhase = "";

  public ProgressBar(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  @Override
  public void update(String phase, long done, long total, String note, Duration remaining) {
    long part = done * (terminal ? 1000 : 20) / total;
    if (part == lastPart && phase.equals(lastPhase) && done != total) {
      return;
    }
    lastPart = part;
    lastPhase = phase;
    int filled = (int) (WIDTH * done / total);
    String bar = "=".repeat(filled) + " ".repeat(WIDTH - filled);
    String line =
        "%-22s [%s] %5.1f %%  %d/%d  %s  ETA %d:%02d"
            .formatted(
                phase,
                bar,
                100.0 * done / total,
                done,
                total,
                note,
                remaining.toMinutes(),
                remaining.toSecondsPart());
    if (terminal) {
      out.print("\r" + line + "   ");
      if (done == total) {
        out.println();
      }
    } else {
      out.println(line);
    }
    out.flush();
  }
}

package io.spinexr.app.door;

import java.util.HashMap;
import java.util.Map;

/** The bytes of bodies that are held at a time: of all callers together, and half of it of one. */
final class BodyMemory {
  static final Refusal FULL =
      Refusal.forNow(503, "too many bodies are on their way at once; try again in a second");

  private final long most;
  private final Map<String, Long> heldOf = new HashMap<>();
  private long held;

  /**
   * @param most in bytes
   */
  BodyMemory(long most) {
    this.most = most;
  }

  Lease of(String caller) {
    return new Lease(caller);
  }

  synchronized long held() {
    return held;
  }

  private synchronized boolean take(String caller, long bytes) {
    long ofCaller = heldOf.getOrDefault(caller, 0L) + bytes;
    if (held + bytes > most || ofCaller > most / 2) {
      return false;
    }
    heldOf.put(caller, ofCaller);
    held += bytes;
    return true;
  }

  private synchronized void giveBack(String caller, long bytes) {
    held -= bytes;
    heldOf.computeIfPresent(caller, (name, all) -> all == bytes ? null : all - bytes);
  }

  /** What one request holds. */
  final class Lease {
    private final String caller;
    private long bytes;

    private Lease(String caller) {
      this.caller = caller;
    }

    /** Whether there is room for so many bytes more. */
    synchronized boolean take(long more) {
      boolean taken = BodyMemory.this.take(caller, more);
      bytes += taken ? more : 0;
      return taken;
    }

    synchronized void giveBack() {
      BodyMemory.this.giveBack(caller, bytes);
      bytes = 0;
    }
  }
}

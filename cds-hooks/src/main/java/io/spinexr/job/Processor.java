package io.spinexr.job;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * What this node computes with. Analysing images and writing into our own FHIR store take turns on
 * it, as many at a time as the node has workers, so that who calls and waits for an answer does not
 * have to share it with all of them.
 */
public final class Processor {
  private final Semaphore turns;

  /**
   * @param workers from 1 on
   */
  public Processor(int workers) {
    this.turns = new Semaphore(workers, true);
  }

  /** Computes as soon as it is this thread's turn; to be called for what waits for nobody else. */
  public <T> T inTurn(Supplier<T> computation) {
    turns.acquireUninterruptibly();
    try {
      return computation.get();
    } finally {
      turns.release();
    }
  }
}

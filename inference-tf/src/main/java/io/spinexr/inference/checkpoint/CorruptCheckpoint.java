package io.spinexr.inference.checkpoint;

/** What is wrong inside a checkpoint; {@link Checkpoint#open} adds the file's name. */
final class CorruptCheckpoint extends RuntimeException {
  private static final long serialVersionUID = 1;

  CorruptCheckpoint(String message) {
    super(message);
  }
}

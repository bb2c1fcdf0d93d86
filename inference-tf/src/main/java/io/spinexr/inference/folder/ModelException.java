package io.spinexr.inference.folder;

/** A model cannot be read, built, trained or run; the message says which, why, and what to do. */
public class ModelException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}

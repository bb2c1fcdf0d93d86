package io.spinexr.inference.runtime;

/** A runtime failed to run a network; the message is the reason in one line. */
public final class NetworkException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public NetworkException(String reason, Throwable cause) {
    super(reason, cause);
  }
}

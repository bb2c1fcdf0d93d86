package io.spinexr.phantom.archive;

import java.util.Objects;

/** A request that is answered with an error: the status and one sentence. */
final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int status;

  Refusal(int status, String sentence) {
    super(sentence);
    this.status = status;
  }

  int status() {
    return status;
  }

  /** Never null: every constructor is given one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}

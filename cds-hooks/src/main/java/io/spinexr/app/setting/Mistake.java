package io.spinexr.app.setting;

import java.util.Objects;

/** Something the user can put right; the message is one sentence that says what and how. */
public final class Mistake extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public Mistake(String sentence) {
    super(sentence);
  }

  public Mistake(String sentence, Throwable cause) {
    super(sentence, cause);
  }

  /** Never null: every constructor is given one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }
}

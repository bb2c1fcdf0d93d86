package io.spinexr.state;

import java.util.Locale;

/** How far a result is at one output. */
public enum OutputState {
  /** It, or its withdrawal, is to be brought. */
  WAITING,
  WRITTEN,
  WITHDRAWN,
  /** The output does not take it, or its withdrawal; the reason says why. */
  REFUSED,
  /** Nothing is brought any more: the result does not hold, or must not be told to anybody. */
  DROPPED;

  /** As it is stored: {@code waiting}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static OutputState of(String code) {
    return valueOf(code.toUpperCase(Locale.ROOT));
  }
}

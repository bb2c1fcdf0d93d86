package io.spinexr.scope;

/** Whom an image shows. */
public enum Species {
  HUMAN("humans"),
  ANIMAL("animals");

  private final String display;

  Species(String display) {
    this.display = display;
  }

  /** Several of them, in words: {@code humans}. */
  public String display() {
    return display;
  }
}

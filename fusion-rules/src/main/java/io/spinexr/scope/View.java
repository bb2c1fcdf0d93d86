package io.spinexr.scope;

/** The direction in which a radiograph was taken. */
public enum View {
  AP("AP"),
  PA("PA"),
  LATERAL("lateral"),
  OBLIQUE("oblique");

  private final String display;

  View(String display) {
    this.display = display;
  }

  /** In words: {@code lateral}. */
  public String display() {
    return display;
  }
}

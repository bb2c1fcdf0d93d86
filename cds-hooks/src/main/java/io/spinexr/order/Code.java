package io.spinexr.order;

/**
 * A code with its system, equal however the system is spelled.
 *
 * @param system in the {@linkplain CodeSystem#canonical one spelling}
 */
public record Code(String system, String value) {
  /**
   * @throws IllegalArgumentException when one of them is blank
   */
  public Code {
    system = CodeSystem.canonical(system);
    value = value.strip();
    if (system.isEmpty() || value.isEmpty()) {
      throw new IllegalArgumentException("a code needs a system and a value");
    }
  }

  /**
   * Reads {@code system|value}.
   *
   * @throws IllegalArgumentException when it is written otherwise
   */
  public static Code parse(String text) {
    String[] parts = text.split("\\|", -1);
    if (parts.length != 2 || text.chars().anyMatch(Character::isWhitespace)) {
      throw new IllegalArgumentException("a code must be written system|code");
    }
    return new Code(parts[0], parts[1]);
  }
}

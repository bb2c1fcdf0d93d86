package io.spinexr.text;

import java.math.BigDecimal;

/**
 * Decimal numbers that stay small whatever is done with them. A number such as 1e999999999 is short
 * to write; but written out, as some library does sooner or later, it fills the memory. FHIR R4
 * asks for 18 digits at most (Datatypes, decimal).
 */
public final class PlainDecimal {
  /** For messages: what is asked of a number. */
  public static final String RULE =
      "must be a number of at most 100 digits, with the point within 100 places of them";

  private static final int MOST_DIGITS = 100;

  /** To read more as a number takes time with the square of their count. */
  private static final int LONGEST_TEXT = 128;

  private PlainDecimal() {}

  public static boolean isPlain(BigDecimal number) {
    return Math.abs((long) number.scale()) <= MOST_DIGITS && number.precision() <= MOST_DIGITS;
  }

  /**
   * @param text a number as Java and JSON write it
   */
  public static boolean isPlain(String text) {
    try {
      return text.length() <= LONGEST_TEXT && isPlain(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return false; // an exponent beyond what can be counted
    }
  }

  /** Whether a text may be read as a number at all: one of no more than digits must not be long. */
  public static boolean isReadable(CharSequence text) {
    return text.length() <= LONGEST_TEXT || !text.chars().allMatch(PlainDecimal::isOfNumbers);
  }

  private static boolean isOfNumbers(int c) {
    return c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-';
  }
}

package io.spinexr.text;

/**
 * Text that can be kept and passed on wherever it may go: the characters of XML 1.0 (section 2.2,
 * Char), which FHIR R4 allows its strings, too. Databases, XML and JSON treat all others, such as
 * NUL and half a surrogate pair, each in its own way: one refuses them, the next breaks off.
 */
public final class PortableText {
  /** For messages: what is asked of a text. */
  public static final String RULE =
      "must not have control characters, NUL among them, or half a surrogate pair";

  private static final char REPLACEMENT = '\uFFFD';

  private PortableText() {}

  public static boolean isPortable(CharSequence text) {
    return firstUnfit(text, 0) == text.length();
  }

  /** The text with U+FFFD for each character that cannot be kept. */
  public static String of(String text) {
    int unfit = firstUnfit(text, 0);
    if (unfit == text.length()) {
      return text;
    }
    StringBuilder portable = new StringBuilder(text);
    while (unfit < text.length()) {
      portable.setCharAt(unfit, REPLACEMENT);
      unfit = firstUnfit(text, unfit + 1);
    }
    return portable.toString();
  }

  private static int firstUnfit(CharSequence text, int from) {
    int i = from;
    while (i < text.length()) {
      int width = widthAt(text, i);
      if (width == 0) {
        return i;
      }
      i += width;
    }
    return i;
  }

  /** How many chars the character takes; 0 if it is none of XML's. */
  private static int widthAt(CharSequence text, int i) {
    char c = text.charAt(i);
    if (c < ' ') {
      return c == '\t' || c == '\n' || c == '\r' ? 1 : 0;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1)) ? 2 : 0;
    }
    return Character.isLowSurrogate(c) || c > REPLACEMENT ? 0 : 1;
  }
}

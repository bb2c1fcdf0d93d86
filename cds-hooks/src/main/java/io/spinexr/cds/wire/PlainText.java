package io.spinexr.cds.wire;

import java.util.regex.Pattern;

/** Text from charts and images, made harmless for the place where it is shown. */
public final class PlainText {
  /** Controls, line and paragraph separators, and marks that turn the reading direction. */
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\s]+");

  /** What CommonMark and GitHub's extensions give a meaning to inside a line. */
  private static final Pattern MARKUP = Pattern.compile("[\\\\`*_{}\\[\\]()#+!|~:@$]");

  private static final Pattern ADDRESS = Pattern.compile("(:|(?i:www))(//|\\.)");

  private PlainText() {}

  /** One line of at most {@code limit} characters, with an ellipsis where it was cut. */
  public static String line(String text, int limit) {
    String line = INVISIBLE.matcher(text).replaceAll(" ").strip();
    if (line.length() <= limit) {
      return line;
    }
    int end = limit - 1;
    if (Character.isHighSurrogate(line.charAt(end - 1))) {
      end--;
    }
    return line.substring(0, end) + "…";
  }

  /**
   * One line that GitHub-flavoured Markdown shows letter by letter: no markup, table cell or HTML
   * comes out of it. Web addresses get a space, because renderers turn them into links even when
   * they are escaped.
   */
  public static String markdown(String text) {
    String unlinked = ADDRESS.matcher(line(text, 500)).replaceAll("$1 $2");
    return MARKUP
        .matcher(unlinked)
        .replaceAll("\\\\$0")
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;");
  }
}

package io.spinexr.fhir.token;

import io.spinexr.tls.TlsProblem;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A token that proves nothing. The message says which part of it, what was expected and what was
 * there: for the log, never for the caller.
 */
public final class TokenRefusedException extends Exception {
  private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]");
  private static final int MAX_QUOTED = 200;

  public TokenRefusedException(String reason) {
    super(reason);
  }

  public TokenRefusedException(String part, String expected, @Nullable Object found) {
    super("%s: expected %s, but found %s".formatted(part, expected, quoted(found)));
  }

  /**
   * A token that cannot be checked.
   *
   * @param place of the keys, or whose they are
   */
  public static TokenRefusedException unreadable(String place, Throwable cause) {
    return new TokenRefusedException(
        place
            + " could not be read"
            + TlsProblem.in(cause).map(problem -> ": " + problem).orElse(""));
  }

  /** Never null: every constructor is given one. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /** What a stranger wrote, as one short line that is no token and forges no other line. */
  private static String quoted(@Nullable Object found) {
    if (found == null) {
      return "none";
    }
    String text = found.toString();
    String printable =
        NOT_PRINTABLE
            .matcher(text.substring(0, Math.min(text.length(), MAX_QUOTED)))
            .replaceAll("?");
    return '"' + printable + (text.length() > MAX_QUOTED ? "..." : "") + '"';
  }
}

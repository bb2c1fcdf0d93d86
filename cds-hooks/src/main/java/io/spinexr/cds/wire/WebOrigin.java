package io.spinexr.cds.wire;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a web page comes from (RFC 6454), equal however it was spelt: in any case, with the default
 * port or without.
 */
public record WebOrigin(String scheme, String host, int port) {
  private static final Pattern SPELLING =
      Pattern.compile(
          "(https?)://([^/?#@:\\[\\]\\s]+|\\[[0-9a-f:.]+])(?::([0-9]{1,5}))?",
          Pattern.CASE_INSENSITIVE);

  public WebOrigin {
    scheme = scheme.toLowerCase(Locale.ROOT);
    host = host.toLowerCase(Locale.ROOT);
    port = port != -1 ? port : scheme.equals("https") ? 443 : 80;
  }

  /** The origin as the header {@code Origin} has it; empty for {@code null} and what is none. */
  public static Optional<WebOrigin> parse(String text) {
    return Optional.of(SPELLING.matcher(text))
        .filter(Matcher::matches)
        .map(
            parts ->
                new WebOrigin(
                    parts.group(1),
                    parts.group(2),
                    parts.group(3) == null ? -1 : Integer.parseInt(parts.group(3))));
  }

  /** The origin of the pages below an http or https address. */
  public static WebOrigin of(URI address) {
    return new WebOrigin(address.getScheme(), address.getHost(), address.getPort());
  }
}

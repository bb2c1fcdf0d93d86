package io.spinexr.dicomweb.http;

import java.net.URI;
import java.util.Locale;

/**
 * Whom a URL belongs to (RFC 6454): scheme, host and port.
 *
 * @param text without path, and without the port that is the scheme's own: {@code
 *     https://bucket.example}
 */
public record Origin(String text) {
  /**
   * @throws IllegalArgumentException if the URL is not http or https, or has no host
   */
  public static Origin of(URI url) {
    String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || url.getHost() == null) {
      throw new IllegalArgumentException("an origin needs http or https and a host");
    }
    int own = scheme.equals("https") ? 443 : 80;
    String port = url.getPort() < 0 || url.getPort() == own ? "" : ":" + url.getPort();
    return new Origin(scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + port);
  }

  @Override
  public String toString() {
    return text;
  }
}

package io.spinexr.fhir.token;

import com.nimbusds.jose.util.DefaultResourceRetriever;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URL;
import java.util.Locale;
import java.util.Set;

/** Reads keys and metadata from a registered place, and from nowhere that it redirects to. */
public final class RegisteredPlace extends DefaultResourceRetriever {
  private static final int MAX_BYTES = 256 * 1024;
  private static final int TIMEOUT_MILLIS = 2000;
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  public RegisteredPlace() {
    super(TIMEOUT_MILLIS, TIMEOUT_MILLIS, MAX_BYTES);
  }

  @Override
  protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
    HttpURLConnection connection = super.openHTTPConnection(url);
    connection.setInstanceFollowRedirects(false);
    return connection;
  }

  /** Whether nobody on the way can change what is read there: https, or this machine. */
  static boolean isTrustworthy(URI place) {
    return place.getHost() != null
        && place.getUserInfo() == null
        && place.getFragment() == null
        && ("https".equalsIgnoreCase(place.getScheme())
            || "http".equalsIgnoreCase(place.getScheme())
                && LOOPBACK.contains(place.getHost().toLowerCase(Locale.ROOT)));
  }
}

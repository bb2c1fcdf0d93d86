package io.spinexr.cds;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The FHIR servers of registered EHRs: no other address that a request names is ever contacted. */
final class FhirServers {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final List<CdsProperties.Client> clients;

  FhirServers(List<CdsProperties.Client> clients) {
    this.clients = List.copyOf(clients);
  }

  /**
   * Whether {@code server} may be read from.
   *
   * @param client who asks: only its own servers count; empty when clients are not authenticated,
   *     then those of all count
   */
  boolean permits(Optional<CdsProperties.Client> client, URI server) {
    String name = normal(server);
    return client.map(List::of).orElse(clients).stream()
        .flatMap(each -> each.fhirServers().stream())
        .anyMatch(each -> normal(each).equals(name));
  }

  /** Whether the URL's host is this machine by its literal name or address. */
  static boolean isLoopback(URI url) {
    return url.getHost() != null && LOOPBACK.contains(url.getHost().toLowerCase(Locale.ROOT));
  }

  /** One spelling per base URL: scheme and host in lower case, port always, no slash at the end. */
  private static String normal(URI url) {
    String scheme = url.getScheme().toLowerCase(Locale.ROOT);
    int port = url.getPort() != -1 ? url.getPort() : scheme.equals("https") ? 443 : 80;
    String path = url.getRawPath().replaceAll("/+$", "");
    return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + ":" + port + path;
  }
}

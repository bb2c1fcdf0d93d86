package io.spinexr.cds.token;

import static java.util.stream.Collectors.toUnmodifiableMap;
import static java.util.stream.Collectors.toUnmodifiableSet;

import io.spinexr.order.FhirServerUrl;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The FHIR servers of registered EHRs: no other address that a request names is ever contacted. */
public final class FhirServers {
  private final Map<CdsProperties.Client, Set<FhirServerUrl>> servers;

  /**
   * @throws IllegalArgumentException if a client's server is no {@link FhirServerUrl}
   */
  public FhirServers(List<CdsProperties.Client> clients) {
    servers = clients.stream().collect(toUnmodifiableMap(Function.identity(), FhirServers::of));
  }

  private static Set<FhirServerUrl> of(CdsProperties.Client client) {
    return client.fhirServers().stream()
        .map(
            url ->
                FhirServerUrl.parse(url.toString())
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "spinexr.cds.clients[].fhir-servers of %s %s"
                                    .formatted(client.name(), FhirServerUrl.RULE))))
        .collect(toUnmodifiableSet());
  }

  /**
   * Whether {@code server} may be read from.
   *
   * @param client who asks: only its own servers count; empty when clients are not authenticated,
   *     then those of all count
   */
  public boolean permits(Optional<CdsProperties.Client> client, FhirServerUrl server) {
    return client.isPresent()
        ? servers.getOrDefault(client.get(), Set.of()).contains(server)
        : servers.values().stream().anyMatch(each -> each.contains(server));
  }
}

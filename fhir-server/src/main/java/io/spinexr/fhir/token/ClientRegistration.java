package io.spinexr.fhir.token;

import java.net.URI;

/**
 * How the EHR's authorization server knows this server.
 *
 * @param tokenEndpoint where it gives tokens: https, or http on loopback
 * @param clientId the name it has given us
 * @param scope what to ask for, e.g. {@code system/*.cruds}
 */
public record ClientRegistration(URI tokenEndpoint, String clientId, String scope, ClientKey key) {
  public ClientRegistration {
    if (!RegisteredPlace.isTrustworthy(tokenEndpoint)) {
      throw new IllegalArgumentException("the token endpoint must be https, or http on loopback");
    }
    if (clientId.isBlank() || scope.isBlank()) {
      throw new IllegalArgumentException("client id and scope must not be empty");
    }
  }
}

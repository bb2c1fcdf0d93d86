package io.spinexr.cds;

import java.util.Optional;

/**
 * The client's leave to read from its FHIR server (CDS Hooks 2.0, Passing the Access Token).
 *
 * @param accessToken never logged or stored
 * @param expiresIn seconds
 * @param subject OAuth client id of this service
 * @param patient to which the token is limited
 */
record FhirAuthorization(
    String accessToken, long expiresIn, String scope, String subject, Optional<String> patient) {
  /** Without the token. */
  @Override
  public String toString() {
    return "FhirAuthorization[scope=" + scope + ", expiresIn=" + expiresIn + "]";
  }
}

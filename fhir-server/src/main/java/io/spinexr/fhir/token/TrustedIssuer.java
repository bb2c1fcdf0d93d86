package io.spinexr.fhir.token;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * An authorization server whose access tokens open {@code /fhir}.
 *
 * @param issuer the {@code iss} of its tokens, to the letter; its metadata is below this address
 *     (OpenID Connect Discovery 1.0, RFC 8414)
 * @param jwks where its public keys are: https, http on loopback, or a file: URL; by default where
 *     its metadata says
 * @param audience whom its tokens are for, one of which must be their {@code aud}; by default the
 *     address of {@code /fhir}
 * @param authorizationEndpoint where apps send users to sign in; by default as in its metadata
 * @param tokenEndpoint where programs get tokens; by default as in its metadata, which is not read
 *     when this and jwks are set
 * @param patientSystem namespace of the identifiers that its tokens name the patient by; by default
 *     they give the id of a Patient on this server
 */
public record TrustedIssuer(
    URI issuer,
    @DefaultValue Optional<URI> jwks,
    @DefaultValue List<String> audience,
    @DefaultValue Optional<URI> authorizationEndpoint,
    @DefaultValue Optional<URI> tokenEndpoint,
    @DefaultValue Optional<String> patientSystem) {
  public TrustedIssuer {
    if (issuer == null || !RegisteredPlace.isTrustworthy(issuer)) {
      throw new IllegalArgumentException(
          "spinexr.fhir.issuers[].issuer must be an https address, or http on loopback, but is "
              + issuer);
    }
    jwks.filter(place -> !"file".equals(place.getScheme()))
        .ifPresent(place -> require("jwks", place));
    authorizationEndpoint.ifPresent(place -> require("authorization-endpoint", place));
    tokenEndpoint.ifPresent(place -> require("token-endpoint", place));
    if (patientSystem.filter(String::isBlank).isPresent()) {
      throw new IllegalArgumentException(
          "spinexr.fhir.issuers[].patient-system must be an absolute URI where it is set");
    }
    audience = List.copyOf(audience);
  }

  /** Whose tokens are for {@code audience} unless the site says otherwise. */
  TrustedIssuer orFor(String address) {
    return audience.isEmpty()
        ? new TrustedIssuer(
            issuer, jwks, List.of(address), authorizationEndpoint, tokenEndpoint, patientSystem)
        : this;
  }

  private static void require(String key, URI place) {
    if (!RegisteredPlace.isTrustworthy(place)) {
      throw new IllegalArgumentException(
          "spinexr.fhir.issuers[].%s must be an https address, or http on loopback, but is %s"
              .formatted(key, place));
    }
  }
}

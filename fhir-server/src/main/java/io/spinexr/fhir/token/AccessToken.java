package io.spinexr.fhir.token;

import com.nimbusds.jwt.JWTClaimsSet;

/** A token that was found to be good: what its issuer says in it. */
public record AccessToken(TrustedIssuer issuer, JWTClaimsSet claims) {
  /** Without the claims, which name people. */
  @Override
  public String toString() {
    return "AccessToken[" + issuer.issuer() + "]";
  }
}

package io.spinexr.fhir.token;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URI;
import java.security.Key;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;

/**
 * Checks access tokens in the form of JWTs (RFC 9068, RFC 8725): signed by a trusted issuer's key,
 * for this server, and now. Keys come from the issuer's registered place only; whatever places a
 * token names are never contacted.
 */
public final class AccessTokens {
  private static final Set<JOSEObjectType> TYPES =
      Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"));

  private final List<IssuerKeys> issuers;
  private final Clock clock;

  /**
   * @param issuers whose tokens count
   * @param address for whom their tokens are unless the site says otherwise
   * @param tls whom to trust where their keys are, and as whom to show ourselves
   */
  public AccessTokens(List<TrustedIssuer> issuers, String address, SSLContext tls, Clock clock) {
    this.issuers =
        issuers.stream().map(issuer -> new IssuerKeys(issuer.orFor(address), tls, clock)).toList();
    this.clock = clock;
    long different = issuers.stream().map(TrustedIssuer::issuer).distinct().count();
    if (different < issuers.size()) {
      throw new IllegalArgumentException("spinexr.fhir.issuers must have different issuers");
    }
  }

  /**
   * What a good token says.
   *
   * @throws TokenRefusedException if it is not good, or its issuer's keys cannot be read
   */
  public AccessToken verify(String token) throws TokenRefusedException {
    SignedToken signed = SignedToken.parse(token);
    IssuerKeys issuer = issuer(signed.claims());
    signed.requireSignature(keys(signed.jwt().getHeader(), issuer), issuer.name());
    signed.requireAudience(issuer.issuer().audience());
    checkTimes(signed.claims());
    return new AccessToken(issuer.issuer(), signed.claims());
  }

  private IssuerKeys issuer(JWTClaimsSet claims) throws TokenRefusedException {
    return issuers.stream()
        .filter(known -> known.issuer().issuer().toString().equals(claims.getIssuer()))
        .findFirst()
        .orElseThrow(
            () ->
                new TokenRefusedException(
                    "iss", "one of spinexr.fhir.issuers", claims.getIssuer()));
  }

  /** The issuer's keys that the header can mean. */
  private static List<Key> keys(JWSHeader header, IssuerKeys issuer) throws TokenRefusedException {
    JOSEObjectType type = header.getType();
    if (type != null && !TYPES.contains(type)) {
      throw new TokenRefusedException("typ", "at+jwt, JWT or none", type);
    }
    try {
      List<Key> keys =
          new JWSVerificationKeySelector<>(Algorithms.ACCEPTED, issuer.keys())
              .selectJWSKeys(header, null);
      if (keys.isEmpty()) {
        throw new TokenRefusedException(
            "kid",
            "the name of a key of %s for this alg".formatted(issuer.name()),
            header.getKeyID());
      }
      return keys;
    } catch (KeySourceException | IOException e) {
      throw TokenRefusedException.unreadable("the keys of " + issuer.name(), e);
    }
  }

  private void checkTimes(JWTClaimsSet claims) throws TokenRefusedException {
    Instant now = clock.instant();
    Date end = claims.getExpirationTime();
    if (end == null || !end.toInstant().plus(SignedToken.SKEW).isAfter(now)) {
      throw new TokenRefusedException(
          "exp", "a time after " + now, end == null ? null : end.toInstant());
    }
    Date begin = claims.getNotBeforeTime();
    if (begin != null && begin.toInstant().minus(SignedToken.SKEW).isAfter(now)) {
      throw new TokenRefusedException("nbf", "a time before " + now, begin.toInstant());
    }
  }

  /**
   * Where apps and programs get tokens, of the first issuer that says; empty while none answers.
   */
  public Optional<Endpoints> endpoints() {
    return issuers.stream().flatMap(issuer -> endpoints(issuer).stream()).findFirst();
  }

  private static Optional<Endpoints> endpoints(IssuerKeys keys) {
    try {
      IssuerMetadata metadata = keys.metadata();
      return metadata
          .tokenEndpoint()
          .map(
              token ->
                  new Endpoints(
                      keys.issuer().issuer(),
                      metadata.jwks(),
                      metadata.authorizationEndpoint(),
                      token));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * @param issuer whose they are
   * @param jwks where its keys are, unless that is a file here
   */
  public record Endpoints(URI issuer, Optional<URI> jwks, Optional<URI> authorization, URI token) {
    public Endpoints {
      jwks = jwks.filter(RegisteredPlace::isTrustworthy);
    }
  }
}

package io.spinexr.fhir.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.RateLimitReachedException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.io.IOException;
import java.net.URI;
import java.security.Key;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Checks access tokens in the form of JWTs (RFC 9068, RFC 8725): signed by a trusted issuer's key,
 * for this server, and now. Keys come from the issuer's registered place only; whatever places a
 * token names are never contacted.
 */
public final class AccessTokens {
  /** How far the clocks of two machines may differ. */
  private static final Duration SKEW = Duration.ofSeconds(60);

  private static final int MAX_TOKEN = 8192;

  private static final Set<JOSEObjectType> TYPES =
      Set.of(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"));

  private final List<IssuerKeys> issuers;
  private final Clock clock;

  /**
   * @param issuers whose tokens count
   * @param address for whom their tokens are unless the site says otherwise
   */
  public AccessTokens(List<TrustedIssuer> issuers, String address, Clock clock) {
    this.issuers =
        issuers.stream().map(issuer -> new IssuerKeys(issuer.orFor(address), clock)).toList();
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
    if (token.length() > MAX_TOKEN) {
      throw new TokenRefusedException("it is longer than " + MAX_TOKEN + " characters");
    }
    try {
      JWT jwt = JWTParser.parse(token);
      if (!(jwt instanceof SignedJWT signed)
          || !Algorithms.ACCEPTED.contains(signed.getHeader().getAlgorithm())) {
        throw new TokenRefusedException(
            "alg", "one of " + Algorithms.NAMES, jwt.getHeader().getAlgorithm());
      }
      JWTClaimsSet claims = signed.getJWTClaimsSet();
      IssuerKeys issuer = issuer(claims);
      checkSignature(signed, issuer);
      checkClaims(claims, issuer.issuer());
      return new AccessToken(issuer.issuer(), claims);
    } catch (ParseException e) {
      throw new TokenRefusedException(
          "it is no JWT, or its header or a claim is not of the type that RFC 7519 says");
    }
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

  private static void checkSignature(SignedJWT jwt, IssuerKeys issuer)
      throws TokenRefusedException {
    JOSEObjectType type = jwt.getHeader().getType();
    if (type != null && !TYPES.contains(type)) {
      throw new TokenRefusedException("typ", "at+jwt, JWT or none", type);
    }
    URI name = issuer.issuer().issuer();
    try {
      List<? extends Key> keys =
          new JWSVerificationKeySelector<>(Algorithms.ACCEPTED, issuer.keys())
              .selectJWSKeys(jwt.getHeader(), null);
      DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
      processor.setJWSTypeVerifier((header, context) -> {});
      processor.setJWSKeySelector((header, context) -> keys);
      processor.setJWTClaimsSetVerifier((claims, context) -> {});
      processor.process(jwt, null);
    } catch (RateLimitReachedException e) {
      throw new TokenRefusedException(
          "kid",
          "the name of a key of %s, whose keys were just read".formatted(name),
          jwt.getHeader().getKeyID());
    } catch (KeySourceException | IOException e) {
      throw new TokenRefusedException("the keys of %s could not be read".formatted(name));
    } catch (BadJOSEException | JOSEException e) {
      throw new TokenRefusedException(
          "signature",
          "one by the key of %s that kid names".formatted(name),
          "another, with kid " + jwt.getHeader().getKeyID());
    }
  }

  private void checkClaims(JWTClaimsSet claims, TrustedIssuer issuer) throws TokenRefusedException {
    if (claims.getAudience().stream()
        .filter(Objects::nonNull)
        .noneMatch(issuer.audience()::contains)) {
      throw new TokenRefusedException(
          "aud", String.join(" or ", issuer.audience()), claims.getAudience());
    }
    Instant now = clock.instant();
    Date end = claims.getExpirationTime();
    if (end == null || !end.toInstant().plus(SKEW).isAfter(now)) {
      throw new TokenRefusedException(
          "exp", "a time after " + now, end == null ? null : end.toInstant());
    }
    Date begin = claims.getNotBeforeTime();
    if (begin != null && begin.toInstant().minus(SKEW).isAfter(now)) {
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

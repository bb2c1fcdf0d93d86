package io.spinexr.fhir.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import java.security.Key;
import java.text.ParseException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;

/**
 * A signed JWT (RFC 7519, RFC 8725) as somebody showed it, and what is asked of every one, whoever
 * signed it and whatever it is for. Nothing of it is proved before it is asked.
 */
public record SignedToken(SignedJWT jwt, JWTClaimsSet claims) {
  /** How far the clocks of two hospitals may differ; also the default of the JWT library. */
  public static final Duration SKEW = Duration.ofSeconds(60);

  private static final int LONGEST = 8192;

  /**
   * @throws TokenRefusedException if it is too long, no JWT, or not signed with a private key
   */
  public static SignedToken parse(String token) throws TokenRefusedException {
    if (token.length() > LONGEST) {
      throw new TokenRefusedException("it is longer than " + LONGEST + " characters");
    }
    try {
      JWT jwt = JWTParser.parse(token);
      if (!(jwt instanceof SignedJWT signed)
          || !Algorithms.ACCEPTED.contains(signed.getHeader().getAlgorithm())) {
        throw new TokenRefusedException(
            "alg", "one of " + Algorithms.NAMES, jwt.getHeader().getAlgorithm());
      }
      return new SignedToken(signed, signed.getJWTClaimsSet());
    } catch (ParseException e) {
      throw new TokenRefusedException(
          "it is no JWT, or its header or a claim is not of the type that RFC 7519 says");
    }
  }

  /**
   * @param keys those that the header can mean
   * @param whose for the log
   * @throws TokenRefusedException unless one of them signed it
   */
  public void requireSignature(List<? extends Key> keys, String whose)
      throws TokenRefusedException {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    // Types differ with what a token is for.
    processor.setJWSTypeVerifier((header, context) -> {});
    processor.setJWSKeySelector((header, context) -> keys);
    processor.setJWTClaimsSetVerifier((all, context) -> {});
    try {
      processor.process(jwt, null);
    } catch (BadJOSEException | JOSEException e) {
      throw new TokenRefusedException(
          "signature",
          "one by the key of %s that kid names".formatted(whose),
          "another, with kid " + jwt.getHeader().getKeyID());
    }
  }

  /**
   * @throws TokenRefusedException unless it is for one of them
   */
  public void requireAudience(Collection<String> audiences) throws TokenRefusedException {
    if (claims.getAudience().stream().filter(Objects::nonNull).noneMatch(audiences::contains)) {
      throw new TokenRefusedException("aud", String.join(" or ", audiences), claims.getAudience());
    }
  }

  /** Without the claims, which name people. */
  @Override
  public String toString() {
    return "SignedToken[" + jwt.getHeader().getKeyID() + "]";
  }
}

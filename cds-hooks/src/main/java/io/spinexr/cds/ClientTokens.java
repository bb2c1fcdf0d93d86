package io.spinexr.cds;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.BadJWTException;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.spinexr.order.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Checks the tokens by which clients prove who they are (CDS Hooks 2.0, Trusting CDS Clients). Keys
 * come from the registered place of a registered issuer only; a token that names another is refused
 * and the other place never contacted.
 */
final class ClientTokens {
  /** Signatures with a client's private key: never {@code none}, never a shared secret. */
  private static final Set<JWSAlgorithm> ALGORITHMS =
      Set.of(
          JWSAlgorithm.ES256,
          JWSAlgorithm.ES384,
          JWSAlgorithm.ES512,
          JWSAlgorithm.RS256,
          JWSAlgorithm.RS384,
          JWSAlgorithm.RS512,
          JWSAlgorithm.PS256,
          JWSAlgorithm.PS384,
          JWSAlgorithm.PS512);

  /** How far the clocks of two hospitals may differ; also the verifier's own default. */
  private static final Duration SKEW = Duration.ofSeconds(60);

  private static final int MAX_TOKEN = 8192;
  private static final int MAX_JWKS_BYTES = 256 * 1024;
  private static final int JWKS_TIMEOUT_MILLIS = 2000;

  private final List<CdsProperties.Client> clients;
  private final Map<URI, JWKSource<SecurityContext>> keys = new HashMap<>();
  private final Duration maxLifetime;
  private final SeenTokens seenTokens;
  private final Clock clock;

  ClientTokens(CdsProperties properties, SeenTokens seenTokens, Clock clock) {
    this.clients = properties.clients();
    this.maxLifetime = properties.maxTokenLifetime();
    this.seenTokens = seenTokens;
    this.clock = clock;
    clients.forEach(client -> keys.computeIfAbsent(client.jwks(), ClientTokens::keys));
  }

  /** A token that proves nothing; the message says why, for the log and not for the caller. */
  static final class Refused extends Exception {
    Refused(String reason) {
      super(reason);
    }
  }

  /**
   * The client that signed the token.
   *
   * @param audiences of which the token must name one
   */
  CdsProperties.Client verify(String token, Set<String> audiences) throws Refused {
    if (token.length() > MAX_TOKEN) {
      throw new Refused("it is longer than " + MAX_TOKEN + " characters");
    }
    try {
      SignedJWT jwt = SignedJWT.parse(token);
      CdsProperties.Client client = client(jwt.getJWTClaimsSet());
      checkHeader(jwt.getHeader(), client);
      JWTClaimsSet claims = processor(client, audiences).process(jwt, null);
      checkTimes(claims);
      checkFirstUse(claims);
      return client;
    } catch (ParseException e) {
      throw new Refused("it is no signed JWT");
    } catch (BadJWTException e) {
      throw new Refused("a claim is missing or wrong, or it has ended");
    } catch (BadJOSEException e) {
      throw new Refused("its signature does not fit a registered key and algorithm");
    } catch (JOSEException e) {
      throw new Refused("the client's keys could not be read");
    }
  }

  private CdsProperties.Client client(JWTClaimsSet claims) throws Refused {
    return clients.stream()
        .filter(client -> client.issuer().equals(claims.getIssuer()))
        .filter(
            client -> client.tenant() == null || client.tenant().equals(claims.getClaim("tenant")))
        .findFirst()
        .orElseThrow(() -> new Refused("its issuer and tenant are not registered"));
  }

  private static void checkHeader(JWSHeader header, CdsProperties.Client client) throws Refused {
    if (header.getJWKURL() != null && !header.getJWKURL().equals(client.jwks())) {
      throw new Refused("its jku is not the registered one");
    }
    if (header.getKeyID() == null) {
      throw new Refused("it has no kid");
    }
  }

  private DefaultJWTProcessor<SecurityContext> processor(
      CdsProperties.Client client, Set<String> audiences) {
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector(
        new JWSVerificationKeySelector<>(ALGORITHMS, keys.get(client.jwks())));
    processor.setJWTClaimsSetVerifier(
        new DefaultJWTClaimsVerifier<>(
            new HashSet<>(audiences), // asked for null inside, which immutable sets refuse
            new JWTClaimsSet.Builder().issuer(client.issuer()).build(),
            Set.of("exp", "iat", "jti"),
            Set.of()) {
          @Override
          protected Date currentTime() {
            return Date.from(clock.instant());
          }
        });
    return processor;
  }

  private void checkTimes(JWTClaimsSet claims) throws Refused {
    Instant issued = claims.getIssueTime().toInstant();
    Instant end = claims.getExpirationTime().toInstant();
    if (issued.isAfter(clock.instant().plus(SKEW))) {
      throw new Refused("it was issued in the future");
    }
    if (Duration.between(issued, end).compareTo(maxLifetime) > 0) {
      throw new Refused("it lives longer than spinexr.cds.max-token-lifetime");
    }
  }

  private void checkFirstUse(JWTClaimsSet claims) throws Refused {
    String name = claims.getIssuer() + "\n" + claims.getJWTID();
    Instant forgetAt = claims.getExpirationTime().toInstant().plus(SKEW);
    if (claims.getJWTID().isBlank() || !seenTokens.isFirstUse(Sha256.of(name), forgetAt)) {
      throw new Refused("its jti is blank or was used before");
    }
  }

  private static JWKSource<SecurityContext> keys(URI jwks) {
    Objects.requireNonNull(jwks, "jwks");
    try {
      if ("file".equals(jwks.getScheme())) {
        return new ImmutableJWKSet<>(JWKSet.load(Path.of(jwks).toFile()));
      }
      return JWKSourceBuilder.create(jwks.toURL(), new KeyRetriever()).build();
    } catch (MalformedURLException | ParseException e) {
      throw new IllegalArgumentException("spinexr.cds.clients[].jwks cannot be read: " + jwks, e);
    } catch (IOException e) {
      throw new UncheckedIOException("spinexr.cds.clients[].jwks cannot be read: " + jwks, e);
    }
  }

  /** Reads keys from the registered place, and from nowhere that it redirects to. */
  private static final class KeyRetriever extends DefaultResourceRetriever {
    KeyRetriever() {
      super(JWKS_TIMEOUT_MILLIS, JWKS_TIMEOUT_MILLIS, MAX_JWKS_BYTES);
    }

    @Override
    protected HttpURLConnection openHTTPConnection(URL url) throws IOException {
      HttpURLConnection connection = super.openHTTPConnection(url);
      connection.setInstanceFollowRedirects(false);
      return connection;
    }
  }
}

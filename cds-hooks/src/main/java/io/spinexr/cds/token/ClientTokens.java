package io.spinexr.cds.token;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jwt.JWTClaimsSet;
import io.spinexr.fhir.token.Algorithms;
import io.spinexr.fhir.token.KeySet;
import io.spinexr.fhir.token.SignedToken;
import io.spinexr.fhir.token.TokenRefusedException;
import io.spinexr.order.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.security.Key;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Checks the tokens by which clients prove who they are (CDS Hooks 2.0, Trusting CDS Clients). Keys
 * come from the registered places of a registered issuer only; a token that names another is
 * refused and the other place never contacted.
 */
public final class ClientTokens {
  private final List<CdsProperties.Client> clients;
  private final Map<URI, KeySet> keySets = new HashMap<>();
  private final Duration maxLifetime;
  private final SeenTokens seenTokens;
  private final Clock clock;

  /**
   * @param tls whom to trust where keys are, and as whom to show ourselves
   * @throws UncheckedIOException if a file of keys cannot be read
   */
  public ClientTokens(
      CdsProperties properties, SeenTokens seenTokens, SSLContext tls, Clock clock) {
    this.clients = properties.clients();
    this.maxLifetime = properties.maxTokenLifetime();
    this.seenTokens = seenTokens;
    this.clock = clock;
    clients.forEach(
        client ->
            client
                .jwks()
                .forEach(set -> keySets.computeIfAbsent(set, place -> keySet(place, tls))));
  }

  /**
   * The client that signed the token.
   *
   * @param audiences of which the token must name one
   */
  CdsProperties.Client verify(String token, Set<String> audiences) throws TokenRefusedException {
    SignedToken signed = SignedToken.parse(token);
    CdsProperties.Client client = client(signed.claims());
    signed.requireSignature(keys(signed.jwt().getHeader(), client), client.name());
    signed.requireAudience(audiences);
    checkClaims(signed.claims(), client);
    return client;
  }

  private CdsProperties.Client client(JWTClaimsSet claims) throws TokenRefusedException {
    List<CdsProperties.Client> ofIssuer =
        clients.stream().filter(client -> client.issuer().equals(claims.getIssuer())).toList();
    if (ofIssuer.isEmpty()) {
      throw new TokenRefusedException("iss", "that of a registered client", claims.getIssuer());
    }
    Object tenant = claims.getClaim("tenant");
    return ofIssuer.stream()
        .filter(client -> client.tenant() == null || client.tenant().equals(tenant))
        .findFirst()
        .orElseThrow(
            () -> new TokenRefusedException("tenant", "a registered one of this issuer", tenant));
  }

  /** The keys that the header can mean: of the key set that it names, else of every registered. */
  private List<Key> keys(JWSHeader header, CdsProperties.Client client)
      throws TokenRefusedException {
    URI jku = header.getJWKURL();
    if (jku != null && !client.jwks().contains(jku)) {
      throw new TokenRefusedException(
          "jku", "one of spinexr.cds.clients[].jwks of " + client.name(), jku);
    }
    if (header.getKeyID() == null) {
      throw new TokenRefusedException("kid", "the name of a key", null);
    }
    if (header.getType() != null && !header.getType().equals(JOSEObjectType.JWT)) {
      throw new TokenRefusedException("typ", "JWT or none", header.getType());
    }
    return keys(header, client, jku == null ? client.jwks() : List.of(jku));
  }

  /** A place that has just failed, or did not have the key, is asked only if no other has it. */
  private List<Key> keys(JWSHeader header, CdsProperties.Client client, List<URI> places)
      throws TokenRefusedException {
    List<URI> last =
        places.stream().filter(place -> keysAt(place).isLastResort(header.getKeyID())).toList();
    List<URI> others = places.stream().filter(place -> !last.contains(place)).toList();
    List<TokenRefusedException> unreadable = new ArrayList<>();
    List<Key> keys = read(others, header, unreadable);
    if (keys.isEmpty()) {
      keys = read(last, header, unreadable);
    }
    if (keys.isEmpty() && !unreadable.isEmpty()) {
      throw unreadable.get(0);
    }
    if (keys.isEmpty()) {
      throw new TokenRefusedException(
          "kid",
          "the name of a key of %s for this alg".formatted(client.name()),
          header.getKeyID());
    }
    return keys;
  }

  private List<Key> read(
      List<URI> places, JWSHeader header, List<TokenRefusedException> unreadable) {
    List<Key> keys = new ArrayList<>();
    for (URI place : places) {
      try {
        keys.addAll(
            new JWSVerificationKeySelector<>(Algorithms.ACCEPTED, keysAt(place))
                .selectJWSKeys(header, null));
      } catch (KeySourceException e) {
        unreadable.add(TokenRefusedException.unreadable("the key set " + place, e));
      }
    }
    return keys;
  }

  private KeySet keysAt(URI place) {
    return Objects.requireNonNull(keySets.get(place));
  }

  private void checkClaims(JWTClaimsSet claims, CdsProperties.Client client)
      throws TokenRefusedException {
    Instant now = clock.instant();
    Instant issued = time("iat", claims.getIssueTime());
    Instant end = time("exp", claims.getExpirationTime());
    if (!end.plus(SignedToken.SKEW).isAfter(now)) {
      throw new TokenRefusedException("exp", "a time after " + now, end);
    }
    if (issued.isAfter(now.plus(SignedToken.SKEW))) {
      throw new TokenRefusedException("iat", "a time before " + now, issued);
    }
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && !notBefore.toInstant().minus(SignedToken.SKEW).isBefore(now)) {
      throw new TokenRefusedException("nbf", "a time before " + now, notBefore.toInstant());
    }
    Duration longest = client.profile().tokenLifetime(maxLifetime);
    Duration lifetime = Duration.between(issued, end);
    if (lifetime.compareTo(longest) > 0) {
      throw new TokenRefusedException(
          "exp",
          "at most %d s after iat for %s".formatted(longest.toSeconds(), client.name()),
          lifetime.toSeconds() + " s");
    }
    checkFirstUse(claims, end);
  }

  private static Instant time(String claim, @Nullable Date date) throws TokenRefusedException {
    if (date == null) {
      throw new TokenRefusedException(claim, "a time", null);
    }
    return date.toInstant();
  }

  private void checkFirstUse(JWTClaimsSet claims, Instant end) throws TokenRefusedException {
    String id = claims.getJWTID();
    if (id == null || id.isBlank()) {
      throw new TokenRefusedException("jti", "a name that is not blank", id);
    }
    String name = claims.getIssuer() + "\n" + id;
    if (!seenTokens.isFirstUse(Sha256.of(name), end.plus(SignedToken.SKEW))) {
      throw new TokenRefusedException("jti", "one that was not used before", id);
    }
  }

  private static KeySet keySet(URI jwks, SSLContext tls) {
    try {
      return new KeySet(jwks, tls);
    } catch (IOException e) {
      throw new UncheckedIOException("spinexr.cds.clients[].jwks cannot be read: " + jwks, e);
    }
  }
}

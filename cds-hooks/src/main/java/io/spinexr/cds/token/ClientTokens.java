package io.spinexr.cds.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.ImmutableJWKSet;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jose.util.DefaultResourceRetriever;
import com.nimbusds.jwt.JWT;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import io.spinexr.order.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.security.Key;
import java.text.ParseException;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks the tokens by which clients prove who they are (CDS Hooks 2.0, Trusting CDS Clients). Keys
 * come from the registered places of a registered issuer only; a token that names another is
 * refused and the other place never contacted.
 */
public final class ClientTokens {
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

  private static final String ALGORITHM_NAMES =
      ALGORITHMS.stream().map(JWSAlgorithm::getName).sorted().collect(Collectors.joining(", "));

  private static final Pattern NOT_PRINTABLE = Pattern.compile("[^ -~]");
  private static final int MAX_QUOTED = 200;
  private static final int MAX_TOKEN = 8192;
  private static final int MAX_JWKS_BYTES = 256 * 1024;
  private static final int JWKS_TIMEOUT_MILLIS = 2000;

  private final List<CdsProperties.Client> clients;
  private final Map<URI, JWKSource<SecurityContext>> keySets = new HashMap<>();
  private final Duration maxLifetime;
  private final SeenTokens seenTokens;
  private final Clock clock;

  public ClientTokens(CdsProperties properties, SeenTokens seenTokens, Clock clock) {
    this.clients = properties.clients();
    this.maxLifetime = properties.maxTokenLifetime();
    this.seenTokens = seenTokens;
    this.clock = clock;
    clients.forEach(
        client -> client.jwks().forEach(set -> keySets.computeIfAbsent(set, ClientTokens::keySet)));
  }

  /**
   * A token that proves nothing. The message says which part of it, what was expected and what was
   * there: for the log, never for the caller.
   */
  static final class Refused extends Exception {
    Refused(String reason) {
      super(reason);
    }

    Refused(String part, String expected, @Nullable Object found) {
      super("%s: expected %s, but found %s".formatted(part, expected, quoted(found)));
    }

    /** Never null: every constructor is given one. */
    @Override
    public String getMessage() {
      return Objects.requireNonNull(super.getMessage());
    }

    /** What a stranger wrote, as one short line that is no token and forges no other line. */
    private static String quoted(@Nullable Object found) {
      if (found == null) {
        return "none";
      }
      String text = found.toString();
      String printable =
          NOT_PRINTABLE
              .matcher(text.substring(0, Math.min(text.length(), MAX_QUOTED)))
              .replaceAll("?");
      return '"' + printable + (text.length() > MAX_QUOTED ? "..." : "") + '"';
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
      JWT jwt = JWTParser.parse(token);
      if (!(jwt instanceof SignedJWT signed)
          || !ALGORITHMS.contains(signed.getHeader().getAlgorithm())) {
        throw new Refused("alg", "one of " + ALGORITHM_NAMES, jwt.getHeader().getAlgorithm());
      }
      CdsProperties.Client client = client(signed.getJWTClaimsSet());
      checkSignature(signed, client);
      checkClaims(signed.getJWTClaimsSet(), client, audiences);
      return client;
    } catch (ParseException e) {
      throw new Refused(
          "it is no JWT, or its header or a claim is not of the type that RFC 7519 says");
    }
  }

  private CdsProperties.Client client(JWTClaimsSet claims) throws Refused {
    List<CdsProperties.Client> ofIssuer =
        clients.stream().filter(client -> client.issuer().equals(claims.getIssuer())).toList();
    if (ofIssuer.isEmpty()) {
      throw new Refused("iss", "that of a registered client", claims.getIssuer());
    }
    Object tenant = claims.getClaim("tenant");
    return ofIssuer.stream()
        .filter(client -> client.tenant() == null || client.tenant().equals(tenant))
        .findFirst()
        .orElseThrow(() -> new Refused("tenant", "a registered one of this issuer", tenant));
  }

  private void checkSignature(SignedJWT jwt, CdsProperties.Client client) throws Refused {
    List<Key> keys = keys(jwt.getHeader(), client);
    DefaultJWTProcessor<SecurityContext> processor = new DefaultJWTProcessor<>();
    processor.setJWSKeySelector((header, context) -> keys);
    processor.setJWTClaimsSetVerifier((claims, context) -> {});
    try {
      processor.process(jwt, null);
    } catch (BadJOSEException | JOSEException e) {
      throw new Refused(
          "signature",
          "one by the key of " + client.name() + " that kid names",
          "another, with kid " + jwt.getHeader().getKeyID());
    }
  }

  /** The keys that the header can mean: of the key set that it names, else of every registered. */
  private List<Key> keys(JWSHeader header, CdsProperties.Client client) throws Refused {
    URI jku = header.getJWKURL();
    if (jku != null && !client.jwks().contains(jku)) {
      throw new Refused("jku", "one of spinexr.cds.clients[].jwks of " + client.name(), jku);
    }
    if (header.getKeyID() == null) {
      throw new Refused("kid", "the name of a key", null);
    }
    if (header.getType() != null && !header.getType().equals(JOSEObjectType.JWT)) {
      throw new Refused("typ", "JWT or none", header.getType());
    }
    List<Key> keys = new ArrayList<>();
    List<URI> unreadable = new ArrayList<>();
    for (URI set : jku == null ? client.jwks() : List.of(jku)) {
      try {
        keys.addAll(
            new JWSVerificationKeySelector<>(ALGORITHMS, keySets.get(set))
                .selectJWSKeys(header, null));
      } catch (KeySourceException e) {
        unreadable.add(set);
      }
    }
    if (keys.isEmpty() && !unreadable.isEmpty()) {
      throw new Refused("the key set %s could not be read".formatted(unreadable.get(0)));
    }
    if (keys.isEmpty()) {
      throw new Refused(
          "kid",
          "the name of a key of %s for this alg".formatted(client.name()),
          header.getKeyID());
    }
    return keys;
  }

  private void checkClaims(JWTClaimsSet claims, CdsProperties.Client client, Set<String> audiences)
      throws Refused {
    if (claims.getAudience().stream().filter(Objects::nonNull).noneMatch(audiences::contains)) {
      throw new Refused("aud", String.join(" or ", audiences), claims.getAudience());
    }
    Instant now = clock.instant();
    Instant issued = time("iat", claims.getIssueTime());
    Instant end = time("exp", claims.getExpirationTime());
    if (!end.plus(SKEW).isAfter(now)) {
      throw new Refused("exp", "a time after " + now, end);
    }
    if (issued.isAfter(now.plus(SKEW))) {
      throw new Refused("iat", "a time before " + now, issued);
    }
    Date notBefore = claims.getNotBeforeTime();
    if (notBefore != null && !notBefore.toInstant().minus(SKEW).isBefore(now)) {
      throw new Refused("nbf", "a time before " + now, notBefore.toInstant());
    }
    Duration longest = client.profile().tokenLifetime(maxLifetime);
    Duration lifetime = Duration.between(issued, end);
    if (lifetime.compareTo(longest) > 0) {
      throw new Refused(
          "exp",
          "at most %d s after iat for %s".formatted(longest.toSeconds(), client.name()),
          lifetime.toSeconds() + " s");
    }
    checkFirstUse(claims, end);
  }

  private static Instant time(String claim, @Nullable Date date) throws Refused {
    if (date == null) {
      throw new Refused(claim, "a time", null);
    }
    return date.toInstant();
  }

  private void checkFirstUse(JWTClaimsSet claims, Instant end) throws Refused {
    String id = claims.getJWTID();
    if (id == null || id.isBlank()) {
      throw new Refused("jti", "a name that is not blank", id);
    }
    String name = claims.getIssuer() + "\n" + id;
    if (!seenTokens.isFirstUse(Sha256.of(name), end.plus(SKEW))) {
      throw new Refused("jti", "one that was not used before", id);
    }
  }

  private static JWKSource<SecurityContext> keySet(URI jwks) {
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

package io.spinexr.fhir.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;

/**
 * An authorization server with metadata, keys and a token endpoint, over HTTP on loopback. It gives
 * tokens to clients that sign their assertion with the key that they have published.
 */
public final class TestIssuer implements AutoCloseable {
  /** Keys take long to make. */
  public static final ECKey KEY = ecKey("issuer-1");

  private final HttpServer http;
  private final Map<String, String> clientKeys = new ConcurrentHashMap<>();
  private final Set<String> usedAssertions = new HashSet<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private volatile int given;
  private volatile int asked;
  private volatile Duration lifetime = Duration.ofMinutes(5);
  private volatile String audience = "";

  private TestIssuer(HttpServer http) {
    this.http = http;
  }

  public static TestIssuer start() {
    try {
      HttpServer http =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      TestIssuer issuer = new TestIssuer(http);
      http.createContext("/.well-known/openid-configuration", issuer::metadata);
      http.createContext(
          "/jwks",
          exchange -> {
            issuer.asked++;
            answer(exchange, 200, issuer.keys());
          });
      http.createContext("/token", issuer::token);
      http.start();
      return issuer;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ECKey ecKey(String name) {
    try {
      return new ECKeyGenerator(Curve.P_384).keyID(name).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  public String address() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  public URI tokenEndpoint() {
    return URI.create(address() + "/token");
  }

  /** Whom its tokens are for. */
  public void audience(String url) {
    audience = url;
  }

  public void lifetime(Duration time) {
    lifetime = time;
  }

  /** How many tokens its endpoint has given. */
  public int given() {
    return given;
  }

  /** How often its keys were read. */
  int asked() {
    return asked;
  }

  /** Why its endpoint has given none. */
  public List<String> failures() {
    return failures;
  }

  /**
   * @param keys the client's JSON Web Key Set
   */
  public void register(String client, String keys) {
    clientKeys.put(client, keys);
  }

  /** Claims of a token that is good now, for tests to change. */
  public JWTClaimsSet.Builder claims(String scope) {
    Instant now = Instant.now();
    return new JWTClaimsSet.Builder()
        .issuer(address())
        .audience(audience)
        .subject("program")
        .claim("client_id", "program")
        .claim("scope", scope)
        .jwtID(UUID.randomUUID().toString())
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plus(lifetime)));
  }

  public String token(String scope) {
    return signed(claims(scope).build(), KEY);
  }

  /** In the context of a patient. */
  public String token(String scope, String patient) {
    return signed(claims(scope).claim("patient", patient).build(), KEY);
  }

  public static String signed(JWTClaimsSet claims, ECKey key) {
    try {
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES384)
                  .keyID(key.getKeyID())
                  .type(new JOSEObjectType("at+jwt"))
                  .build(),
              claims);
      jwt.sign(new ECDSASigner(key));
      return jwt.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private void metadata(HttpExchange exchange) throws IOException {
    answer(
        exchange,
        200,
        """
        {"issuer": "%1$s", "jwks_uri": "%1$s/jwks", "token_endpoint": "%1$s/token",
         "authorization_endpoint": "%1$s/authorize"}\
        """
            .formatted(address()));
  }

  private String keys() {
    return new JWKSet(KEY.toPublicJWK()).toString();
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, String> form =
        Arrays.stream(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)
                    .split("&"))
            .map(field -> field.split("=", 2))
            .collect(
                Collectors.toMap(
                    field -> field[0],
                    field -> URLDecoder.decode(field[1], StandardCharsets.UTF_8)));
    try {
      check(form);
      given++;
      answer(
          exchange,
          200,
          """
          {"access_token": "%s", "token_type": "bearer", "expires_in": %d, "scope": "%s"}\
          """
              .formatted(token(form.get("scope")), lifetime.toSeconds(), form.get("scope")));
    } catch (ParseException | JOSEException | IllegalStateException e) {
      failures.add(String.valueOf(e.getMessage()));
      answer(exchange, 400, "{\"error\": \"invalid_client\"}");
    }
  }

  /** What SMART Backend Services ask of an assertion. */
  private synchronized void check(Map<String, String> form) throws ParseException, JOSEException {
    require(form.get("grant_type").equals("client_credentials"), "grant_type");
    require(
        form.get("client_assertion_type")
            .equals("urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
        "client_assertion_type");
    SignedJWT assertion = SignedJWT.parse(form.get("client_assertion"));
    JWTClaimsSet claims = assertion.getJWTClaimsSet();
    require(claims.getIssuer().equals(claims.getSubject()), "iss and sub");
    String keys = clientKeys.get(claims.getSubject());
    require(keys != null, "client");
    JWK key = JWKSet.parse(keys).getKeyByKeyId(assertion.getHeader().getKeyID());
    require(key != null, "kid");
    require(
        Set.of(JWSAlgorithm.RS384, JWSAlgorithm.ES384)
            .contains(assertion.getHeader().getAlgorithm()),
        "alg");
    require(
        key instanceof RSAKey rsa
            ? assertion.verify(new RSASSAVerifier(rsa))
            : assertion.verify(new ECDSAVerifier((ECKey) key)),
        "signature");
    require(claims.getAudience().equals(List.of(tokenEndpoint().toString())), "aud");
    Instant end = claims.getExpirationTime().toInstant();
    Instant now = Instant.now();
    require(end.isAfter(now) && !end.isAfter(now.plus(Duration.ofMinutes(5))), "exp");
    require(usedAssertions.add(claims.getJWTID()), "jti");
  }

  private static void require(boolean rule, String part) {
    if (!rule) {
      throw new IllegalStateException(part);
    }
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    try (exchange) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}

package io.spinexr.app.access;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A provider that lets everybody in and says of them whatever a test wants. */
final class LyingIssuer implements AutoCloseable {
  private final ObjectMapper json = new ObjectMapper();
  private final HttpServer server;
  private final RSAKey key;
  private final Clock clock;
  private volatile String nonce = "";
  private volatile Function<JWTClaimsSet, String> idToken = this::signed;
  private volatile String named;
  private volatile int tokenStatus = 200;
  private volatile Map<String, Object> context = Map.of();
  private volatile Map<String, String> smart;

  /** How often its keys were read. */
  final AtomicInteger keysAsked = new AtomicInteger();

  /** How often it was asked what it is as an EHR. */
  final AtomicInteger discoveries = new AtomicInteger();

  /** What the last sign-in was begun with. */
  volatile Map<String, String> asked = Map.of();

  LyingIssuer(int port, Clock clock) throws IOException, JOSEException {
    this.clock = clock;
    key = new RSAKeyGenerator(2048).keyID("k1").generate();
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    named = address().toString();
    server.createContext("/.well-known/openid-configuration", this::discovery);
    smart =
        Map.of(
            "issuer", address().toString(),
            "jwks_uri", address() + "/jwks",
            "authorization_endpoint", address() + "/authorize",
            "token_endpoint", address() + "/token");
    server.createContext(
        "/fhir/.well-known/smart-configuration",
        exchange -> {
          discoveries.incrementAndGet();
          answer(exchange, 200, json.writeValueAsString(smart));
        });
    server.createContext("/authorize", this::authorize);
    server.createContext("/token", this::token);
    server.createContext(
        "/jwks",
        exchange -> {
          keysAsked.incrementAndGet();
          answer(exchange, 200, new JWKSet(key.toPublicJWK()).toString());
        });
    server.start();
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** The next ID tokens are made so. */
  void say(Function<JWTClaimsSet, String> lie) {
    idToken = lie;
  }

  void beHonest() {
    idToken = this::signed;
    tokenStatus = 200;
  }

  /** Discovery names that issuer. */
  void callItself(String issuer) {
    named = issuer;
  }

  /** Of the FHIR server that it has as an EHR. */
  URI fhirServer() {
    return address().resolve("/fhir");
  }

  /** Stands beside the next tokens, as an EHR's authorization server says whose chart is open. */
  void launchWith(Map<String, Object> said) {
    context = said;
  }

  /** What it says of itself as an EHR. */
  void describeEhr(Map<String, String> said) {
    smart = said;
  }

  void refuseCodes() {
    tokenStatus = 500;
  }

  JWTClaimsSet.Builder claims() {
    return new JWTClaimsSet.Builder()
        .issuer(address().toString())
        .audience("spinexr")
        .subject("u1")
        .claim("nonce", nonce)
        .claim("name", "Una User")
        .claim("roles", List.of("radiologist"))
        .issueTime(Date.from(clock.instant()))
        .expirationTime(Date.from(clock.instant().plusSeconds(300)));
  }

  String signed(JWTClaimsSet claims) {
    return signed(claims, key);
  }

  String signed(JWTClaimsSet claims, RSAKey by) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(by.getKeyID()).build(), claims);
      token.sign(new RSASSASigner(by));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private void discovery(HttpExchange exchange) throws IOException {
    String here = address().toString();
    answer(
        exchange,
        200,
        json.writeValueAsString(
            Map.of(
                "issuer",
                named,
                "authorization_endpoint",
                here + "/authorize",
                "token_endpoint",
                here + "/token",
                "jwks_uri",
                here + "/jwks",
                "response_types_supported",
                List.of("code"),
                "subject_types_supported",
                List.of("public"),
                "id_token_signing_alg_values_supported",
                List.of("RS256"))));
  }

  private void authorize(HttpExchange exchange) throws IOException {
    asked =
        Arrays.stream(exchange.getRequestURI().getRawQuery().split("&"))
            .map(part -> part.split("=", 2))
            .collect(
                Collectors.toMap(
                    part -> part[0], part -> URLDecoder.decode(part[1], StandardCharsets.UTF_8)));
    nonce = asked.get("nonce");
    exchange
        .getResponseHeaders()
        .set("Location", asked.get("redirect_uri") + "?code=c1&state=" + asked.get("state"));
    answer(exchange, 302, "");
  }

  private void token(HttpExchange exchange) throws IOException {
    Map<String, Object> answer = new HashMap<>(context);
    answer.put("access_token", "a1");
    answer.put("token_type", "Bearer");
    answer.put("expires_in", 300);
    answer.put("id_token", idToken.apply(claims().build()));
    answer(exchange, tokenStatus, json.writeValueAsString(answer));
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

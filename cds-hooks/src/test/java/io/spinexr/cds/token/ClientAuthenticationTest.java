package io.spinexr.cds.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.RecordingAnalyses;
import io.spinexr.cds.Requests;
import io.spinexr.cds.Results;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.fhir.token.RefusalLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Only a fresh token, signed by a registered issuer for this very URL, opens a service. */
class ClientAuthenticationTest {
  private static final String ISSUER = "https://ehr.example.org/";
  private static final String SERVICE = "/cds-services/spinexr-order-sign";
  private static final String AUDIENCE = CdsServer.PUBLIC + SERVICE;
  private static final String EPIC = "https://epic.example.org/fhir";
  private static final String ORACLE = "https://cds.oracle.example.org";
  private static final RecordingAnalyses ANALYSES = new RecordingAnalyses();
  private static final ListAppender<ILoggingEvent> LOG = new ListAppender<>();

  @TempDir private static Path folder;
  private static ECKey ecKey;
  private static RSAKey rsaKey;
  private static CdsServer server;

  @BeforeAll
  static void start() throws JOSEException, IOException {
    ecKey = new ECKeyGenerator(Curve.P_384).keyID("a+/=").generate();
    rsaKey = new RSAKeyGenerator(2048).keyID("rsa").generate();
    Path jwks = folder.resolve("jwks.json");
    Files.writeString(jwks, new JWKSet(List.of(ecKey, rsaKey)).toString());
    Map<String, String> keys = new HashMap<>();
    keys.put("budget", "20s");
    keys.put("authenticate", "true");
    keys.put("clients[0].name", "ehr");
    keys.put("clients[0].issuer", ISSUER);
    keys.put("clients[0].jwks", jwks.toUri().toString());
    keys.put("clients[1].name", "other");
    keys.put("clients[1].issuer", "https://other.example.org/");
    keys.put("clients[1].jwks", jwks.toUri().toString());
    keys.put("clients[1].tenant", "north");
    keys.put("clients[1].fhir-servers[0]", "https://other.example.org/fhir");
    keys.put("clients[2].name", "epic");
    keys.put("clients[2].profile", "epic");
    keys.put("clients[2].issuer", EPIC);
    keys.put("clients[2].jwks", jwks.toUri().toString());
    keys.put("clients[3].name", "oracle");
    keys.put("clients[3].profile", "oracle");
    keys.put("clients[3].issuer", ORACLE);
    keys.put("clients[3].jwks[0]", "http://127.0.0.1:1/nobody-answers");
    keys.put("clients[3].jwks[1]", keySet("ec.json", ecKey).toString());
    keys.put("clients[3].jwks[2]", keySet("rsa.json", rsaKey).toString());
    server = new CdsServer(TestProperties.with(keys), ANALYSES);
    LOG.start();
    ((Logger) LoggerFactory.getLogger(RefusalLog.class)).addAppender(LOG);
  }

  @AfterAll
  static void stop() {
    ((Logger) LoggerFactory.getLogger(RefusalLog.class)).detachAppender(LOG);
    server.close();
  }

  @BeforeEach
  void forget() {
    ANALYSES.forget();
    LOG.list.clear();
  }

  private static URI keySet(String name, JWK key) throws IOException {
    return Files.writeString(folder.resolve(name), new JWKSet(key).toString()).toUri();
  }

  private static JWTClaimsSet.Builder claims() {
    Instant now = CdsServer.CLOCK.instant();
    return new JWTClaimsSet.Builder()
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .issueTime(Date.from(now))
        .expirationTime(Date.from(now.plusSeconds(300)))
        .jwtID(UUID.randomUUID().toString());
  }

  private static String es384(JWTClaimsSet claims) throws JOSEException {
    return signed(new JWSHeader.Builder(JWSAlgorithm.ES384).keyID("a+/=").build(), claims);
  }

  private static String signed(JWSHeader header, JWTClaimsSet claims) throws JOSEException {
    SignedJWT jwt = new SignedJWT(header, claims);
    jwt.sign(
        JWSAlgorithm.Family.EC.contains(header.getAlgorithm())
            ? new ECDSASigner(ecKey)
            : new RSASSASigner(rsaKey));
    return jwt.serialize();
  }

  private static HttpResponse<String> call(String path, String authorization, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(server.uri(path))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return server.send(request.build());
  }

  private static HttpResponse<String> sign(String authorization) {
    return call(SERVICE, authorization, Requests.sign(Requests.SPINE_ORDER).toString());
  }

  private static void refuses(UnaryOperator<JWTClaimsSet.Builder> damage) throws JOSEException {
    refuses(es384(damage.apply(claims()).build()));
  }

  private static void refuses(String token) {
    HttpResponse<String> response = sign("Bearer " + token);
    assertThat(response.statusCode()).isEqualTo(401);
    assertThat(response.body()).isEmpty();
    assertThat(ANALYSES.orders).isEmpty();
  }

  @Test
  void believesWhatAnAuthenticatedClientSaysOfAPatient() throws JOSEException {
    assertThat(sign("Bearer " + es384(claims().build())).statusCode()).isEqualTo(200);

    await().untilAsserted(() -> assertThat(ANALYSES.statements).hasSize(1));
    assertThat(ANALYSES.statements.get(0).identifiers()).hasSize(1);
  }

  @Test
  void letsASignedTokenIn() throws JOSEException {
    assertThat(sign("Bearer " + es384(claims().build())).statusCode()).isEqualTo(200);
    assertThat(
            sign("bearer " + es384(claims().audience(List.of("x", AUDIENCE)).build())).statusCode())
        .isEqualTo(200);
    String rs384 =
        signed(new JWSHeader.Builder(JWSAlgorithm.RS384).keyID("rsa").build(), claims().build());
    assertThat(sign("Bearer " + rs384).statusCode()).isEqualTo(200);
    assertThat(ANALYSES.orders).hasSize(3);
    assertThat(ANALYSES.orders.get(0).source()).as("the client's name").isEqualTo("ehr");
  }

  @Test
  void givesCardsTheShapeThatTheClientsProfileTakes() throws JOSEException {
    ANALYSES.answer = () -> RecordingAnalyses.answer(List.of(Results.collapse("1.2.3")), 0);

    assertThat(sign("Bearer " + es384(claims().issuer(EPIC).build())).body())
        .contains("\"selectionBehavior\":\"any\"");
    assertThat(sign("Bearer " + es384(claims().build())).body())
        .contains("\"selectionBehavior\":\"at-most-one\"");
  }

  @Test
  void letsAnyoneReadTheDiscovery() {
    assertThat(server.get("/cds-services").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesCallsWithoutAToken() {
    assertThat(sign(null).statusCode()).isEqualTo(401);
    assertThat(sign("Basic YTpi").statusCode()).isEqualTo(401);
    assertThat(sign("Bearer").statusCode()).isEqualTo(401);
    assertThat(sign("Bearer x.y.z").statusCode()).isEqualTo(401);
    assertThat(call(SERVICE + "/feedback", null, "{}").statusCode()).isEqualTo(401);
    for (String path : List.of(";a=b/spinexr", "/spinexr;a=b", "/spinexr/", "/;a=b/spinexr")) {
      for (String rest : List.of("", "/feedback", "/feedback;a=b", "/feedback/")) {
        assertThat(call("/cds-services" + path + rest, null, "{}").statusCode())
            .as(path + rest)
            .isIn(401, 404);
      }
    }
    assertThat(ANALYSES.orders).isEmpty();
  }

  @Test
  void letsATokenInOnce() throws JOSEException {
    String token = es384(claims().build());

    assertThat(sign("Bearer " + token).statusCode()).isEqualTo(200);
    ANALYSES.forget();
    refuses(token);
  }

  @Test
  void refusesClaimsThatAreMissingOrWrong() throws JOSEException {
    Instant now = CdsServer.CLOCK.instant();
    refuses(c -> c.issuer("https://unknown.example.org/"));
    refuses(c -> c.issuer(null));
    refuses(c -> c.issuer("https://other.example.org/"));
    refuses(c -> c.audience("https://spinexr.example.org/xr/cds-services/spinexr-patient-view"));
    refuses(c -> c.audience((String) null));
    refuses(c -> c.expirationTime(null));
    refuses(c -> c.issueTime(null));
    refuses(c -> c.jwtID(null));
    refuses(c -> c.jwtID(" "));
    refuses(c -> c.issueTime(Date.from(now.plusSeconds(120))));
    refuses(
        c ->
            c.issueTime(Date.from(now.minus(Duration.ofMinutes(10))))
                .expirationTime(Date.from(now.minus(Duration.ofMinutes(6)))));
    refuses(c -> c.expirationTime(Date.from(now.plusSeconds(301))));
    refuses(c -> c.notBeforeTime(Date.from(now.plusSeconds(120))));
  }

  @Test
  void asksForTheRegisteredTenant() throws JOSEException {
    String north =
        es384(claims().issuer("https://other.example.org/").claim("tenant", "north").build());

    assertThat(sign("Bearer " + north).statusCode()).isEqualTo(200);
    ANALYSES.forget();
    refuses(c -> c.issuer("https://other.example.org/").claim("tenant", "south"));
  }

  @Test
  void refusesOtherAlgorithmsAndKeys() throws JOSEException {
    refuses(new PlainJWT(claims().build()).serialize());

    SignedJWT mac =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa").build(), claims().build());
    mac.sign(new MACSigner(rsaKey.toRSAPublicKey().getEncoded()));
    refuses(mac.serialize());

    ECKey stranger = new ECKeyGenerator(Curve.P_384).keyID("a+/=").generate();
    SignedJWT forged =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384).keyID("a+/=").build(), claims().build());
    forged.sign(new ECDSASigner(stranger));
    refuses(forged.serialize());

    refuses(signed(new JWSHeader.Builder(JWSAlgorithm.ES384).build(), claims().build()));
    refuses(
        signed(new JWSHeader.Builder(JWSAlgorithm.ES384).keyID("none").build(), claims().build()));
    refuses(
        signed(
            new JWSHeader.Builder(JWSAlgorithm.ES384)
                .keyID("a+/=")
                .jwkURL(URI.create("https://evil.example.org/jwks"))
                .build(),
            claims().build()));
  }

  @Test
  void doesNotLendOneClientsFhirServerToAnother() throws JOSEException {
    ObjectNode request = Requests.sign(Requests.SPINE_ORDER);
    request.remove("prefetch");
    request.put("fhirServer", "https://other.example.org/fhir");

    HttpResponse<String> response =
        call(SERVICE, "Bearer " + es384(claims().build()), request.toString());

    assertThat(response.statusCode()).isEqualTo(412);
    assertThat(response.body()).contains("fhirServer is none of the registered ones");
  }

  @Test
  void takesTheServicesOrTheFeedbackUrlAsAudienceOfFeedback() throws JOSEException {
    String feedback =
        "{\"feedback\": [{\"card\": \"%s\", \"outcome\": \"overridden\","
                .formatted(UUID.randomUUID())
            + " \"outcomeTimestamp\": \"2026-02-28T10:07:00Z\"}]}";
    for (String audience : List.of(AUDIENCE, AUDIENCE + "/feedback")) {
      String token = es384(claims().audience(audience).build());
      assertThat(call(SERVICE + "/feedback", "Bearer " + token, feedback).statusCode())
          .isEqualTo(200);
    }
    String token = es384(claims().audience(AUDIENCE + "/feedback").build());
    refuses(token);
  }

  @Test
  void doesNotStartWithoutKeysToCheckTokensWith() {
    assertThatThrownBy(
            () -> TestProperties.with(Map.of("authenticate", "true", "clients[0].name", "ehr")))
        .rootCause()
        .hasMessage(
            "spinexr.cds.authenticate needs issuer and jwks of every one of"
                + " spinexr.cds.clients");
  }

  private static JWSHeader.Builder ec() {
    return new JWSHeader.Builder(JWSAlgorithm.ES384).keyID("a+/=");
  }

  private static JWSHeader.Builder rsa() {
    return new JWSHeader.Builder(JWSAlgorithm.RS384).keyID("rsa");
  }

  @Test
  void letsEpicsTokensLiveFifteenMinutes() throws JOSEException {
    Instant now = CdsServer.CLOCK.instant();
    JWTClaimsSet.Builder epic =
        claims()
            .issuer(EPIC)
            .subject("client")
            .notBeforeTime(Date.from(now.minusSeconds(300)))
            .expirationTime(Date.from(now.plusSeconds(900)));
    assertThat(sign("Bearer " + signed(rsa().build(), epic.build())).statusCode()).isEqualTo(200);

    ANALYSES.forget();
    refuses(signed(rsa().build(), epic.expirationTime(Date.from(now.plusSeconds(901))).build()));
    refuses(
        signed(rsa().build(), claims().expirationTime(Date.from(now.plusSeconds(900))).build()));
    assertThat(LOG.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .containsExactly(
            "A client token was refused: exp: expected at most 900 s after iat for epic, but found"
                + " \"901 s\"",
            "A client token was refused: exp: expected at most 300 s after iat for ehr, but found"
                + " \"900 s\"");
  }

  @Test
  void triesEveryRegisteredKeySetOfAnIssuer() throws JOSEException {
    for (JWSHeader.Builder header : List.of(ec(), rsa())) {
      String token = signed(header.build(), claims().issuer(ORACLE).build());
      assertThat(sign("Bearer " + token).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void usesOnlyTheKeysOfTheSetThatATokenNames() throws JOSEException {
    URI ecKeys = folder.resolve("ec.json").toUri();
    URI rsaKeys = folder.resolve("rsa.json").toUri();
    JWTClaimsSet.Builder claims = claims().issuer(ORACLE);
    String right = signed(rsa().jwkURL(rsaKeys).build(), claims.build());
    assertThat(sign("Bearer " + right).statusCode()).isEqualTo(200);

    ANALYSES.forget();
    claims.jwtID("another");
    refuses(signed(rsa().jwkURL(ecKeys).build(), claims.build()));
    assertThat(refusal()).startsWith("kid: expected the name of a key of oracle");
    refuses(
        signed(
            rsa().jwkURL(URI.create("http://127.0.0.1:1/nobody-answers")).build(), claims.build()));
    assertThat(refusal())
        .isEqualTo("the key set http://127.0.0.1:1/nobody-answers could not be read");
    refuses(
        signed(rsa().jwkURL(URI.create("https://evil.example.org/jwks")).build(), claims.build()));
    assertThat(refusal())
        .isEqualTo(
            "jku: expected one of spinexr.cds.clients[].jwks of oracle, but found"
                + " \"https://evil.example.org/jwks\"");
  }

  /** What the log says of the token that was refused last. */
  private static String refusal() {
    String line = LOG.list.get(LOG.list.size() - 1).getFormattedMessage();
    String prefix = "A client token was refused: ";
    assertThat(line).startsWith(prefix);
    return line.substring(prefix.length());
  }

  private static String refusal(UnaryOperator<JWTClaimsSet.Builder> damage) throws JOSEException {
    refuses(damage);
    return refusal();
  }

  @Test
  void saysInTheLogWhatWasExpectedAndWhatWasFound() throws JOSEException {
    Date early = Date.from(CdsServer.CLOCK.instant().minusSeconds(600));
    Date late = Date.from(CdsServer.CLOCK.instant().plusSeconds(120));
    String other = "https://other.example.org/";

    assertThat(refusal(c -> c.issuer("https://unknown.example.org/")))
        .isEqualTo(
            "iss: expected that of a registered client, but found"
                + " \"https://unknown.example.org/\"");
    assertThat(refusal(c -> c.issuer(null))).startsWith("iss: ").endsWith("but found none");
    assertThat(refusal(c -> c.audience("https://e.org/x")))
        .isEqualTo("aud: expected " + AUDIENCE + ", but found \"[https://e.org/x]\"");
    assertThat(refusal(c -> c.expirationTime(null)))
        .isEqualTo("exp: expected a time, but found none");
    assertThat(refusal(c -> c.issueTime(early).expirationTime(early)))
        .isEqualTo(
            "exp: expected a time after 2026-03-01T12:00:00Z, but found \"2026-03-01T11:50:00Z\"");
    assertThat(refusal(c -> c.issueTime(late)))
        .startsWith("iat: expected a time before 2026-03-01T12:00:00Z");
    assertThat(refusal(c -> c.issueTime(null))).isEqualTo("iat: expected a time, but found none");
    assertThat(refusal(c -> c.notBeforeTime(late)))
        .startsWith("nbf: expected a time before 2026-03-01T12:00:00Z");
    assertThat(refusal(c -> c.jwtID(null))).startsWith("jti: ");
    assertThat(refusal(c -> c.issuer(other).claim("tenant", "south")))
        .isEqualTo("tenant: expected a registered one of this issuer, but found \"south\"");
    sign("Bearer " + es384(claims().jwtID("once").build()));
    ANALYSES.forget();
    assertThat(refusal(c -> c.jwtID("once")))
        .isEqualTo("jti: expected one that was not used before, but found \"once\"");
    refuses(new PlainJWT(claims().build()).serialize());
    assertThat(refusal()).startsWith("alg: expected one of ES256, ").endsWith("but found \"none\"");
    refuses(signed(ec().keyID("nobody").build(), claims().build()));
    assertThat(refusal()).startsWith("kid: ").endsWith("but found \"nobody\"");
    refuses(signed(ec().type(new JOSEObjectType("at+jwt")).build(), claims().build()));
    assertThat(refusal()).isEqualTo("typ: expected JWT or none, but found \"at+jwt\"");
    sign(null);
    assertThat(refusal()).isEqualTo("there is none");
  }

  @Test
  void keepsTheTokenAndWhateverAStrangerWritesOutOfTheLog() throws JOSEException {
    String forgery = "x\r\nINFO all is well\u001b[2J\u2028\u202e" + "y".repeat(1500);
    String token = es384(claims().issuer(forgery).jwtID(forgery).build());
    refuses(token);
    refuses(signed(ec().keyID(forgery).build(), claims().build()));
    ECKey stranger = new ECKeyGenerator(Curve.P_384).keyID("a+/=").generate();
    SignedJWT forged = new SignedJWT(ec().build(), claims().build());
    forged.sign(new ECDSASigner(stranger));
    refuses(forged.serialize());
    refuses("x.y.z");

    assertThat(LOG.list).hasSize(4);
    for (ILoggingEvent event : LOG.list) {
      assertThat(event.getFormattedMessage())
          .matches("[ -~]{1,400}")
          .doesNotContain(token.split("\\.")[2], forged.getSignature().toString());
    }
    assertThat(refusal()).startsWith("it is no JWT");
  }
}

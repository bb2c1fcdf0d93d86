package io.spinexr.fhir.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.store.EhrAccess;
import io.spinexr.fhir.store.EhrFhirTarget;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tokens by SMART Backend Services, from an authorization server that checks what it is sent. */
class BackendServicesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static RSAKey rsa;

  private final MovingClock clock = new MovingClock();
  private TestIssuer issuer;

  @BeforeAll
  static void makeKey() throws JOSEException {
    rsa = new RSAKeyGenerator(2048).generate();
  }

  @BeforeEach
  void start() {
    issuer = TestIssuer.start();
    issuer.audience("https://ehr.example.org/fhir");
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  private BackendServices services(ClientKey key) {
    return new BackendServices(
        new ClientRegistration(issuer.tokenEndpoint(), "spinexr", "system/*.cruds", key),
        TIMEOUT,
        TlsContext.ofJava(),
        clock);
  }

  private static String pem(RSAKey key) throws JOSEException {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder().encodeToString(key.toPrivateKey().getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }

  /** The server verifies the assertion with nothing but the published key. */
  @Test
  void provesItselfWithEitherKindOfKey() throws JOSEException, ParseException {
    for (String text : List.of(pem(rsa), TestIssuer.ecKey("ours").toString())) {
      ClientKey key = ClientKey.parse(text);
      issuer.register("spinexr", key.publicKeys());
      int before = issuer.given();
      assertThat(services(key).token()).contains(".");
      assertThat(issuer.failures()).isEmpty();
      assertThat(issuer.given()).isEqualTo(before + 1);
      JWK published = JWKSet.parse(key.publicKeys()).getKeys().get(0);
      assertThat(published.isPrivate()).isFalse();
      assertThat(published.getAlgorithm().getName())
          .isEqualTo(published instanceof ECKey ? "ES384" : "RS384");
      assertThat(key.toString()).doesNotContain("\"d\"");
    }
  }

  @Test
  void usesATokenUntilShortlyBeforeItEnds() {
    ClientKey key = ClientKey.parse(TestIssuer.KEY.toString());
    issuer.register("spinexr", key.publicKeys());
    BackendServices services = services(key);
    String first = services.token();
    clock.pass(Duration.ofSeconds(265));
    assertThat(services.token()).isEqualTo(first);
    clock.pass(Duration.ofSeconds(10));
    // Its clock stands still, so that an assertion of ours is from its future and too long.
    assertThatThrownBy(services::token).hasMessageContaining("invalid_client");
    assertThat(issuer.failures()).containsExactly("exp");
    assertThat(issuer.given()).isEqualTo(1);
  }

  @Test
  void saysWhyThereIsNoTokenWithoutWhatIsSecret() {
    ClientKey registered = ClientKey.parse(TestIssuer.KEY.toString());
    issuer.register("spinexr", registered.publicKeys());
    BackendServices forged =
        services(ClientKey.parse(TestIssuer.ecKey(TestIssuer.KEY.getKeyID()).toString()));
    assertThatThrownBy(forged::token)
        .isInstanceOf(FhirRecordException.class)
        .hasMessage(
            "the EHR's authorization server gave no token: HTTP 400, invalid_client; check that it"
                + " is up and knows our key, and spinexr.ehr.oauth")
        .matches(failure -> ((FhirRecordException) failure).retryable());
    assertThat(issuer.failures()).containsExactly("signature");
    issuer.close();
    assertThatThrownBy(forged::token).hasMessageContaining("no answer (ConnectException)");
  }

  @Test
  void refusesKeysThatAreWeakOrPublicOnly() throws JOSEException {
    RSAKey weak = new RSAKeyGenerator(1024, true).generate();
    for (String text :
        List.of(
            rsa.toPublicJWK().toString(),
            weak.toString(),
            pem(weak),
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            "{\"kty\": \"oct\", \"k\": \"c2VjcmV0\"}",
            "")) {
      assertThatThrownBy(() -> ClientKey.parse(text))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the key must be an RSA private key")
          .hasNoCause();
    }
  }

  @Test
  void asksForAnotherTokenWhenTheEhrRefusesOneBeforeItsTime() throws IOException {
    ClientKey key = ClientKey.parse(TestIssuer.KEY.toString());
    issuer.register("spinexr", key.publicKeys());
    List<String> seen = new CopyOnWriteArrayList<>();
    HttpServer ehr =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ehr.createContext(
        "/fhir/",
        exchange -> {
          String authorization = exchange.getRequestHeaders().getFirst("Authorization");
          seen.add(authorization);
          byte[] body =
              "{\"resourceType\": \"Bundle\", \"type\": \"searchset\"}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/fhir+json");
          // The second request finds that the token is over.
          boolean good = seen.size() != 2;
          exchange.sendResponseHeaders(good ? 200 : 401, body.length);
          try (exchange) {
            exchange.getResponseBody().write(body);
          }
        });
    ehr.start();
    try {
      EhrFhirTarget target =
          new EhrFhirTarget(
              URI.create("http://127.0.0.1:" + ehr.getAddress().getPort() + "/fhir"),
              EhrAccess.by(services(key)),
              TIMEOUT,
              TlsContext.ofJava());
      assertThat(target.search("Task?status=requested")).isEmpty();
      assertThat(target.search("Task?status=requested")).isEmpty();
      assertThat(seen).hasSize(3);
      assertThat(seen.get(1)).isEqualTo(seen.get(0));
      assertThat(seen.get(2)).startsWith("Bearer ").isNotEqualTo(seen.get(1));
      assertThat(issuer.given()).isEqualTo(2);
    } finally {
      ehr.stop(0);
    }
  }
}

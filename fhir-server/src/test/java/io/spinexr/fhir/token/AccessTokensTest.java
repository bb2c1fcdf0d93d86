package io.spinexr.fhir.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.spinexr.tls.TlsContext;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which access tokens are good here, by RFC 7519, 8725 and 9068. */
class AccessTokensTest {
  private static final String AUDIENCE = "https://spinexr.example.org/fhir";
  private static TestIssuer issuer;
  private static TestIssuer other;
  private static AccessTokens tokens;

  @BeforeAll
  static void start() {
    issuer = TestIssuer.start();
    issuer.audience(AUDIENCE);
    other = TestIssuer.start();
    other.audience("https://other.example.org");
    tokens =
        new AccessTokens(
            List.of(trusted(issuer.address()), trusted(other.address())),
            AUDIENCE,
            TlsContext.ofJava(),
            Clock.systemUTC());
  }

  @AfterAll
  static void stop() {
    issuer.close();
    other.close();
  }

  private static TrustedIssuer trusted(String address) {
    return new TrustedIssuer(
        URI.create(address),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private static void refuses(JWTClaimsSet claims, String because) {
    refuses(TestIssuer.signed(claims, TestIssuer.KEY), because);
  }

  private static void refuses(String token, String because) {
    assertThatThrownBy(() -> tokens.verify(token))
        .isInstanceOf(TokenRefusedException.class)
        .hasMessageStartingWith(because)
        .hasMessageNotContaining(token);
  }

  /** One that hangs at its metadata, and one that hangs at its keys. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void waitsForAnIssuerThatHangsWithOneTokenOnly(boolean metadataKnown) throws Exception {
    try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI place = URI.create("http://127.0.0.1:" + hanging.getLocalPort());
      AccessTokens waiting =
          new AccessTokens(
              List.of(
                  new TrustedIssuer(
                      place,
                      Optional.of(place.resolve("/keys")).filter(keys -> metadataKnown),
                      List.of(),
                      Optional.empty(),
                      Optional.of(place.resolve("/token")),
                      Optional.empty())),
              AUDIENCE,
              TlsContext.ofJava(),
              Clock.systemUTC());
      String token =
          TestIssuer.signed(
              issuer.claims("system/Task.rs").issuer(place.toString()).build(), TestIssuer.KEY);
      CountDownLatch firstIsOver = new CountDownLatch(1);
      new Thread(
              () -> {
                assertThatThrownBy(() -> waiting.verify(token));
                firstIsOver.countDown();
              })
          .start();
      hanging.accept();

      assertThatThrownBy(() -> waiting.verify(token))
          .isInstanceOf(TokenRefusedException.class)
          .hasMessageContaining("could not be read");
      assertThat(firstIsOver.getCount()).as("the first still waits").isOne();
      firstIsOver.await();
    }
  }

  @Test
  void takesATokenOfATrustedIssuerForThisServer() throws TokenRefusedException {
    AccessToken token = tokens.verify(issuer.token("system/Task.rs"));
    assertThat(token.issuer().issuer()).hasToString(issuer.address());
    assertThat(token.claims().getClaim("scope")).isEqualTo("system/Task.rs");
  }

  @Test
  void refusesOtherIssuers() {
    refuses(issuer.claims("").issuer("https://evil.example.org").build(), "iss");
    refuses(issuer.claims("").issuer(issuer.address() + "/").build(), "iss");
    refuses(issuer.claims("").issuer(null).build(), "iss");
  }

  @Test
  void refusesATokenForSomebodyElse() {
    refuses(other.token(""), "aud");
    refuses(issuer.claims("").audience((String) null).build(), "aud");
    refuses(issuer.claims("").audience(AUDIENCE + "/").build(), "aud");
  }

  @Test
  void refusesOtherKeysWhateverTheyAreCalled() {
    refuses(
        TestIssuer.signed(issuer.claims("").build(), TestIssuer.ecKey(TestIssuer.KEY.getKeyID())),
        "signature");
    String elsewhere = TestIssuer.signed(issuer.claims("").build(), TestIssuer.ecKey("elsewhere"));
    assertThatThrownBy(() -> tokens.verify(elsewhere)).hasMessageMatching("(kid|signature): .*");
  }

  @Test
  void refusesWhatIsNotSignedWithAPrivateKey() throws JOSEException {
    refuses(new PlainJWT(issuer.claims("").build()).serialize(), "alg");
    SignedJWT shared = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), issuer.claims("").build());
    shared.sign(new MACSigner(TestIssuer.KEY.toPublicJWK().toString().getBytes()));
    refuses(shared.serialize(), "alg");
  }

  @Test
  void contactsNoPlaceThatATokenNames() throws JOSEException {
    try (TestIssuer stranger = TestIssuer.start()) {
      SignedJWT jwt =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES384)
                  .jwkURL(URI.create(stranger.address() + "/jwks"))
                  .keyID("stranger")
                  .build(),
              issuer.claims("").build());
      jwt.sign(new ECDSASigner(TestIssuer.ecKey("stranger")));
      String token = jwt.serialize();
      assertThatThrownBy(() -> tokens.verify(token)).hasMessageMatching("(kid|signature): .*");
      assertThat(stranger.asked()).isZero();
    }
  }

  @Test
  void refusesOtherKindsOfTokens() throws JOSEException {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384)
                .type(new JOSEObjectType("logout+jwt"))
                .keyID(TestIssuer.KEY.getKeyID())
                .build(),
            issuer.claims("").build());
    jwt.sign(new ECDSASigner(TestIssuer.KEY));
    refuses(jwt.serialize(), "typ");
    refuses("not.a.token", "it is no JWT");
    refuses("x".repeat(10_000), "it is longer");
  }

  @Test
  void refusesWhatIsOverOrHasNotBegun() {
    Instant now = Instant.now();
    refuses(issuer.claims("").expirationTime(null).build(), "exp");
    refuses(
        issuer.claims("").expirationTime(Date.from(now.minus(Duration.ofMinutes(2)))).build(),
        "exp");
    refuses(
        issuer.claims("").notBeforeTime(Date.from(now.plus(Duration.ofMinutes(2)))).build(), "nbf");
  }

  @Test
  void saysThatAnIssuerDoesNotAnswerAndAsksItAgainLater() {
    String nobody = "http://127.0.0.1:1";
    AccessTokens waiting =
        new AccessTokens(
            List.of(trusted(nobody)), AUDIENCE, TlsContext.ofJava(), Clock.systemUTC());
    String token = TestIssuer.signed(issuer.claims("").issuer(nobody).build(), TestIssuer.KEY);
    assertThatThrownBy(() -> waiting.verify(token))
        .isInstanceOf(TokenRefusedException.class)
        .hasMessage("the keys of %s could not be read", nobody);
    assertThat(waiting.endpoints()).isEmpty();
  }

  @Test
  void knowsWhereToGetTokens() {
    assertThat(tokens.endpoints().orElseThrow().token()).isEqualTo(issuer.tokenEndpoint());
  }

  @Test
  void refusesIssuersThatAnybodyOnTheWayCouldSpeakFor() {
    assertThatThrownBy(() -> trusted("http://login.example.org"))
        .hasMessageStartingWith("spinexr.fhir.issuers[].issuer must be an https address");
    assertThatThrownBy(
            () ->
                new AccessTokens(
                    List.of(trusted(issuer.address()), trusted(issuer.address())),
                    AUDIENCE,
                    TlsContext.ofJava(),
                    Clock.systemUTC()))
        .hasMessage("spinexr.fhir.issuers must have different issuers");
  }
}

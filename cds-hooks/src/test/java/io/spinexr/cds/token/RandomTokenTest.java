package io.spinexr.cds.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.Requests;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.fhir.token.TokenRefusedException;
import io.spinexr.store.Schema;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.h2.jdbcx.JdbcDataSource;

/** Whatever stands in a token, it is refused with a reason or means what it says. */
class RandomTokenTest {
  private static final String ISSUER = "https://ehr.example.org/";
  private static final String AUDIENCE = "https://spinexr.example.org/cds-services/x";
  private static final long NOW = CdsServer.CLOCK.instant().getEpochSecond();
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "[]",
          "{}",
          "[null]",
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "-1",
          "0",
          "1.5",
          "1e999",
          "9223372036854775807",
          "99999999999999999999",
          "-9e18",
          "\"none\"",
          "\"HS256\"",
          "\"RS384\"",
          "\"ES256\"",
          "\"k\"",
          "\"file:///etc/passwd\"",
          "\"http://\"",
          "[\"" + AUDIENCE + "\"]",
          "\"" + ISSUER + "\"",
          "\"" + AUDIENCE + "\"",
          "[\"exp\"]",
          "" + NOW,
          "" + (NOW + 299),
          "" + (NOW - 59),
          "" + (NOW + 61),
          "\"" + NOW + "\"");
  private static final List<String> FIELDS =
      List.of(
          "iss", "aud", "exp", "iat", "nbf", "jti", "tenant", "sub", "alg", "kid", "jku", "typ",
          "crit", "b64", "cty", "enc", "jwk", "x5c", "x5u", "zip");

  private static ECKey key;
  private static ClientTokens tokens;

  @BeforeContainer
  static void start() throws JOSEException, IOException {
    key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    Path jwks = Files.createTempFile("jwks", ".json");
    Files.writeString(jwks, new JWKSet(key).toString());
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Schema.migrate(database);
    CdsProperties properties =
        TestProperties.with(
            Map.of(
                "authenticate",
                "true",
                "clients[0].name",
                "ehr",
                "clients[0].issuer",
                ISSUER,
                "clients[0].jwks",
                jwks.toUri().toString()));
    tokens =
        new ClientTokens(
            properties,
            new SeenTokens(database, CdsServer.CLOCK, ForkJoinPool.commonPool()),
            TlsContext.ofJava(),
            CdsServer.CLOCK);
    Files.delete(jwks);
  }

  @Property(tries = 500)
  void refusesOrMeansIt(@ForAll Random random) throws JOSEException {
    ObjectNode header = Requests.object("{\"alg\": \"ES256\", \"kid\": \"k\", \"typ\": \"JWT\"}");
    ObjectNode claims =
        Requests.object(
            """
            {"iss": "%s", "aud": "%s", "iat": %d, "exp": %d, "jti": "%s"}
            """
                .formatted(ISSUER, AUDIENCE, NOW, NOW + 300, UUID.randomUUID()));
    boolean sound = random.nextInt(20) == 0;
    for (int i = 0; !sound && i <= random.nextInt(3); i++) {
      ObjectNode damaged = random.nextInt(4) == 0 ? header : claims;
      String field = FIELDS.get(random.nextInt(FIELDS.size()));
      if (random.nextInt(5) == 0) {
        damaged.remove(field);
      } else {
        damaged.set(field, Requests.value(VALUES.get(random.nextInt(VALUES.size()))));
      }
    }
    String token = sign(header, claims);
    if (!sound && random.nextInt(5) == 0) {
      int at = random.nextInt(token.length());
      token = token.substring(0, at) + (char) random.nextInt(0x250) + token.substring(at + 1);
    }

    Optional<String> refusal = refusal(token);

    assertThat(refusal.isPresent() && sound).as("a sound token is refused: %s", refusal).isFalse();
    if (refusal.isPresent()) {
      assertThat(refusal.get()).matches("[ -~]{1,400}").doesNotContain(token);
    } else {
      JsonNode sent = Requests.value(new Base64URL(token.split("\\.")[1]).decodeToString());
      assertThat(sent.get("iss").asText()).isEqualTo(ISSUER);
      assertThat(sent.get("aud").toString()).contains('"' + AUDIENCE + '"');
      assertThat(sent.get("exp").asLong()).isBetween(NOW - 59, sent.get("iat").asLong() + 300);
      assertThat(sent.get("iat").asLong()).isLessThanOrEqualTo(NOW + 60);
      assertThat(sent.get("jti").asText()).isNotBlank();
      assertThat(refusal(token)).as("a token is good for one call").isPresent();
    }
  }

  @Property(tries = 20_000)
  @Tag("nightly")
  void refusesOrMeansItAllNight(@ForAll Random random) throws JOSEException {
    refusesOrMeansIt(random);
  }

  private static Optional<String> refusal(String token) {
    try {
      tokens.verify(token, Set.of(AUDIENCE));
      return Optional.empty();
    } catch (TokenRefusedException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** Signs with the registered key whatever the header says. */
  private static String sign(ObjectNode header, ObjectNode claims) throws JOSEException {
    String input = Base64URL.encode(header.toString()) + "." + Base64URL.encode(claims.toString());
    Base64URL signature =
        new ECDSASigner(key)
            .sign(new JWSHeader(JWSAlgorithm.ES256), input.getBytes(StandardCharsets.US_ASCII));
    return input + "." + signature;
  }
}

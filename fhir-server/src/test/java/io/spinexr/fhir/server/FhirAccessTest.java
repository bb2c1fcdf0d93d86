package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.fhir.token.AccessTokens;
import io.spinexr.fhir.token.TestIssuer;
import io.spinexr.fhir.token.TokenRefusedException;
import io.spinexr.tls.Peers;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.mock.env.MockEnvironment;

/** For whom access tokens must be, by what a site has set. */
class FhirAccessTest {
  private TestIssuer issuer;

  @BeforeEach
  void start() {
    issuer = TestIssuer.start();
  }

  @AfterEach
  void stop() {
    issuer.close();
  }

  private AccessTokens tokens(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("spinexr.fhir.issuers[0].issuer", issuer.address());
    FhirServerProperties properties =
        new Binder(new MapConfigurationPropertySource(all))
            .bind("spinexr.fhir", FhirServerProperties.class)
            .get();
    MockEnvironment environment =
        new MockEnvironment().withProperty("spinexr.public-url", "https://spinexr.example.org/");
    return new FhirAccess()
        .fhirAccessTokens(properties, environment, Peers.ofJava(), Clock.systemUTC());
  }

  private void takesOnly(String audience, Map<String, String> settings)
      throws TokenRefusedException {
    AccessTokens tokens = tokens(settings);
    issuer.audience(audience);
    assertThat(tokens.verify(issuer.token("")).claims().getAudience()).containsExactly(audience);
    issuer.audience("https://somebody.example.org/fhir");
    assertThatThrownBy(() -> tokens.verify(issuer.token(""))).hasMessageStartingWith("aud");
  }

  @Test
  void isTheAddressOfTheServerUnlessTheSiteSaysOtherwise() throws TokenRefusedException {
    takesOnly("https://spinexr.example.org/fhir", Map.of());
    takesOnly(
        "https://proxy.example.org/fhir",
        Map.of("spinexr.fhir.server-address", "https://proxy.example.org/fhir"));
    takesOnly("urn:spinexr", Map.of("spinexr.fhir.issuers[0].audience", "urn:spinexr"));
  }
}

package io.spinexr.fhir.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetBasedJWKSource;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.proc.SecurityContext;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Keys of an issuer over HTTP, as time passes. */
class KeySetTest {
  @Test
  void keepsKeysForAnHourWhileTheirPlaceIsDown() throws IOException, KeySourceException {
    JWKSetBasedJWKSource<SecurityContext> keys;
    try (TestIssuer issuer = TestIssuer.start()) {
      keys =
          (JWKSetBasedJWKSource<SecurityContext>)
              new KeySet(URI.create(issuer.address() + "/jwks"), TlsContext.ofJava()).keys;
      assertThat(after(Duration.ZERO, keys).size()).isEqualTo(1);
      assertThat(after(Duration.ofMinutes(6), keys).size()).isEqualTo(1);
      assertThat(issuer.asked()).as("read again after five minutes").isEqualTo(2);
    }

    assertThat(after(Duration.ofMinutes(60), keys).size()).isEqualTo(1);
    assertThatThrownBy(() -> after(Duration.ofMinutes(67), keys))
        .isInstanceOf(KeySourceException.class);
  }

  private static JWKSet after(Duration time, JWKSetBasedJWKSource<SecurityContext> keys)
      throws KeySourceException {
    return keys.getJWKSetSource()
        .getJWKSet(
            JWKSetCacheRefreshEvaluator.noRefresh(),
            System.currentTimeMillis() + time.toMillis(),
            null);
  }
}

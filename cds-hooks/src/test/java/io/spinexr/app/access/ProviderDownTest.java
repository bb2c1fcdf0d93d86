package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A provider that does not answer keeps people out, says so, and stops nothing else. */
class ProviderDownTest {
  @Test
  void saysSoAndTakesPeopleInWhenItIsBack() throws IOException, JOSEException {
    URI address = AccessServer.freeAddress();
    URI provider = AccessServer.freeAddress();
    try (AccessServer server = new AccessServer(address, provider, Map.of())) {
      WebUser user = new WebUser(address);
      HttpResponse<String> answer = user.get("/studies/1.2.3");
      assertThat(answer.statusCode()).isEqualTo(503);
      assertThat(answer.headers().firstValue("Retry-After")).isPresent();
      assertThat(answer.body())
          .contains("The identity provider does not answer")
          .doesNotContain("Exception", provider.getAuthority());
      assertThat(user.get("/actuator/health").statusCode()).isEqualTo(200);

      try (LyingIssuer issuer = new LyingIssuer(provider.getPort(), server.clock)) {
        issuer.callItself("https://elsewhere.example.org");
        await().during(Duration.ofSeconds(3)).until(() -> user.get("/").statusCode() == 503);
        issuer.callItself(provider.toString());
        await()
            .atMost(Duration.ofSeconds(10))
            .until(() -> user.get("/").body().startsWith(AccessServer.SERVED));
      }
      assertThat(user.get("/").body()).as("who is in stays in").startsWith(AccessServer.SERVED);
    }
  }

  @Test
  void setsACookieForOneHostOnlyWherePeopleUseHttps() throws IOException {
    URI listening = AccessServer.freeAddress();
    AccessServer server =
        new AccessServer(
            listening,
            AccessServer.freeAddress(),
            Map.of("spinexr.public-url", "https://spinexr.example.org"));
    try (server) {
      HttpResponse<String> answer = new WebUser(listening).ask("GET", "/studies/1.2.3");
      assertThat(answer.headers().firstValue("Location"))
          .contains("https://spinexr.example.org/oauth2/authorization/spinexr");
      assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow())
          .startsWith("__Host-spinexr=")
          .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
          .doesNotContain("Domain");
    }
  }
}

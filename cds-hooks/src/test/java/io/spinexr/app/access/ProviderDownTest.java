package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
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
  void holdsUpOneRequestAtMostWhenItHangs() throws IOException {
    URI address = AccessServer.freeAddress();
    try (ServerSocket hanging = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      URI provider = URI.create("http://127.0.0.1:" + hanging.getLocalPort());
      AccessServer server = new AccessServer(address, provider, Map.of());
      try (server) {
        CompletableFuture<HttpResponse<String>> first = new CompletableFuture<>();
        new Thread(() -> first.complete(new WebUser(address).get(BegunSignIn.PATH))).start();
        hanging.accept();

        HttpResponse<String> second = new WebUser(address).get(BegunSignIn.PATH);

        assertThat(first).as("still waits for the provider").isNotDone();
        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.headers().firstValue("Retry-After")).isPresent();
        assertThat(first.join().statusCode()).isEqualTo(503);
      }
    }
  }

  @Test
  void setsACookieForOneHostOnlyWherePeopleUseHttps() throws IOException, JOSEException {
    URI listening = AccessServer.freeAddress();
    URI provider = AccessServer.freeAddress();
    AccessServer server =
        new AccessServer(
            listening, provider, Map.of("spinexr.public-url", "https://spinexr.example.org"));
    try (server;
        LyingIssuer issuer = new LyingIssuer(provider.getPort(), server.clock)) {
      WebUser user = new WebUser(listening);
      assertThat(user.ask("GET", "/studies/1.2.3").headers().firstValue("Location"))
          .contains(
              "https://spinexr.example.org/oauth2/authorization/spinexr?page=%2Fstudies%2F1.2.3");
      assertThat(
              user.ask("GET", "/oauth2/authorization/spinexr")
                  .headers()
                  .firstValue("Set-Cookie")
                  .orElseThrow())
          .startsWith("__Host-spinexr-sign-in=")
          .contains("Secure", "HttpOnly", "SameSite=Lax", "Path=/")
          .doesNotContain("Domain");
      assertThat(issuer.asked).as("nobody has been there").isEmpty();
    }
  }
}

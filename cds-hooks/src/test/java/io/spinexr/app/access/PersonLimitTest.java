package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever signed in has one share, in however many browsers and from however many addresses. */
class PersonLimitTest {
  private static final int PER_SECOND = 5;

  private static List<Integer> openedOften(WebUser user, String path) {
    return Stream.generate(() -> user.ask("GET", path).statusCode()).limit(20).toList();
  }

  @Test
  void refusesOnePersonMoreThanOneMayHaveAndNobodyElse() throws IOException, JOSEException {
    URI address = AccessServer.freeAddress();
    URI provider = AccessServer.freeAddress();
    AccessServer server =
        new AccessServer(
            address, provider, Map.of("spinexr.limits.requests-per-second", "" + PER_SECOND));
    try (server;
        LyingIssuer issuer = new LyingIssuer(provider.getPort(), server.clock)) {
      WebUser somebody = new WebUser(address);
      assertThat(somebody.get("/").statusCode()).isEqualTo(200);
      issuer.say(claims -> issuer.signed(new JWTClaimsSet.Builder(claims).subject("u2").build()));
      WebUser other = new WebUser(address);
      assertThat(other.get("/").statusCode()).isEqualTo(200);

      assertThat(openedOften(somebody, "/")).contains(200, 429);
      assertThat(other.ask("GET", "/").statusCode()).isEqualTo(200);
      assertThat(openedOften(new WebUser(address), "/"))
          .as("nobody is counted by the address alone")
          .isEqualTo(Collections.nCopies(20, 302));
    }
  }
}

package io.spinexr.app.door;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.cds.token.ClientAuthentication;
import io.spinexr.cds.token.ClientTokens;
import io.spinexr.cds.token.SeenTokens;
import io.spinexr.store.Schema;
import io.spinexr.tls.TlsContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import org.glassfish.jersey.server.ResourceConfig;
import org.glassfish.jersey.servlet.ServletContainer;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;

/** An authenticated client has its share, from however many addresses it calls. */
class ClientLimitTest {
  private static final int MOST = 3;
  private static final URI PUBLIC = URI.create("https://spinexr.example.org");

  @TempDir private static java.nio.file.Path folder;
  private static ECKey key;
  private static EchoServer server;

  @BeforeAll
  static void start() throws JOSEException, IOException {
    key = new ECKeyGenerator(Curve.P_384).keyID("1").generate();
    Files.writeString(folder.resolve("keys.json"), new JWKSet(key).toString());
    server =
        EchoServer.start(
            Map.of(
                "spinexr.limits.concurrent-requests",
                "" + MOST,
                "spinexr.trusted-proxies",
                "127.0.0.1"),
            Beans.class);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static class Beans {
    @Bean
    ServletRegistrationBean<ServletContainer> services(Callers callers) {
      JdbcDataSource database = new JdbcDataSource();
      database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
      Schema.migrate(database);
      String keys = folder.resolve("keys.json").toUri().toString();
      ClientTokens tokens =
          new ClientTokens(
              TestProperties.with(
                  Map.of(
                      "authenticate", "true",
                      "clients[0].name", "north",
                      "clients[0].issuer", "https://north.example.org",
                      "clients[0].jwks", keys,
                      "clients[1].name", "south",
                      "clients[1].issuer", "https://south.example.org",
                      "clients[1].jwks", keys)),
              new SeenTokens(database, Clock.systemUTC(), ForkJoinPool.commonPool()),
              TlsContext.ofJava(),
              Clock.systemUTC());
      return new ServletRegistrationBean<>(
          new ServletContainer(
              new ResourceConfig()
                  .register(new ClientAuthentication(PUBLIC, tokens, Clock.systemUTC()))
                  .register(new ClientLimit(callers))
                  .register(Pause.class)),
          "/cds-services/*");
    }
  }

  /** A call that takes its time. */
  @Path("/pause")
  public static class Pause {
    @POST
    public String call() throws InterruptedException {
      Thread.sleep(2000);
      return "served";
    }
  }

  private static RawClient call(String client, String address) throws IOException, JOSEException {
    Instant now = Instant.now();
    SignedJWT token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES384).keyID("1").build(),
            new JWTClaimsSet.Builder()
                .issuer("https://" + client + ".example.org")
                .audience(PUBLIC + "/pause")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .jwtID(UUID.randomUUID().toString())
                .build());
    token.sign(new ECDSASigner(key));
    return new RawClient(server.port())
        .write(
            RawClient.head("POST", "/cds-services/pause")
                + "Content-Length: 2\r\nX-Forwarded-For: %s\r\nAuthorization: Bearer %s\r\n\r\n{}"
                    .formatted(address, token.serialize()));
  }

  @Test
  void refusesMoreThanOneClientMayHaveAtATime() throws IOException, JOSEException {
    for (int round = 0; round < 2; round++) {
      List<RawClient> calls = new ArrayList<>();
      for (int i = 0; i <= MOST; i++) {
        calls.add(call("north", "10.0.0." + (i + 1)));
      }
      RawClient other = call("south", "10.0.0.1");
      List<String> answers = new ArrayList<>();
      for (RawClient call : calls) {
        answers.add(call.rest());
        call.close();
      }
      assertThat(answers).filteredOn(answer -> answer.startsWith("HTTP/1.1 200")).hasSize(MOST);
      assertThat(answers)
          .filteredOn(answer -> answer.startsWith("HTTP/1.1 429"))
          .singleElement()
          .asString()
          .contains("Retry-After: 1", "spinexr.limits.concurrent-requests");
      assertThat(other.rest()).startsWith("HTTP/1.1 200");
      other.close();
    }
  }
}

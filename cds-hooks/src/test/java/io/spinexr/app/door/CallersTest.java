package io.spinexr.app.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One caller cannot take what is for all, and what a proxy forwards is believed of it alone. */
class CallersTest {
  private static final int MOST = 4;
  private static EchoServer direct;
  private static EchoServer behindProxy;
  private static int healthPort;

  @BeforeAll
  static void start() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      healthPort = free.getLocalPort();
    }
    direct =
        EchoServer.start(
            Map.of(
                "spinexr.limits.concurrent-requests", "" + MOST,
                "spinexr.limits.connections", "20",
                "spinexr.health-port", "" + healthPort));
    behindProxy =
        EchoServer.start(
            Map.of(
                "spinexr.limits.requests-per-second", "5",
                "spinexr.limits.connections", "2",
                "spinexr.trusted-proxies", "127.0.0.1"));
  }

  @AfterAll
  static void stop() {
    direct.close();
    behindProxy.close();
  }

  private static String get(EchoServer server, String... headers) throws IOException {
    return RawClient.answer(
        server.port(), RawClient.head("GET", "/fhir") + String.join("", List.of(headers)) + "\r\n");
  }

  @Test
  void refusesMoreThanOneCallerMayHaveAtATimeUntilOneIsServed() throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < MOST + 1; i++) {
        clients.add(
            new RawClient(direct.port())
                .write(RawClient.head("POST", "/cds-services/x") + "Pause: 1500\r\n")
                .write("Content-Length: 2\r\n\r\n{}"));
      }
      List<String> answers = new ArrayList<>();
      for (RawClient client : clients) {
        answers.add(client.rest());
      }
      assertThat(answers).filteredOn(answer -> answer.startsWith("HTTP/1.1 200")).hasSize(MOST);
      assertThat(answers)
          .filteredOn(answer -> answer.startsWith("HTTP/1.1 429"))
          .singleElement()
          .asString()
          .contains("Retry-After: 1", "OperationOutcome", "spinexr.limits.concurrent-requests");
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    assertThat(get(direct)).startsWith("HTTP/1.1 200");
  }

  @Test
  void doesNotBelieveAStrangerWhoHeIs() throws IOException {
    assertThat(get(direct, "X-Forwarded-For: 10.9.9.9\r\nX-Forwarded-Proto: https\r\n"))
        .contains("Caller: 127.0.0.1 http\r\n")
        .doesNotContain("Strict-Transport-Security");
  }

  @Test
  void countsCallersByWhatATrustedProxyForwards() throws IOException {
    List<String> busy = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      busy.add(get(behindProxy, "X-Forwarded-For: 10.9.9.8, 10.1.1.1\r\n"));
    }
    assertThat(busy.get(0)).contains("Caller: 10.1.1.1 http\r\n");
    assertThat(busy)
        .filteredOn(answer -> answer.startsWith("HTTP/1.1 429"))
        .isNotEmpty()
        .allSatisfy(
            answer ->
                assertThat(answer)
                    .contains("Retry-After: 1", "spinexr.limits.requests-per-second"));
    assertThat(get(behindProxy, "X-Forwarded-For: 10.1.1.2\r\n")).startsWith("HTTP/1.1 200");
  }

  @Test
  void limitsNoneOfTheProxyItself() throws IOException {
    List<RawClient> connections = new ArrayList<>();
    try {
      for (int i = 0; i < 20; i++) {
        connections.add(new RawClient(behindProxy.port()));
        assertThat(connections.get(i).write("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").one())
            .startsWith("HTTP/1.1 200");
      }
    } finally {
      for (RawClient connection : connections) {
        connection.close();
      }
    }
  }

  @Test
  void tellsBrowsersToComeByTlsWhereTheProxyHasIt() throws IOException {
    assertThat(get(behindProxy, "X-Forwarded-Proto: https\r\n"))
        .contains("Strict-Transport-Security: max-age=31536000");
    assertThat(get(behindProxy)).doesNotContain("Strict-Transport-Security");
  }

  @Test
  void closesConnectionsBeyondThoseOfOneAddressAndAnswersTheHealthStill() throws IOException {
    List<RawClient> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 40; i++) {
        idle.add(new RawClient(direct.port()).write("GET /fhir HTTP/1.1\r\nX: a\r\n"));
      }
      assertThatThrownBy(() -> assertThat(get(direct)).isNotEmpty())
          .as("one more is closed without an answer")
          .isInstanceOfAny(IOException.class, AssertionError.class);
      assertThat(RawClient.get(healthPort, "/actuator/health/liveness")).startsWith("HTTP/1.1 200");
    } finally {
      for (RawClient connection : idle) {
        connection.close();
      }
    }
    await().ignoreExceptions().until(() -> get(direct).startsWith("HTTP/1.1 200"));
  }

  @Test
  void answersTheHealthPortForNothingElse() throws IOException {
    for (String path :
        new String[] {"/", "/fhir/metadata", "/cds-services", "/actuatorx", "/admin/x"}) {
      assertThat(RawClient.get(healthPort, path)).as(path).startsWith("HTTP/1.1 404");
    }
    assertThat(RawClient.get(healthPort, "/actuator/../fhir/metadata")).startsWith("HTTP/1.1 400");
    assertThat(RawClient.post(healthPort, "/actuator/health", "{}")).startsWith("HTTP/1.1 404");
  }
}

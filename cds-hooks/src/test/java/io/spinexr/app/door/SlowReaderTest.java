package io.spinexr.app.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/** Who does not read an answer, or reads it drop by drop, does not hold a thread with it. */
@Timeout(120)
class SlowReaderTest {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static EchoServer server;

  /** The system takes little off the server's hands, as it does on a slow connection. */
  static class SmallBuffers {
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> smallBuffers() {
      return tomcat ->
          tomcat.addConnectorCustomizers(
              connector -> connector.setProperty("socket.txBufSize", "8192"));
    }
  }

  @BeforeAll
  static void start() {
    server =
        EchoServer.start(
            Map.of("spinexr.limits.concurrent-requests", "1", "spinexr.fhir.max-body", "20MB"),
            SmallBuffers.class);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** A connection on which a long answer is on its way. */
  private static Socket asked(int bytes) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    socket
        .getOutputStream()
        .write(
            (RawClient.head("POST", "/fhir") + "Content-Length: " + bytes + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().write(new byte[bytes]);
    assertThat(socket.getInputStream().read()).isEqualTo('H');
    return socket;
  }

  /**
   * @return how much there was
   */
  private static long read(Socket socket, int bytesPerSecond) {
    byte[] drop = new byte[bytesPerSecond / 10];
    long all = 0;
    try {
      for (int count = 0; count >= 0; count = socket.getInputStream().read(drop)) {
        all += count;
        Thread.sleep(100);
      }
    } catch (IOException | InterruptedException e) {
      // The end.
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4000})
  void isLetGo(int bytesPerSecond) throws IOException {
    try (Socket socket = asked(16 << 20)) {
      if (bytesPerSecond > 0) {
        new Thread(() -> read(socket, bytesPerSecond)).start();
      }
      assertThat(RawClient.get(server.port(), "/fhir")).as("one at a time").contains(" 429 ");
      await()
          .atMost(SOON)
          .until(() -> RawClient.get(server.port(), "/fhir").startsWith("HTTP/1.1 200"));
    }
  }

  @Test
  void getsAllWhoTakesTime() throws IOException {
    int length = 400_000;
    try (Socket socket = asked(length)) {
      assertThat(read(socket, 60_000)).isGreaterThanOrEqualTo(length);
    }
  }
}

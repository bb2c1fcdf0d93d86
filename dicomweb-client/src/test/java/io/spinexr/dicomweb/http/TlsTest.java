package io.spinexr.dicomweb.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Network;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives with certificates that the JDK's keytool has made. */
class TlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path folder;
  private static KeyStore keys;

  @BeforeAll
  static void makeCertificates() throws Exception {
    keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Hospital CA", "-ext", "bc:c");
    signed("good", "-ext", "san=ip:127.0.0.1", "-validity", "30");
    signed("expired", "-ext", "san=ip:127.0.0.1", "-startdate", "-60d", "-validity", "30");
    signed("future", "-ext", "san=ip:127.0.0.1", "-startdate", "+30d", "-validity", "30");
    signed("other", "-ext", "san=dns:other.example", "-validity", "30");
    keytool("-exportcert", "-rfc", "-alias", "ca", "-file", pem().toString());
    keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(folder.resolve("keys.p12"))) {
      keys.load(in, PASSWORD.toCharArray());
    }
  }

  private static void signed(String alias, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias, "-signer", "ca"));
    command.addAll(List.of(options));
    keytool(command.toArray(String[]::new));
  }

  private static void keytool(String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(options));
    command.addAll(
        List.of("-keystore", folder.resolve("keys.p12").toString(), "-storepass", PASSWORD));
    if (options[0].equals("-genkeypair")) {
      command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    }
    Path log = folder.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    assertThat(process.waitFor()).as(() -> log(log)).isZero();
  }

  private static String log(Path log) {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private static Path pem() {
    return folder.resolve("ca.pem");
  }

  private static Optional<PemCertificates> hospital() {
    try {
      return Optional.of(PemCertificates.read(pem()));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static DicomWebClient client(int port, Optional<PemCertificates> trusted) {
    return new DicomWebClient(
        new DicomWebOptions(
            URI.create("https://127.0.0.1:" + port),
            new Credentials.None(),
            Timeouts.DEFAULT,
            Retries.DEFAULT,
            Limits.DEFAULT,
            new Network(Optional.empty(), Set.of(), trusted)));
  }

  private static void search(DicomWebClient client) {
    client.searchStudies(Map.of("PatientID", "P"), List.of());
  }

  private static void assertMisconfigured(DicomWebClient client, String message) {
    DicomWebException failure = catchThrowableOfType(DicomWebException.class, () -> search(client));
    assertThat(failure).isNotNull().hasMessageContaining(message);
    assertThat(failure.kind()).isEqualTo(Kind.MISCONFIGURED);
  }

  @Test
  void trustsTheCertificatesOfTheFile() throws Exception {
    HttpsServer server = server("good");
    try {
      search(client(server.getAddress().getPort(), hospital()));
      assertMisconfigured(
          client(server.getAddress().getPort(), Optional.empty()), "issuer that is not trusted");
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({"expired, has expired", "future, not valid yet", "other, is for another host"})
  void tellsWhatIsWrongWithACertificate(String alias, String message) throws Exception {
    HttpsServer server = server(alias);
    try {
      assertMisconfigured(client(server.getAddress().getPort(), hospital()), message);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void tellsThatTheServerDoesNotSpeakTls() throws IOException {
    byte[] http = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes();
    try (ServerSocket socket = answering(http)) {
      assertMisconfigured(client(socket.getLocalPort(), hospital()), "does not speak TLS");
    }
  }

  /**
   * Alerts of RFC 8446 section 6: protocol_version, handshake_failure, certificate_required and
   * bad_certificate.
   */
  @ParameterizedTest
  @CsvSource({
    "70, version or cipher of TLS",
    "40, version or cipher of TLS",
    "116, asks for a client certificate",
    "42, asks for a client certificate"
  })
  void tellsWhyTheServerRefusesUs(int alert, String message) throws IOException {
    try (ServerSocket socket = answering(new byte[] {0x15, 3, 3, 0, 2, 2, (byte) alert})) {
      assertMisconfigured(client(socket.getLocalPort(), hospital()), message);
    }
  }

  @Test
  void doesNotTakeALostConnectionForAMistake() throws IOException {
    try (ServerSocket socket = answering(new byte[0])) {
      DicomWebException failure =
          catchThrowableOfType(
              DicomWebException.class, () -> search(client(socket.getLocalPort(), hospital())));
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    }
  }

  @Test
  void refusesAFileWithoutCertificates() throws IOException {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    Path other = Files.writeString(folder.resolve("other.pem"), "no certificate");
    assertThatThrownBy(() -> PemCertificates.read(empty))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PemCertificates.read(other))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> PemCertificates.read(folder.resolve("missing.pem")))
        .isInstanceOf(IOException.class);
  }

  /** An archive without studies, under one of the certificates. */
  private static HttpsServer server(String alias) throws IOException, GeneralSecurityException {
    KeyStore one = KeyStore.getInstance("PKCS12");
    one.load(null, null);
    char[] password = PASSWORD.toCharArray();
    one.setKeyEntry(alias, keys.getKey(alias, password), password, keys.getCertificateChain(alias));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(one, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.start();
    return server;
  }

  /** A server that says the same to everybody and hangs up. */
  private static ServerSocket answering(byte[] answer) throws IOException {
    ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              while (!socket.isClosed()) {
                try (Socket connection = socket.accept()) {
                  connection.getInputStream().read(new byte[4096]);
                  connection.getOutputStream().write(answer);
                } catch (IOException e) {
                  // The client gave up, or the test is over.
                }
              }
            },
            "answering-server");
    thread.setDaemon(true);
    thread.start();
    return socket;
  }
}

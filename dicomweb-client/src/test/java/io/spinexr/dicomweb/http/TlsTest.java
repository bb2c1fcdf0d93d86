package io.spinexr.dicomweb.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Network;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Archives with certificates of a hospital's own authority. */
class TlsTest {
  private static final int NO_STUDIES = 204;

  @TempDir static Path folder;
  private static HospitalCa hospital;

  @BeforeAll
  static void makeCertificates() throws Exception {
    hospital = new HospitalCa(folder);
  }

  private static DicomWebClient client(URI archive, SSLContext tls) {
    return new DicomWebClient(
        new DicomWebOptions(
            archive,
            new Credentials.None(),
            Timeouts.DEFAULT,
            Retries.DEFAULT,
            Limits.DEFAULT,
            new Network(Optional.empty(), Set.of(), tls)));
  }

  private static DicomWebClient client(int port) throws Exception {
    return client(URI.create("https://127.0.0.1:" + port), hospital.client());
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
  void trustsTheHospitalsCertificatesWhereItIsToldTo() throws Exception {
    try (HttpsPeer archive = hospital.server("good", false, NO_STUDIES)) {
      search(client(archive.address(), hospital.client()));
      assertMisconfigured(
          client(archive.address(), TlsContext.ofJava()), "from an issuer that is not trusted");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "expired, has expired",
    "future, not valid yet",
    "other, is for another host",
    "stranger, from an issuer that is not trusted"
  })
  void tellsWhatIsWrongWithACertificate(String alias, String message) throws Exception {
    try (HttpsPeer archive = hospital.server(alias, false, NO_STUDIES)) {
      assertMisconfigured(client(archive.address(), hospital.client()), message);
    }
  }

  @Test
  void showsItselfToAServerThatAsks() throws Exception {
    try (HttpsPeer archive = hospital.server("good", true, NO_STUDIES)) {
      search(client(archive.address(), hospital.knownClient()));
      assertMisconfigured(
          client(archive.address(), hospital.client()), "asks for a client certificate");
    }
  }

  @Test
  void tellsThatTheServerDoesNotSpeakTls() throws Exception {
    byte[] http = "HTTP/1.1 400 Bad Request\r\n\r\n".getBytes();
    try (ServerSocket socket = answering(http)) {
      assertMisconfigured(client(socket.getLocalPort()), "does not speak TLS");
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
  void tellsWhyTheServerRefusesUs(int alert, String message) throws Exception {
    try (ServerSocket socket = answering(new byte[] {0x15, 3, 3, 0, 2, 2, (byte) alert})) {
      assertMisconfigured(client(socket.getLocalPort()), message);
    }
  }

  @Test
  void doesNotTakeALostConnectionForAMistake() throws Exception {
    try (ServerSocket socket = answering(new byte[0])) {
      DicomWebException failure =
          catchThrowableOfType(
              DicomWebException.class, () -> search(client(socket.getLocalPort())));
      assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
    }
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

package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS by Spring Boot's keys, as docs/security.md has them. */
class ServedTlsTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path folder;
  private static Server server;

  @BeforeAll
  static void start() throws Exception {
    present("first");
    Map<String, String> settings = DemoSettings.in(folder.resolve("data"));
    settings.put("server.ssl.bundle", "server");
    settings.put("spring.ssl.bundle.pem.server.keystore.certificate", file("server.crt"));
    settings.put("spring.ssl.bundle.pem.server.keystore.private-key", file("server.key"));
    settings.put("spring.ssl.bundle.pem.server.reload-on-update", "true");
    settings.put("spring.ssl.bundle.watch.file.quiet-period", "200ms");
    server = Server.start(Optional.empty(), settings);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static String file(String name) {
    return "file:" + folder.resolve(name);
  }

  private static Path keys(String name) {
    return folder.resolve(name + ".p12");
  }

  /** Makes a certificate and puts it, with its key, where the server reads it. */
  private static void present(String name) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name));
    command.addAll(List.of("-ext", "san=ip:127.0.0.1", "-keyalg", "EC"));
    command.addAll(List.of("-groupname", "secp256r1", "-storepass", PASSWORD));
    command.addAll(List.of("-keystore", keys(name).toString()));
    assertThat(new ProcessBuilder(command).redirectErrorStream(true).start().waitFor()).isZero();
    KeyStore store = load(name);
    write("server.key", "PRIVATE KEY", store.getKey(name, PASSWORD.toCharArray()).getEncoded());
    write("server.crt", "CERTIFICATE", store.getCertificate(name).getEncoded());
  }

  private static KeyStore load(String name) throws Exception {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys(name))) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static void write(String name, String what, byte[] content) throws IOException {
    Files.writeString(
        folder.resolve(name),
        "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
            .formatted(what, Base64.getMimeEncoder().encodeToString(content)));
  }

  /** Of a client that knows this certificate alone. */
  private static SSLContext trusting(String name) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(name, load(name).getCertificate(name));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  private static HttpResponse<String> health(SSLContext context) throws Exception {
    return HttpClient.newBuilder()
        .sslContext(context)
        .build()
        .send(
            HttpRequest.newBuilder(server.address().resolve("/actuator/health/liveness")).build(),
            BodyHandlers.ofString());
  }

  @Test
  void servesARenewedCertificateWithoutARestart() throws Exception {
    HttpResponse<String> answer = health(trusting("first"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Strict-Transport-Security"))
        .hasValue("max-age=31536000");

    present("second");
    SSLContext renewed = trusting("second");
    await()
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(() -> health(renewed).statusCode() == 200);
    assertThatThrownBy(() -> health(trusting("first"))).isInstanceOf(SSLHandshakeException.class);
  }
}

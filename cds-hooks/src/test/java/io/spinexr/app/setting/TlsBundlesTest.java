package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.spinexr.dicomweb.http.HospitalCa;
import io.spinexr.dicomweb.http.HttpsPeer;
import io.spinexr.fhir.store.EhrAccess;
import io.spinexr.fhir.store.EhrFhirTarget;
import io.spinexr.fhir.upkeep.StoredRecord;
import java.net.HttpURLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.context.ConfigurableApplicationContext;

/** Bundles as docs/security.md has them, against servers that ask for a client certificate. */
class TlsBundlesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  @TempDir static Path folder;
  private static HospitalCa first;
  private static HospitalCa second;
  private static ConfigurableApplicationContext context;
  private static TlsBundles bundles;

  @BeforeAll
  static void start() throws Exception {
    first = new HospitalCa(folder.resolve("first"));
    second = new HospitalCa(folder.resolve("second"));
    present(first);
    String bundle = "--spring.ssl.bundle.pem.hospital.";
    context =
        new SpringApplicationBuilder(SslAutoConfiguration.class)
            .web(WebApplicationType.NONE)
            .run(
                bundle + "truststore.certificate=" + file("ca.pem"),
                bundle + "keystore.certificate=" + file("client.crt"),
                bundle + "keystore.private-key=" + file("client.key"),
                bundle + "reload-on-update=true",
                "--spring.ssl.bundle.watch.file.quiet-period=200ms");
    bundles = TlsBundles.of(context.getBean(SslBundles.class));
  }

  @AfterAll
  static void stop() {
    context.close();
  }

  private static String file(String name) {
    return "file:" + folder.resolve(name);
  }

  private static void present(HospitalCa hospital) throws Exception {
    hospital.writeAuthority(folder.resolve("ca.pem"));
    hospital.write("client", folder.resolve("client.crt"), folder.resolve("client.key"));
  }

  /** Each of the three kinds of clients that connections are made by; they give the status. */
  private static List<Callable<Integer>> clients(HttpsPeer server, SSLContext tls) {
    HttpClient http = HttpClient.newBuilder().sslContext(tls).build();
    StoredRecord ehr =
        new StoredRecord(new EhrFhirTarget(server.address(), EhrAccess.open(), TIMEOUT, tls));
    return List.of(
        () ->
            http.send(HttpRequest.newBuilder(server.address()).build(), BodyHandlers.discarding())
                .statusCode(),
        () -> {
          try {
            ehr.reportState("1.2.3", "demo");
            return 200;
          } catch (RuntimeException e) {
            if (e.getMessage().contains("HTTP 404")) {
              return 404;
            }
            throw new SSLException(e.getMessage());
          }
        },
        () -> {
          HttpsURLConnection connection =
              (HttpsURLConnection) server.address().toURL().openConnection();
          connection.setSSLSocketFactory(tls.getSocketFactory());
          return ((HttpURLConnection) connection).getResponseCode();
        });
  }

  @Test
  void reachTheNextConnectionWhenTheyAreRenewed() throws Exception {
    SSLContext tls = bundles.context("ehr.ssl-bundle", "hospital");
    try (HttpsPeer server = first.server("good", true, 404)) {
      List<Callable<Integer>> clients = clients(server, tls);
      for (Callable<Integer> client : clients) {
        assertThat(client.call()).isEqualTo(404);
      }
      server.become(second.serving("good"));
      for (Callable<Integer> client : clients) {
        assertThatThrownBy(client::call).isInstanceOf(SSLException.class);
      }
      present(second);
      for (Callable<Integer> client : clients) {
        await()
            .atMost(Duration.ofSeconds(60))
            .ignoreExceptions()
            .until(client, status -> status == 404);
      }
    }
  }

  @Test
  void mustBeThere() {
    assertThatThrownBy(() -> bundles.context("ehr.ssl-bundle", "clinic"))
        .isInstanceOf(Mistake.class)
        .hasMessage(
            "spinexr.ehr.ssl-bundle names clinic, which is no bundle: spring.ssl.bundle.pem.clinic"
                + " or .jks.clinic must be set.");
  }

  @Test
  void mustBeReadable() {
    SslBundle unreadable =
        SslBundle.of(
            new PemSslStoreBundle(
                null, PemSslStoreDetails.forCertificate("file:/nowhere/root.crt")));
    assertThatThrownBy(
            () ->
                TlsBundles.of(new DefaultSslBundleRegistry("hospital", unreadable))
                    .context("ehr.ssl-bundle", "hospital"))
        .isInstanceOf(Mistake.class)
        .hasMessageStartingWith(
            "The SSL bundle hospital, which spinexr.ehr.ssl-bundle names, cannot be used: ")
        .hasMessageContaining("/nowhere/root.crt");
  }

  @Test
  void staysWhatItWasWhenItsRenewalCannotBeRead() throws Exception {
    DefaultSslBundleRegistry registry =
        new DefaultSslBundleRegistry("hospital", SslBundle.of(SslStoreBundle.NONE));
    SSLContext tls = TlsBundles.of(registry).context("ehr.ssl-bundle", "hospital");
    registry.updateBundle(
        "hospital",
        SslBundle.of(
            new PemSslStoreBundle(
                null, PemSslStoreDetails.forCertificate("file:/nowhere/root.crt"))));
    assertThat(tls.createSSLEngine()).isNotNull();
  }
}

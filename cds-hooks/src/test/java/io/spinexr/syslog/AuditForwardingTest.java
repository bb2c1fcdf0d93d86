package io.spinexr.syslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.audit.AuditFeed;
import io.spinexr.audit.AuditTrail;
import io.spinexr.audit.AuditedAct;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.dicomweb.ReferencePrograms;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.job.AnalysisProperties;
import io.spinexr.job.Changes;
import io.spinexr.job.Jobs;
import io.spinexr.job.Processor;
import io.spinexr.job.Work;
import io.spinexr.service.Node;
import io.spinexr.store.Schema;
import io.spinexr.store.Transactions;
import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The audit in the file of a real rsyslog, by TLS. */
class AuditForwardingTest {
  private static final AnalysisProperties HASTY =
      Node.analysis(Duration.ofMillis(100), Duration.ofMillis(100));

  @TempDir private Path folder;
  private int port;
  private HikariDataSource database;
  private AuditTrail trail;

  @BeforeEach
  void start() throws Exception {
    ReferencePrograms.run(
        ReferencePrograms.require("openssl", "openssl"),
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=syslog",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        folder.resolve("server.key"),
        "-out",
        folder.resolve("server.pem"));
    try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = probe.getLocalPort();
    }
    database = Node.database("syslog-" + port);
    Schema.migrate(database);
    trail = new AuditTrail(database, Optional::empty, Clock.systemUTC());
  }

  @AfterEach
  void stop() throws Exception {
    trail.close();
    database.close();
  }

  private Process rsyslog() throws Exception {
    Path program = ReferencePrograms.require("rsyslogd", "rsyslog-gnutls");
    Path configuration = folder.resolve("rsyslog.conf");
    Files.writeString(
        configuration,
        """
        global(workDirectory="%1$s" maxMessageSize="64k" defaultNetstreamDriver="gtls"
          defaultNetstreamDriverCAFile="%1$s/server.pem"
          defaultNetstreamDriverCertFile="%1$s/server.pem"
          defaultNetstreamDriverKeyFile="%1$s/server.key")
        module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1"
          streamDriver.authMode="anon")
        input(type="imtcp" address="127.0.0.1" port="%2$d")
        template(name="all" type="string"
          string="%%PRI%% %%TIMESTAMP:::date-rfc3339%% %%APP-NAME%% %%MSGID%% %%msg%%\\n")
        action(type="omfile" file="%1$s/received" template="all")
        """
            .formatted(folder, port));
    Process process =
        new ProcessBuilder(
                program.toString(),
                "-n",
                "-f",
                configuration.toString(),
                "-i",
                folder.resolve("pid").toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("rsyslog.log").toFile())
            .start();
    try {
      await().atMost(Node.SOON).until(this::listens);
    } catch (ConditionTimeoutException e) {
      process.destroyForcibly();
      throw new IOException(Files.readString(folder.resolve("rsyslog.log")), e);
    }
    return process;
  }

  private boolean listens() {
    try {
      new Socket(InetAddress.getLoopbackAddress(), port).close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void record(int from, int to) {
    IntStream.range(from, to)
        .forEach(
            i ->
                trail.record(
                    new AuditedAct(
                        Action.READ, "Dr. Größe", Optional.empty(), "/studies/" + i, "", true)));
  }

  private List<String> exported() {
    StringWriter out = new StringWriter();
    trail.export(out);
    return out.toString().lines().filter(line -> line.startsWith("{\"chain\"")).toList();
  }

  private List<String> received() {
    try {
      return Files.readAllLines(folder.resolve("received"));
    } catch (IOException e) {
      return List.of();
    }
  }

  private SSLContext trusting() throws Exception {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, null);
    try (InputStream pem = Files.newInputStream(folder.resolve("server.pem"))) {
      roots.setCertificateEntry(
          "syslog", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(roots);
    return TlsContext.of(new KeyManager[0], trust.getTrustManagers());
  }

  private Jobs forwarding() throws Exception {
    Clock clock = Clock.systemUTC();
    Jobs jobs = new Jobs(database, "node", HASTY, clock);
    Work work =
        new Work(
            new Transactions(database),
            jobs,
            new Changes(keys -> {}),
            HASTY,
            new AnalysisMeters(new SimpleMeterRegistry(), () -> true),
            new Processor(1),
            trail,
            clock);
    AuditForwarding forwarding =
        new AuditForwarding(
            new AuditFeed(database),
            Optional.of(new SyslogServer("127.0.0.1:" + port, trusting())),
            work);
    forwarding.begin();
    jobs.start(List.of(forwarding.task()), 1, Optional.empty());
    return jobs;
  }

  @Test
  void arrivesAsItIsExportedAlsoWhatCameWhileTheServerWasAway() throws Exception {
    record(0, 700);
    Jobs jobs = forwarding();
    try {
      Thread.sleep(300); // it fails some times
      Process rsyslog = rsyslog();
      try {
        await().atMost(Node.SOON).until(() -> received().size() >= 700);
        record(700, 702);
        await().atMost(Node.SOON).until(() -> received().size() >= 702);
        assertThat(received())
            .allMatch(line -> line.startsWith("85 20") && line.contains(" spinexr audit {"))
            .extracting(line -> line.substring(line.indexOf('{')))
            .containsExactlyElementsOf(exported());
      } finally {
        rsyslog.destroy();
        rsyslog.waitFor(10, TimeUnit.SECONDS);
      }
    } finally {
      jobs.close();
    }
  }

  @Test
  void goesToNobodyElse() throws Exception {
    Process rsyslog = rsyslog();
    try {
      SyslogServer server = new SyslogServer("127.0.0.1:" + port, TlsContext.ofJava());
      assertThatThrownBy(
              () -> server.send(List.of(new SyslogServer.Message(Instant.now(), "secret"))))
          .isInstanceOf(IOException.class)
          .satisfies(
              failure ->
                  assertThat(new SyslogException((IOException) failure))
                      .hasMessageContaining("from an issuer that is not trusted"));
      assertThat(received()).isEmpty();
    } finally {
      rsyslog.destroy();
      rsyslog.waitFor(10, TimeUnit.SECONDS);
    }
  }
}

package io.spinexr.dicomweb.http;

import io.spinexr.tls.TlsContext;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** A hospital's certification authority, servers with its certificates, and who trusts them. */
public final class HospitalCa {
  private static final char[] PASSWORD = "changeit".toCharArray();

  private final Path folder;
  private final KeyStore keys;

  /**
   * Makes, by the JDK's keytool, certificates for 127.0.0.1: good, expired, future, other (for
   * another host), stranger (of nobody known), and client for who asks.
   */
  public HospitalCa(Path folder) throws Exception {
    this.folder = Files.createDirectories(folder);
    keytool("-genkeypair", "-alias", "ca", "-dname", "CN=Hospital CA", "-ext", "bc:c");
    signed("good", "-ext", "san=ip:127.0.0.1", "-validity", "30");
    signed("expired", "-ext", "san=ip:127.0.0.1", "-startdate", "-60d", "-validity", "30");
    signed("future", "-ext", "san=ip:127.0.0.1", "-startdate", "+30d", "-validity", "30");
    signed("other", "-ext", "san=dns:other.example", "-validity", "30");
    signed("client", "-validity", "30");
    keytool("-genkeypair", "-alias", "stranger", "-dname", "CN=x", "-ext", "san=ip:127.0.0.1");
    keys = empty();
    try (InputStream in = Files.newInputStream(store())) {
      keys.load(in, PASSWORD);
    }
  }

  private void signed(String alias, String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of("-genkeypair", "-alias", alias, "-dname", "CN=" + alias, "-signer", "ca"));
    command.addAll(List.of(options));
    keytool(command.toArray(String[]::new));
  }

  private void keytool(String... options) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
    command.addAll(List.of(options));
    command.addAll(List.of("-keystore", store().toString(), "-storepass", "changeit"));
    command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
    Path log = folder.resolve("keytool.log");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(Files.readString(log));
    }
  }

  private Path store() {
    return folder.resolve("keys.p12");
  }

  private static KeyStore empty() throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }

  /** Of a client that trusts the hospital. */
  public SSLContext client() throws IOException, GeneralSecurityException {
    return TlsContext.of(new KeyManager[0], trust());
  }

  /** Of one that shows itself, too. */
  public SSLContext knownClient() throws IOException, GeneralSecurityException {
    return TlsContext.of(keys("client"), trust());
  }

  private TrustManager[] trust() throws IOException, GeneralSecurityException {
    KeyStore trusted = empty();
    trusted.setCertificateEntry("ca", keys.getCertificate("ca"));
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    return factory.getTrustManagers();
  }

  private KeyManager[] keys(String alias) throws IOException, GeneralSecurityException {
    KeyStore one = empty();
    one.setKeyEntry(alias, keys.getKey(alias, PASSWORD), PASSWORD, keys.getCertificateChain(alias));
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(one, PASSWORD);
    return factory.getKeyManagers();
  }

  /**
   * A server that runs.
   *
   * @param asking whether it answers only clients with a certificate of this hospital
   * @param status of every answer
   */
  public HttpsPeer server(String alias, boolean asking, int status)
      throws IOException, GeneralSecurityException {
    return new HttpsPeer(serving(alias), asking, status);
  }

  /** Of such a server. */
  public SSLContext serving(String alias) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(alias), trust(), null);
    return context;
  }

  /** The authority's own certificate. */
  public void writeAuthority(Path file) throws IOException, GeneralSecurityException {
    write(file, "CERTIFICATE", keys.getCertificate("ca").getEncoded());
  }

  /** A certificate with its chain, and its private key. */
  public void write(String alias, Path certificates, Path key)
      throws IOException, GeneralSecurityException {
    StringBuilder chain = new StringBuilder();
    for (Certificate certificate : keys.getCertificateChain(alias)) {
      chain.append(pem("CERTIFICATE", certificate.getEncoded()));
    }
    Files.writeString(certificates, chain);
    Key secret = keys.getKey(alias, PASSWORD);
    write(key, "PRIVATE KEY", secret.getEncoded());
  }

  private static void write(Path file, String what, byte[] content) throws IOException {
    Files.writeString(file, pem(what, content));
  }

  private static String pem(String what, byte[] content) {
    return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n"
        .formatted(what, Base64.getMimeEncoder().encodeToString(content));
  }
}

package io.spinexr.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** Ways to have a context for connections to others. */
public final class TlsContext {
  private TlsContext() {}

  /** Trusts whom the JVM trusts, and shows no certificate unless the JVM is told to. */
  public static SSLContext ofJava() {
    try {
      return SSLContext.getDefault();
    } catch (GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  /**
   * Trusts the JVM's certificates, too: one peer sends us to other people's servers, and the next
   * has a certificate of a public issuer.
   *
   * @param keys with which this server shows itself to who asks; may be none
   * @param trust whose accepted issuers are trusted
   */
  public static SSLContext of(KeyManager[] keys, TrustManager[] trust) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      List<X509Certificate> trusted =
          Stream.of(trust, ofTheJvm()).flatMap(TlsContext::issuers).toList();
      for (X509Certificate certificate : trusted) {
        store.setCertificateEntry(Integer.toString(store.size()), certificate);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys, of(store), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(e);
    }
  }

  /** The one that {@code now} gives when a connection is begun. */
  public static SSLContext following(Supplier<SSLContext> now) {
    return new FollowingContext(now);
  }

  private static Stream<X509Certificate> issuers(TrustManager[] managers) {
    return Arrays.stream(managers)
        .filter(X509TrustManager.class::isInstance)
        .flatMap(manager -> Stream.of(((X509TrustManager) manager).getAcceptedIssuers()));
  }

  private static TrustManager[] ofTheJvm() throws GeneralSecurityException {
    TrustManagerFactory factory = factory();
    factory.init((KeyStore) null);
    return factory.getTrustManagers();
  }

  private static TrustManager[] of(KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory = factory();
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static TrustManagerFactory factory() throws GeneralSecurityException {
    return TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
  }

  private static IllegalStateException unusable(Exception cause) {
    return new IllegalStateException("this Java cannot be told whom to trust", cause);
  }
}

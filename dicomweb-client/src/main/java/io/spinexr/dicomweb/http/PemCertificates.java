package io.spinexr.dicomweb.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Certificates to trust, in the text form of RFC 7468 (PEM). */
public record PemCertificates(List<Certificate> certificates) {
  public PemCertificates {
    certificates = List.copyOf(certificates);
    if (certificates.isEmpty()) {
      throw new IllegalArgumentException("there must be a certificate to trust");
    }
  }

  /**
   * @param file of one or more certificates
   * @throws IllegalArgumentException if it holds none, or something else
   */
  public static PemCertificates read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new PemCertificates(
          List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in)));
    } catch (CertificateException e) {
      throw new IllegalArgumentException("the file holds something else than certificates", e);
    }
  }

  /** Trusts the JVM's certificates, too: archives redirect to other people's servers. */
  SSLContext context() {
    try {
      List<Certificate> trusted = new ArrayList<>(certificates);
      for (TrustManager manager : managers(null)) {
        if (manager instanceof X509TrustManager usual) {
          trusted.addAll(List.of(usual.getAcceptedIssuers()));
        }
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate certificate : trusted) {
        store.setCertificateEntry(Integer.toString(store.size()), certificate);
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers(store), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot be told whom to trust", e);
    }
  }

  /** Those of a store, or without one the JVM's. */
  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }
}

package io.spinexr.tls;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

/** What is wrong where TLS fails. */
public final class TlsProblem {
  /** Alerts of RFC 8446 section 6.2 by which a server refuses who has shown no, or another, one. */
  private static final String REFUSED =
      ".*received fatal alert: (\\w*certificate\\w*|unknown_ca|access_denied)";

  private TlsProblem() {}

  /** What people have to set right; empty if it may pass by itself or is no matter of TLS. */
  public static Optional<String> in(Throwable failure) {
    Optional<String> problem = Optional.empty();
    // The innermost cause says most.
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Optional<String> outer = problem;
      problem = named(cause).or(() -> outer);
    }
    return problem;
  }

  private static Optional<String> named(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (cause instanceof CertificateExpiredException) {
      return Optional.of("the server's certificate has expired");
    }
    if (cause instanceof CertificateNotYetValidException) {
      return Optional.of("the server's certificate is not valid yet; are the clocks right?");
    }
    if (cause instanceof CertPathBuilderException) {
      return Optional.of(
          "the server's certificate is from an issuer that is not trusted; the truststore"
              + " of its ssl-bundle must have the issuer's (docs/security.md, TLS)");
    }
    if (cause instanceof CertPathValidatorException) {
      return Optional.of("the server's certificate, or its issuer's, is not valid");
    }
    if (cause instanceof SSLPeerUnverifiedException
        || cause instanceof CertificateException
            && (message.contains("subject alternative") || message.contains("no name matching"))) {
      return Optional.of(
          "the server's certificate is for another host; use the name that it is for");
    }
    return cause instanceof SSLException ? handshake(message) : Optional.empty();
  }

  private static Optional<String> handshake(String message) {
    if (message.contains("unrecognized ssl message")) {
      return Optional.of("the server does not speak TLS there; is it http instead of https?");
    }
    if (message.matches(REFUSED)) {
      return Optional.of(
          "the server asks for a client certificate, and does not take what SpineXR shows");
    }
    if (message.contains("protocol") || message.contains("handshake_failure")) {
      return Optional.of("the server has no version or cipher of TLS that is secure enough");
    }
    return Optional.empty();
  }
}

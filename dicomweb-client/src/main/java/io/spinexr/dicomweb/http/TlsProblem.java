package io.spinexr.dicomweb.http;

import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** What is wrong where TLS fails. */
final class TlsProblem {
  private TlsProblem() {}

  /** What people have to set right; empty if it may pass by itself or is no matter of TLS. */
  static Optional<String> in(Throwable failure) {
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
          "the server's certificate is from an issuer that is not trusted; put the issuer's"
              + " certificate into the file of spinexr.archive.trust-store");
    }
    if (cause instanceof CertPathValidatorException) {
      return Optional.of("the server's certificate, or its issuer's, is not valid");
    }
    if (cause instanceof CertificateException
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
    if (message.contains("certificate_required") || message.contains("bad_certificate")) {
      return Optional.of("the server asks for a client certificate, which SpineXR cannot show");
    }
    if (message.contains("protocol") || message.contains("handshake_failure")) {
      return Optional.of("the server has no version or cipher of TLS that is secure enough");
    }
    return Optional.empty();
  }
}

package io.spinexr.tls;

import javax.net.ssl.SSLContext;

/**
 * How this server speaks TLS to those that it asks, beside archives, each of which has its own.
 *
 * @param ehr the EHR's FHIR servers and its authorization server
 * @param issuers whoever signs tokens: their metadata and keys
 */
public record Peers(SSLContext ehr, SSLContext issuers) {
  /** As the JVM does. */
  public static Peers ofJava() {
    return new Peers(TlsContext.ofJava(), TlsContext.ofJava());
  }
}

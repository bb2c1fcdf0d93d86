package io.spinexr.syslog;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A syslog server that is spoken to by RFC 5424 over TLS (RFC 5425). */
public final class SyslogServer {
  /** Facility 10, security messages, and severity 5, normal but significant. */
  private static final int PRIORITY = 10 * 8 + 5;

  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final String host;
  private final int port;
  private final SSLContext tls;
  private final String sender;

  /**
   * @param address host:port
   * @param tls whom to trust, and as whom to show ourselves
   */
  public SyslogServer(String address, SSLContext tls) {
    int colon = address.lastIndexOf(':');
    this.host = address.substring(0, colon).replaceAll("[\\[\\]]", "");
    this.port = Integer.parseInt(address.substring(colon + 1));
    this.tls = tls;
    this.sender = sender();
  }

  /** HOSTNAME: printable ASCII of 255 characters at most, or nothing (section 6.2.4). */
  private static String sender() {
    try {
      String name = InetAddress.getLocalHost().getHostName();
      return name.matches("[!-~]{1,255}") ? name : "-";
    } catch (UnknownHostException e) {
      return "-";
    }
  }

  /**
   * One message.
   *
   * @param at milliseconds are told
   */
  public record Message(Instant at, String text) {}

  /**
   * Returns when all is handed over. The protocol does not tell whether it was taken.
   *
   * @throws IOException if it cannot be reached, is not who it should be, or breaks off
   */
  public void send(List<Message> messages) throws IOException {
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), (int) TIMEOUT.toMillis());
      plain.setSoTimeout((int) TIMEOUT.toMillis());
      try (SSLSocket socket =
          (SSLSocket) tls.getSocketFactory().createSocket(plain, host, port, true)) {
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.2", "TLSv1.3"});
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        OutputStream out = new BufferedOutputStream(socket.getOutputStream());
        for (Message message : messages) {
          byte[] content = format(message).getBytes(StandardCharsets.UTF_8);
          out.write((content.length + " ").getBytes(StandardCharsets.US_ASCII));
          out.write(content);
        }
        out.flush();
      }
    }
  }

  private String format(Message message) {
    return "<%d>1 %s %s spinexr - audit - %s"
        .formatted(PRIORITY, message.at(), sender, message.text());
  }
}

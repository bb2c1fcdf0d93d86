package io.spinexr.dicomweb.http;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * Answers every request over TLS with the same status. The JDK's own HTTPS server hangs up where it
 * should say that it wants a client certificate.
 */
public final class HttpsPeer implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 5000;

  private final ServerSocket socket;
  private volatile SSLContext tls;
  private final boolean asking;
  private final int status;

  HttpsPeer(SSLContext tls, boolean asking, int status) throws IOException {
    this.tls = tls;
    this.asking = asking;
    this.status = status;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    thread(this::accept).start();
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "https-peer");
    thread.setDaemon(true);
    return thread;
  }

  public URI address() {
    return URI.create("https://127.0.0.1:" + socket.getLocalPort());
  }

  /** From now on it is another server's. */
  public void become(SSLContext other) {
    tls = other;
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket connection = socket.accept();
        thread(() -> serve(connection)).start();
      } catch (IOException e) {
        // The test is over.
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      connection.setSoTimeout(PATIENCE_MILLIS);
      try {
        answer((SSLSocket) tls.getSocketFactory().createSocket(connection, null, false));
      } catch (IOException e) {
        // Refused by one side; what it says of that must arrive before the connection ends.
      }
      connection.shutdownOutput();
      connection.getInputStream().skip(Long.MAX_VALUE);
    } catch (IOException e) {
      // The client has gone.
    }
  }

  private void answer(SSLSocket secure) throws IOException {
    secure.setNeedClientAuth(asking);
    BufferedReader request =
        new BufferedReader(
            new InputStreamReader(secure.getInputStream(), StandardCharsets.US_ASCII));
    String line = request.readLine();
    while (line != null && !line.isEmpty()) {
      line = request.readLine();
    }
    OutputStream out = secure.getOutputStream();
    out.write(
        "HTTP/1.1 %d X\r\nConnection: close\r\n%s\r\n"
            .formatted(status, status == 204 ? "" : "Content-Length: 0\r\n")
            .getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

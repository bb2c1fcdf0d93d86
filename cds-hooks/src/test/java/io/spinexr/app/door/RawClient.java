package io.spinexr.app.door;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** A client that writes what no library would. */
final class RawClient implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 30_000;

  private final Socket socket;

  RawClient(int port) throws IOException {
    socket = new Socket("127.0.0.1", port);
    socket.setSoTimeout(PATIENCE_MILLIS);
  }

  /** All that is answered to one request, which must ask for the connection to be closed. */
  static String answer(int port, String request) throws IOException {
    try (RawClient client = new RawClient(port)) {
      return client.write(request).rest();
    }
  }

  /** {@code GET} of a path that is sent as it is. */
  static String get(int port, String path) throws IOException {
    return answer(port, head("GET", path) + "\r\n");
  }

  /** {@code POST} of JSON to a path that is sent as it is. */
  static String post(int port, String path, String body) throws IOException {
    return answer(
        port,
        head("POST", path)
            + "Content-Type: application/json\r\nContent-Length: "
            + body.getBytes(StandardCharsets.UTF_8).length
            + "\r\n\r\n"
            + body);
  }

  static String head(String method, String path) {
    return "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n".formatted(method, path);
  }

  RawClient write(String text) throws IOException {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  RawClient write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    return this;
  }

  /** Everything until the server closes. */
  String rest() throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** Headers and body of one answer of a known length; the connection stays. */
  String one() throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int octet = in.read();
      if (octet < 0) {
        return head.toString();
      }
      head.append((char) octet);
    }
    String length = head.toString().replaceAll("(?is).*\r\ncontent-length: *(\\d+).*", "$1");
    return head + new String(in.readNBytes(Integer.parseInt(length)), StandardCharsets.UTF_8);
  }

  boolean isAnswered() throws IOException {
    return socket.getInputStream().available() > 0;
  }

  boolean isClosedByServer() {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}

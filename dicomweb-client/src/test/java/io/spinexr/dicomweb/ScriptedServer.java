package io.spinexr.dicomweb;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;

/**
 * A web server on loopback that misbehaves as told: each connection reads one request, then does
 * what the next line of its script says, then hangs up.
 */
public final class ScriptedServer implements AutoCloseable {
  /** What to write to the connection before it is closed. */
  public interface Reply {
    void write(OutputStream out) throws IOException;
  }

  private final ServerSocket socket;
  private final Queue<Reply> script = new ConcurrentLinkedQueue<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  public ScriptedServer(Reply... replies) {
    try {
      socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    script.addAll(List.of(replies));
    Thread thread = new Thread(this::serve, "scripted-server");
    thread.setDaemon(true);
    thread.start();
  }

  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/dicom-web");
  }

  /** The heads of the requests so far: request line and headers as sent. */
  public List<String> requests() {
    return requests;
  }

  /** Answers with a status and a body; {@code headers} are complete lines. */
  public static Reply answer(int status, byte[] body, String... headers) {
    return out -> {
      String head =
          "HTTP/1.1 %d Reason\r\nConnection: close\r\n".formatted(status)
              + (status == 204 ? "" : "Content-Length: " + body.length + "\r\n")
              + String.join("", List.of(headers).stream().map(h -> h + "\r\n").toList())
              + "\r\n";
      out.write(head.getBytes(StandardCharsets.ISO_8859_1));
      out.write(body);
    };
  }

  public static Reply answer(int status, String body, String... headers) {
    return answer(status, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  /** Hangs up without a word. */
  public static Reply hangUp() {
    return out -> {};
  }

  /** Writes what {@code first} says, then nothing until the server is closed. */
  public Reply thenStall(String first) {
    return out -> {
      out.write(first.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    };
  }

  public void then(Reply reply) {
    script.add(reply);
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        String head = readRequest(connection.getInputStream());
        if (!head.isEmpty()) {
          requests.add(head);
          Reply reply = script.poll();
          if (reply != null) {
            reply.write(connection.getOutputStream());
          }
        }
      } catch (IOException e) {
        // The client gave up on this connection, or the server was closed.
      }
    }
  }

  private static String readRequest(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      head.write(b);
      text = head.toString(StandardCharsets.ISO_8859_1);
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.contains("transfer-encoding: chunked")) {
      readChunks(in);
    }
    return text;
  }

  private static void readChunks(InputStream in) throws IOException {
    StringBuilder tail = new StringBuilder();
    while (!tail.toString().endsWith("\r\n0\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return;
      }
      tail.append((char) b);
      if (tail.length() > 64) {
        tail.delete(0, 32);
      }
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    socket.close();
  }
}

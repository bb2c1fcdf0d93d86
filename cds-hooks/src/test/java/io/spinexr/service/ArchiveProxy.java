package io.spinexr.service;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** An archive that asks another one for everything, but for what a test wants otherwise. */
public final class ArchiveProxy implements AutoCloseable {
  private final HttpServer server;
  private final URI archive;
  private final HttpClient client = HttpClient.newHttpClient();

  /**
   * @param change of path and query
   * @param own what is answered instead, if anything
   */
  public ArchiveProxy(
      URI archive, UnaryOperator<String> change, Function<HttpExchange, Optional<Answer>> own) {
    this.archive = archive;
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            Optional<Answer> instead = own.apply(exchange);
            Answer answer = instead.isPresent() ? instead.get() : ask(exchange, change);
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.sendResponseHeaders(
                answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
          }
        });
    server.start();
  }

  public record Answer(int status, String type, byte[] body) {}

  private Answer ask(HttpExchange exchange, UnaryOperator<String> change) throws IOException {
    URI asked = exchange.getRequestURI();
    String query = asked.getRawQuery() == null ? "" : "?" + asked.getRawQuery();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(archive + change.apply(asked.getRawPath() + query)))
            .header("Accept", exchange.getRequestHeaders().getFirst("Accept"))
            .build();
    try {
      HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
      return new Answer(
          response.statusCode(),
          response.headers().firstValue("Content-Type").orElse("text/plain"),
          response.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package io.spinexr.dicomweb.message;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.spinexr.phantom.archive.FolderArchive;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/** A folder archive behind a server that does less, or does it otherwise, than it is asked. */
public final class PoorArchive implements AutoCloseable {
  /** What becomes of a request. */
  public interface Behaviour {
    Answer answer(Request request, PoorArchive archive);
  }

  /**
   * @param path below the base URL
   * @param parameters of the query as sent, such as {@code limit=2}
   */
  public record Request(
      String method,
      String path,
      List<String> parameters,
      Map<String, String> headers,
      byte[] body) {
    public boolean has(String name) {
      return parameters.stream().anyMatch(parameter -> parameter.startsWith(name + "="));
    }

    public Request without(String name) {
      return withParameters(parameters.stream().filter(p -> !p.startsWith(name + "=")).toList());
    }

    /** Asks for no more than this. */
    public Request capped(int most) {
      return withParameters(
          parameters.stream()
              .map(
                  p ->
                      p.startsWith("limit=")
                          ? "limit=" + Math.min(most, Integer.parseInt(p.substring(6)))
                          : p)
              .toList());
    }

    private Request withParameters(List<String> changed) {
      return new Request(method, path, changed, headers, body);
    }

    public Request accepting(String accept) {
      Map<String, String> changed = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      changed.putAll(headers);
      changed.put("Accept", accept);
      return new Request(method, path, parameters, changed, body);
    }

    public String accept() {
      return headers.getOrDefault("Accept", "");
    }

    @Override
    public String toString() {
      return parameters.isEmpty() ? path : path + "?" + String.join("&", parameters);
    }
  }

  public record Answer(int status, Map<String, String> headers, byte[] body) {
    public static Answer of(int status) {
      return new Answer(status, Map.of(), "no".getBytes(StandardCharsets.UTF_8));
    }

    public Answer with(String header, String value) {
      Map<String, String> changed = new TreeMap<>(headers);
      changed.put(header, value);
      return new Answer(status, changed, body);
    }

    public Answer withBody(byte[] changed) {
      return new Answer(status, headers, changed);
    }

    public Answer withText(UnaryOperator<String> change) {
      return withBody(change.apply(text()).getBytes(StandardCharsets.UTF_8));
    }

    public String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    /** The only part of a multipart body as the body itself. */
    public Answer singlePart(String contentType) {
      try {
        byte[] part =
            new MultipartReader(
                    MediaType.parse(headers.get("Content-Type")), new ByteArrayInputStream(body))
                .next()
                .orElseThrow()
                .body()
                .readAllBytes();
        return withBody(part).with("Content-Type", contentType);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final FolderArchive archive;
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private volatile Behaviour behaviour;

  public PoorArchive(Path folder) {
    try {
      archive = FolderArchive.start(folder, 0);
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    behaviour = (request, self) -> self.ask(request);
    server.createContext("/", this::handle);
    server.start();
  }

  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/rs");
  }

  /** Of the folder archive itself, which does all that is asked. */
  public URI ableBaseUrl() {
    return archive.baseUrl();
  }

  public void behaves(Behaviour changed) {
    behaviour = changed;
    requests.clear();
  }

  /** What was asked since it behaves as it does, in order. */
  public List<String> requests() {
    return requests.stream().map(Request::toString).toList();
  }

  public List<Request> requests(Predicate<Request> wanted) {
    return requests.stream().filter(wanted).toList();
  }

  /** What the folder archive answers. */
  public Answer ask(Request request) {
    URI uri = URI.create(archive.baseUrl() + request.toString());
    HttpRequest.Builder asked =
        HttpRequest.newBuilder(uri)
            .method(request.method(), BodyPublishers.ofByteArray(request.body()));
    request.headers().forEach(asked::header);
    try {
      HttpResponse<byte[]> response = client.send(asked.build(), BodyHandlers.ofByteArray());
      return new Answer(
          response.statusCode(),
          Map.of("Content-Type", response.headers().firstValue("Content-Type").orElse("")),
          response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Request request = request(exchange);
      requests.add(request);
      Answer answer = behaviour.answer(request, this);
      answer.headers().forEach(exchange.getResponseHeaders()::set);
      exchange.sendResponseHeaders(
          answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
      exchange.getResponseBody().write(answer.body());
    }
  }

  private static Request request(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (String name : List.of("Accept", "Authorization", "Content-Type", "X-Api-Key")) {
      if (exchange.getRequestHeaders().containsKey(name)) {
        headers.put(name, exchange.getRequestHeaders().getFirst(name));
      }
    }
    return new Request(
        exchange.getRequestMethod(),
        uri.getRawPath().replaceFirst("^/rs", ""),
        uri.getRawQuery() == null
            ? List.of()
            : Arrays.stream(uri.getRawQuery().split("&")).collect(Collectors.toList()),
        headers,
        exchange.getRequestBody().readAllBytes());
  }

  @Override
  public void close() {
    server.stop(0);
    archive.close();
  }
}

package io.spinexr.phantom.archive;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.DicomJson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A small DICOMweb archive over a folder of DICOM files, for the demonstration and for tests:
 * QIDO-RS, WADO-RS (instances and metadata) and STOW-RS. <b>Never for production</b>: it listens on
 * loopback only, asks nobody who they are, keeps its index in memory and does not decompress.
 */
public final class FolderArchive implements AutoCloseable {
  private static final String ROOT = "/dicom-web";
  private static final String DICOM_JSON = "application/dicom+json";
  private static final int THREADS = 8;
  private static final ObjectMapper JSON = new JsonMapper();

  private final Instances instances;
  private final HttpServer server;
  private final ExecutorService threads;

  private FolderArchive(Instances instances, HttpServer server, ExecutorService threads) {
    this.instances = instances;
    this.server = server;
    this.threads = threads;
  }

  /**
   * Reads the folder and starts to answer.
   *
   * @param folder made if it is not there; files that appear in it later are not noticed unless
   *     stored through this archive
   * @param port on loopback; 0 for any free one
   * @throws IOException if the folder cannot be read or the port is taken
   */
  public static FolderArchive start(Path folder, int port) throws IOException {
    Instances instances = Instances.in(folder);
    // The JDK's server writes head and body apart: without this, each answer waits 40 ms for the
    // acknowledgement of its head. It is read once, when the first server is made.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS,
            task -> {
              Thread thread = new Thread(task, "folder-archive");
              thread.setDaemon(true);
              return thread;
            });
    FolderArchive archive = new FolderArchive(instances, server, threads);
    server.setExecutor(threads);
    server.createContext(ROOT, archive::handle);
    server.start();
    return archive;
  }

  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + ROOT);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      try {
        answer(exchange);
      } catch (Refusal e) {
        respond(exchange, e.status(), "text/plain", utf8(e.getMessage()));
      } catch (IllegalArgumentException e) {
        respond(exchange, 400, "text/plain", utf8(String.valueOf(e.getMessage())));
      } catch (DicomException e) {
        respond(exchange, 500, "text/plain", utf8(e.getMessage()));
      }
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    URI uri = exchange.getRequestURI();
    Resource resource = Resource.of(uri.getRawPath().substring(ROOT.length()));
    switch (exchange.getRequestMethod()) {
      case "GET" -> get(exchange, resource, Optional.ofNullable(uri.getRawQuery()).orElse(""));
      case "POST" -> store(exchange, resource);
      default -> throw new Refusal(405, "only GET and POST are understood");
    }
  }

  private void get(HttpExchange exchange, Resource resource, String query) throws IOException {
    List<StoredInstance> scope = instances.matching(resource::contains);
    switch (resource.action()) {
      case "" -> retrieve(exchange, scope);
      case Resource.METADATA -> {
        if (scope.isEmpty()) {
          throw new Refusal(404, "the archive does not hold it");
        }
        respond(exchange, 200, scope.stream().map(StoredInstance::header).toList());
      }
      default -> {
        Level level = resource.searched();
        List<DataSet> found =
            Search.of(parameters(query)).in(level.entities(scope), level.fields());
        respond(exchange, 200, found);
      }
    }
  }

  private static void retrieve(HttpExchange exchange, List<StoredInstance> scope)
      throws IOException {
    String accept =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Accept")).orElse("*/*");
    Retrieval retrieval = Retrieval.of(scope, accept);
    exchange.getResponseHeaders().set("Content-Type", retrieval.contentType());
    exchange.sendResponseHeaders(200, 0);
    try (OutputStream out = new BufferedOutputStream(exchange.getResponseBody(), 1 << 16)) {
      retrieval.writeTo(out);
    }
  }

  private void store(HttpExchange exchange, Resource resource) throws IOException {
    boolean anyStudy = resource.scope().isEmpty() && resource.action().equals(Level.STUDIES.path());
    boolean oneStudy =
        resource.scope().keySet().equals(Set.of(Level.STUDIES)) && resource.action().isEmpty();
    if (!anyStudy && !oneStudy) {
      throw new Refusal(404, "instances are stored at /studies or /studies/{uid}");
    }
    Storing storing =
        new Storing(instances, Optional.ofNullable(resource.scope().get(Level.STUDIES)));
    storing.read(
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Content-Type")).orElse(""),
        exchange.getRequestBody());
    respond(
        exchange,
        storing.status(),
        DICOM_JSON,
        JSON.writeValueAsBytes(DicomJson.write(storing.response())));
  }

  private static List<Map.Entry<String, String>> parameters(String query) {
    return Arrays.stream(query.split("&"))
        .filter(parameter -> !parameter.isEmpty())
        .map(parameter -> parameter.split("=", 2))
        .map(pair -> Map.entry(decode(pair[0]), pair.length < 2 ? "" : decode(pair[1])))
        .toList();
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static void respond(HttpExchange exchange, int status, List<DataSet> dataSets)
      throws IOException {
    ArrayNode array = JSON.createArrayNode();
    dataSets.forEach(dataSet -> array.add(DicomJson.write(dataSet)));
    respond(exchange, status, DICOM_JSON, JSON.writeValueAsBytes(array));
  }

  private static void respond(HttpExchange exchange, int status, String type, byte[] body)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}

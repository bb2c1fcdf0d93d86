package io.spinexr.dicomweb;

import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real Orthanc with its DICOMweb plugin, empty, on a free port of loopback, for the tests of one
 * class: {@code @RegisterExtension static final OrthancServer ORTHANC = new OrthancServer();}. Or
 * {@link #start()} and {@link #close()} by hand.
 */
public final class OrthancServer implements BeforeAllCallback, AfterAllCallback, AutoCloseable {
  private static final Path PLUGIN = Path.of("/usr/share/orthanc/plugins/libOrthancDicomWeb.so");
  private static final String PACKAGES = "orthanc orthanc-dicomweb";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(30);
  private static final int ATTEMPTS = 3;

  private final Map<String, Object> settings;
  private Path folder;
  private Process process;
  private int port;

  public OrthancServer() {
    this(Map.of());
  }

  /**
   * @param settings over those that the tests have, as in Orthanc's configuration file
   */
  public OrthancServer(Map<String, Object> settings) {
    this.settings = Map.copyOf(settings);
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    close();
  }

  /** Where {@code /studies} is. */
  public URI baseUrl() {
    return URI.create("http://127.0.0.1:" + port + "/dicom-web");
  }

  /** Where Orthanc's own interface is. */
  public URI ownUrl() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts Orthanc and waits until it answers. */
  public void start() {
    Path program = ReferencePrograms.require("Orthanc", PACKAGES);
    if (!Files.exists(PLUGIN)) {
      fail("Orthanc has no DICOMweb plugin: 'apt-get install %s'".formatted(PACKAGES));
    }
    try {
      folder = Files.createTempDirectory("spinexr-orthanc");
      // Another program may take the free port first: then Orthanc ends, and the next try begins.
      for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        port = freePort();
        process = launch(program);
        if (answersInTime()) {
          return;
        }
        stop();
      }
      fail("Orthanc does not start:\n" + Files.readString(folder.resolve("log")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Process launch(Path program) throws IOException {
    Path configuration = folder.resolve("orthanc.json");
    Map<String, Object> all = new HashMap<>();
    all.put("Name", "SpineXR tests");
    all.put("RemoteAccessAllowed", false);
    all.put("AuthenticationEnabled", false);
    all.put("DicomServerEnabled", false);
    all.put("DefaultEncoding", "Utf8");
    all.put("Plugins", List.of(PLUGIN.toString()));
    all.put("DicomWeb", Map.of("Enable", true, "Root", "/dicom-web/"));
    all.putAll(settings);
    all.put("HttpPort", port);
    all.put("StorageDirectory", folder.resolve("storage").toString());
    all.put("IndexDirectory", folder.resolve("storage").toString());
    new ObjectMapper().writeValue(configuration.toFile(), all);
    return new ProcessBuilder(program.toString(), configuration.toString())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve("log").toFile())
        .start();
  }

  private boolean answersInTime() {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest ping =
        HttpRequest.newBuilder(URI.create(ownUrl() + "/system"))
            .timeout(Duration.ofSeconds(5))
            .build();
    long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
    try {
      while (System.nanoTime() < deadline && !process.waitFor(50, TimeUnit.MILLISECONDS)) {
        try {
          if (http.send(ping, BodyHandlers.discarding()).statusCode() == 200) {
            return process.isAlive();
          }
        } catch (IOException e) {
          // Not listening yet.
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void stop() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  /** Stops Orthanc and deletes what it stored. */
  @Override
  public void close() {
    if (process == null) {
      return;
    }
    stop();
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> innermostFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : innermostFirst) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

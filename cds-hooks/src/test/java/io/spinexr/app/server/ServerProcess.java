package io.spinexr.app.server;

import static org.awaitility.Awaitility.await;

import io.spinexr.app.SpineXr;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The real server as a process of its own. */
public final class ServerProcess {
  private static final Duration START = Duration.ofMinutes(3);

  private ServerProcess() {}

  /**
   * Returns when the server answers.
   *
   * @param address of loopback, with the port to listen on
   * @param log to which the server's output is appended
   */
  public static Process start(Path configuration, URI address, Path log) throws IOException {
    Process server =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx700m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.awt.headless=true",
                "-Dorg.bytedeco.javacpp.maxphysicalbytes=0",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                SpineXr.class.getName(),
                "serve",
                "--config",
                configuration.toString(),
                "--port",
                Integer.toString(address.getPort()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    await()
        .atMost(START)
        .pollInterval(Duration.ofMillis(200))
        .ignoreExceptions()
        .until(
            () -> {
              if (!server.isAlive()) {
                throw new AssertionError("the server ended:\n" + Files.readString(log));
              }
              return ready(address);
            });
    return server;
  }

  private static boolean ready(URI address) throws IOException {
    URI readiness = address.resolve("/actuator/health/readiness");
    HttpURLConnection asked = (HttpURLConnection) readiness.toURL().openConnection();
    return asked.getResponseCode() == 200;
  }
}

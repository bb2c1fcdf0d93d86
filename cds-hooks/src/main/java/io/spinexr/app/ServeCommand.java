package io.spinexr.app;

import io.spinexr.app.server.Server;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the server until it is stopped. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    description = "Serves CDS Hooks, FHIR and the worklist against a PACS and an EHR.")
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "YAML file with the settings; docs/configuration.md lists them.")
  private @Nullable Path configuration;

  @Option(names = "--port", paramLabel = "N", description = "Port to listen on.")
  private @Nullable Integer port;

  @Override
  public Integer call() throws InterruptedException {
    Map<String, String> overrides = new LinkedHashMap<>();
    if (port != null) {
      overrides.put("server.port", port.toString());
    }
    Terminal.say("Starting (about 20 s on an idle machine) ...");
    try (Server server = Server.start(Optional.ofNullable(configuration), overrides)) {
      Terminal.say("SpineXR " + Version.current() + " listens on " + server.address());
      server.await();
    }
    return 0;
  }
}

package io.spinexr.app.server;

import io.spinexr.app.setting.Mistake;
import io.spinexr.app.setting.Settings;
import io.spinexr.app.setting.SettingsReader;
import io.spinexr.app.setting.TlsBundles;
import io.spinexr.inference.folder.ModelException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.ServerProperties;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.config.ConfigDataException;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.web.context.ConfigurableWebServerApplicationContext;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.Ssl;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** A running server. */
public final class Server implements AutoCloseable {
  private final ConfigurableWebServerApplicationContext context;

  private Server(ConfigurableWebServerApplicationContext context) {
    this.context = context;
  }

  /**
   * Starts everything and returns when the server answers.
   *
   * @param configuration a site's YAML file, over the defaults
   * @param overrides settings that go over the file's, by key
   * @throws Mistake with one sentence when a setting, folder, model, port or database is not usable
   */
  public static Server start(Optional<Path> configuration, Map<String, String> overrides) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--spring.config.location=" + locations(configuration));
    overrides.forEach((key, value) -> arguments.add("--" + key + "=" + value));
    try {
      return new Server(
          (ConfigurableWebServerApplicationContext)
              new SpringApplicationBuilder(ServerConfiguration.class)
                  .bannerMode(Banner.Mode.OFF)
                  .logStartupInfo(false)
                  .allowCircularReferences(true) // HAPI's JPA beans
                  .properties("spring.main.allow-bean-definition-overriding=true") // HAPI's too
                  .initializers(checkedSettings())
                  .run(arguments.toArray(String[]::new)));
    } catch (RuntimeException e) {
      throw explained(e);
    }
  }

  /** Where it listens, for this machine. */
  public URI address() {
    String host = context.getEnvironment().getRequiredProperty("server.address");
    String scheme = Ssl.isEnabled(part(ServerProperties.class).getSsl()) ? "https" : "http";
    return URI.create(
        "%s://%s:%d"
            .formatted(
                scheme,
                host.contains(":") ? "[" + host + "]" : host,
                context.getWebServer().getPort()));
  }

  /** Returns when a signal has stopped the server. */
  public void await() throws InterruptedException {
    Thread.currentThread().join(); // Spring's shutdown hook closes the context
  }

  /** A part of the server, by its type. */
  public <T> T part(Class<T> type) {
    return context.getBean(type);
  }

  @Override
  public void close() {
    context.close();
  }

  /**
   * What comes of the settings that a site's YAML file has over the defaults, without a server.
   *
   * @throws Mistake with one sentence when one is not usable
   */
  public static <T> T withSettings(Path configuration, BiFunction<Settings, TlsBundles, T> use) {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(SettingsReader.class, SslAutoConfiguration.class)
            .web(WebApplicationType.NONE)
            .bannerMode(Banner.Mode.OFF)
            .logStartupInfo(false)
            .run("--spring.config.location=" + locations(Optional.of(configuration)))) {
      return use.apply(
          SettingsReader.read(context.getEnvironment()),
          TlsBundles.of(context.getBean(SslBundles.class)));
    } catch (RuntimeException e) {
      throw explained(e);
    }
  }

  static String locations(Optional<Path> configuration) {
    String defaults = "classpath:/application.yaml";
    return configuration
        .map(
            file -> {
              if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
                throw new Mistake(
                    "The configuration file %s does not exist or cannot be read.".formatted(file));
              }
              if (!file.toString().matches(".*\\.ya?ml")) {
                throw new Mistake(
                    "The configuration file %s must be YAML and end in .yaml.".formatted(file));
              }
              return defaults + "," + file.toAbsolutePath().toUri();
            })
        .orElse(defaults);
  }

  private static ApplicationContextInitializer<ConfigurableApplicationContext> checkedSettings() {
    return context -> {
      Settings settings = SettingsReader.readToServe(context.getEnvironment());
      settings.requireHeap(Runtime.getRuntime().maxMemory());
      InetSocketAddress address = SettingsReader.address(context.getEnvironment());
      requireFree(address);
      if (settings.healthPort() != 0) {
        if (settings.healthPort() == address.getPort()) {
          throw new Mistake("spinexr.health-port must be another port than server.port.");
        }
        requireFree(new InetSocketAddress(address.getAddress(), settings.healthPort()));
      }
      new DataFolder(settings.data()).create();
      context.getBeanFactory().registerSingleton("settings", settings);
    };
  }

  /** Ahead of everything slow, so that the sentence comes at once. */
  private static void requireFree(InetSocketAddress address) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(address);
    } catch (IOException e) {
      throw notFree(address.getHostString(), address.getPort(), e);
    }
  }

  private static Mistake notFree(String address, int port, Exception cause) {
    return new Mistake(
        "Port %d on %s cannot be opened (%s): stop the program that uses it, or choose another by --port."
            .formatted(port, address, cause.getMessage()),
        cause);
  }

  static RuntimeException explained(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Mistake mistake) {
        return mistake;
      }
      if (cause instanceof ModelException) {
        return new Mistake(cause.getMessage() + ".", failure);
      }
      if (cause instanceof MarkedYAMLException yaml) {
        return new Mistake(
            "The configuration file is no YAML: %s, line %d."
                .formatted(yaml.getProblem(), yaml.getProblemMark().getLine() + 1),
            failure);
      }
      if (cause instanceof ConfigDataException) {
        return new Mistake(String.valueOf(cause.getMessage()), failure);
      }
      if (cause instanceof PortInUseException taken) {
        return notFree("this machine", taken.getPort(), taken);
      }
    }
    return DamagedDatabase.explained(failure).map(RuntimeException.class::cast).orElse(failure);
  }
}

package io.spinexr.app.setting;

import io.spinexr.tls.TlsContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.BindHandler;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.OriginLookup;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Reads and checks the settings before anything else starts. */
public final class SettingsReader {
  private static final List<String> SECRETS =
      List.of(
          "spinexr.database.password",
          "spinexr.archive.password",
          "spinexr.archive.token",
          "spinexr.archive.header-value",
          "spinexr.archive.oauth.client-secret",
          "spinexr.audit.key",
          "spinexr.ehr.token",
          "spinexr.ehr.oauth.key",
          "spinexr.sign-in.client-secret");

  /** Settings of version 0.1 that went into the model set, and the fields that they are there. */
  private static final Map<String, String> MOVED =
      Map.of(
          "spinexr.fusion.keep-score", "keepScore",
          "spinexr.fusion.boundary", "boundary");

  private static final String AUTHENTICATE = "spinexr.cds.authenticate";

  private static final ConfigurationPropertyName ARCHIVES =
      ConfigurationPropertyName.of("spinexr.archives");

  private SettingsReader() {}

  /**
   * @throws Mistake with one sentence that names the key, its value and the rule it breaks
   */
  public static Settings read(ConfigurableEnvironment environment) {
    refuseWrittenSecrets(environment);
    SecretFiles.read(environment, SECRETS);
    refuseMoved(environment);
    port(environment); // first, because other settings are made from it
    Settings settings = bind(environment);
    settings.siteArchives((key, bundle) -> TlsContext.ofJava()); // reads the files that they name
    settings.ehr().oauth().registration(); // this, too
    return settings;
  }

  /**
   * The settings of a server. Where others can reach it, CDS clients must prove who they are even
   * if nothing says so.
   *
   * @throws Mistake as {@link #read} does, and if others could use it without saying who they are
   */
  public static Settings readToServe(ConfigurableEnvironment environment) {
    Settings settings = read(environment);
    Optional<String> wayIn = Reach.wayIn(address(environment).getAddress(), settings);
    if (wayIn.isEmpty()) {
      return settings;
    }
    boolean decided = Binder.get(environment).bind(AUTHENTICATE, Boolean.class).isBound();
    Reach.refuseOpenDoors(wayIn.get(), settings, decided);
    if (decided || !Reach.hasKeys(settings)) {
      return settings;
    }
    environment
        .getPropertySources()
        .addLast(new MapPropertySource("reach", Map.of(AUTHENTICATE, true)));
    return bind(environment);
  }

  private static Settings bind(ConfigurableEnvironment environment) {
    try {
      BindHandler strict =
          new NoUnboundElementsBindHandler(BindHandler.DEFAULT, new UnboundElementsSourceFilter());
      return Binder.get(environment).bind("spinexr", Bindable.of(Settings.class), strict).get();
    } catch (BindException e) {
      throw new Mistake(sentence(e), e);
    }
  }

  private static String sentence(BindException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof Mistake mistake) {
        return named(failure, mistake.getMessage());
      }
      if (cause instanceof IllegalArgumentException rule
          && cause.getMessage() != null
          && cause.getMessage().startsWith("spinexr.")) {
        return rule.getMessage() + ".";
      }
      if (cause instanceof UnboundConfigurationPropertiesException unknown) {
        ConfigurationProperty first = unknown.getUnboundProperties().iterator().next();
        return "%s is no setting of SpineXR (%s); docs/configuration.md lists them all."
            .formatted(first.getName(), where(first.getOrigin()));
      }
    }
    ConfigurationProperty property = failure.getProperty();
    if (property == null) {
      return String.valueOf(failure.getMessage());
    }
    return "%s cannot be '%s' (%s): it must be %s."
        .formatted(
            property.getName(),
            property.getValue(),
            where(property.getOrigin()),
            expected(failure));
  }

  /** The rules of archives do not know which of several breaks them. */
  private static String named(BindException failure, String sentence) {
    ConfigurationPropertyName place = failure.getName();
    return ARCHIVES.isAncestorOf(place)
        ? ArchiveProperties.named(
            place.getElement(ARCHIVES.getNumberOfElements(), Form.UNIFORM), sentence)
        : sentence;
  }

  private static String where(@Nullable Origin origin) {
    if (origin instanceof PropertySourceOrigin wrapper && wrapper.getOrigin() != null) {
      return where(wrapper.getOrigin());
    }
    if (origin instanceof TextResourceOrigin file) {
      return "%s, line %d"
          .formatted(file.getResource().getFilename(), file.getLocation().getLine() + 1);
    }
    return origin == null ? "command line" : origin.toString();
  }

  private static String expected(BindException failure) {
    Class<?> type = failure.getTarget().getType().resolve(Object.class);
    if (type.isEnum()) {
      return "one of "
          + List.of(type.getEnumConstants()).toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }
    return switch (type.getSimpleName()) {
      case "Duration" -> "a duration such as 450ms, 30s or 5m";
      case "DataSize" -> "a size such as 4MB";
      case "int", "Integer", "long", "Long" -> "a whole number";
      case "double", "Double" -> "a number";
      case "boolean", "Boolean" -> "true or false";
      case "URI" -> "an address such as http://127.0.0.1:8042/dicom-web";
      default -> "a " + type.getSimpleName();
    };
  }

  /** What they said must not be dropped without a word, whatever source they come from. */
  private static void refuseMoved(ConfigurableEnvironment environment) {
    for (String key : new TreeSet<>(MOVED.keySet())) {
      if (Binder.get(environment).bind(key, String.class).isBound()) {
        throw new Mistake(
            ("%s is no setting any more: state its value as %s in the model-set.json of"
                    + " spinexr.models.folder, so that analyze, evaluate and the server apply the"
                    + " same decision rule.")
                .formatted(key, MOVED.get(key)));
      }
    }
    Binder binder = Binder.get(environment);
    Stream.concat(
            Stream.of("spinexr.archive"),
            binder
                .bind(ARCHIVES, Bindable.mapOf(String.class, Object.class))
                .orElse(Map.of())
                .keySet()
                .stream()
                .map(name -> ARCHIVES + "." + name))
        .filter(archive -> binder.bind(archive + ".trust-store", String.class).isBound())
        .findFirst()
        .ifPresent(
            archive -> {
              throw new Mistake(
                  ("%s.trust-store is no setting any more: name its file as the"
                          + " truststore.certificate of an SSL bundle (spring.ssl.bundle.pem), and"
                          + " the bundle in %1$s.ssl-bundle.")
                      .formatted(archive));
            });
  }

  /** A secret in a file is copied, backed up and shown around; the environment is not. */
  private static void refuseWrittenSecrets(ConfigurableEnvironment environment) {
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof EnumerablePropertySource<?> listed
          && !(source instanceof SystemEnvironmentPropertySource)
          && !source.getName().equals(SecretFiles.SOURCE)
          && !source
              .getName()
              .equals(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
        for (String secret : secrets(listed)) {
          Object value = listed.getProperty(secret);
          if (value != null && !value.toString().isEmpty()) {
            throw new Mistake(
                ("%s is a secret and must not be written down (%s): set the environment variable"
                        + " %s, or let %3$s_FILE name a file that holds it.")
                    .formatted(
                        secret,
                        where(OriginLookup.getOrigin(source, secret)),
                        uniform(secret).toUpperCase(Locale.ROOT).replace('.', '_')));
          }
        }
      }
    }
  }

  /** However they are written: {@code header-value} is {@code headerValue}, too. */
  private static List<String> secrets(EnumerablePropertySource<?> source) {
    Set<String> secrets =
        SECRETS.stream().map(SettingsReader::uniform).collect(Collectors.toUnmodifiableSet());
    return Arrays.stream(source.getPropertyNames())
        .filter(
            name ->
                secrets.contains(
                    uniform(name)
                        .replaceFirst("^spinexr\\.archives\\.[^.]+", "spinexr.archive")
                        .replaceFirst("^(spinexr\\.signin)\\.launches\\.[^.]+", "$1")))
        .toList();
  }

  private static String uniform(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
  }

  /**
   * Where to listen.
   *
   * @throws Mistake if the address is none
   */
  public static InetSocketAddress address(ConfigurableEnvironment environment) {
    try {
      String host = environment.getProperty("server.address", "0.0.0.0");
      return new InetSocketAddress(InetAddress.getByName(host), port(environment));
    } catch (UnknownHostException e) {
      throw new Mistake("server.address is no address: %s.".formatted(e.getMessage()), e);
    }
  }

  private static int port(ConfigurableEnvironment environment) {
    try {
      int port = Binder.get(environment).bind("server.port", Integer.class).get();
      if (port < 0 || port > 65535) {
        throw new Mistake("server.port must be from 1 to 65535, but is %d.".formatted(port));
      }
      return port;
    } catch (BindException e) {
      throw new Mistake(sentence(e), e);
    }
  }
}

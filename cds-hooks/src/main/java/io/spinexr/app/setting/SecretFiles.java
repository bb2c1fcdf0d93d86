package io.spinexr.app.setting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Secrets in files that environment variables name, as containers mount them: {@code
 * SPINEXR_DATABASE_PASSWORD_FILE} for {@code spinexr.database.password}.
 */
final class SecretFiles {
  static final String SOURCE = "secretFiles";
  private static final Pattern VARIABLE =
      Pattern.compile("SPINEXR_(?:(ARCHIVES|SIGN[_-]?IN_LAUNCHES)_([A-Z][A-Z0-9]*)_)?(.+)_FILE");

  /**
   * These have settings for their files, {@code token-file} and so on. Spring takes our variables
   * for them, too, and a token is read anew for every request.
   */
  private static final Pattern WITH_A_SETTING =
      Pattern.compile(
          "spinexr\\.archives?\\.(.+\\.)?(token|oauth\\.client-secret)|spinexr\\.ehr\\.oauth\\.key");

  private SecretFiles() {}

  /**
   * Makes them settings.
   *
   * @param secrets keys of the settings that are secrets; those of archives as of {@code
   *     spinexr.archive}, of launches as of {@code spinexr.sign-in}
   * @throws Mistake if a file cannot be read, is empty, or is open to everybody, or if the secret
   *     is set otherwise, too
   */
  static void read(ConfigurableEnvironment environment, List<String> secrets) {
    environment.getPropertySources().remove(SOURCE); // so that what is set otherwise can be told
    Map<String, Object> values = new HashMap<>();
    for (PropertySource<?> source : environment.getPropertySources()) {
      if (source instanceof SystemEnvironmentPropertySource variables) {
        for (String variable : variables.getPropertyNames()) {
          String file = String.valueOf(variables.getProperty(variable));
          Optional<String> secret = secret(variable, secrets).filter(named -> !file.isEmpty());
          if (secret.isPresent()) {
            refuseSecond(environment, variable, secret.get());
            String content = content(variable, file);
            if (WITH_A_SETTING.matcher(secret.get()).matches()) {
              values.put(secret.get() + "-file", file);
            } else {
              // No String, in which ${...} would be replaced.
              values.put(secret.get(), new StringBuilder(content));
            }
          }
        }
      }
    }
    environment.getPropertySources().addFirst(new MapPropertySource(SOURCE, values));
  }

  /** Hyphens may be left out of the variable, or be underscores: Spring takes both, too. */
  private static Optional<String> secret(String variable, List<String> secrets) {
    Matcher parts = VARIABLE.matcher(variable.toUpperCase(Locale.ROOT));
    if (!parts.matches()) {
      return Optional.empty();
    }
    String name = parts.group(2);
    String one = name == null ? "" : parts.group(1).equals("ARCHIVES") ? "archive." : "sign-in.";
    String many = one.equals("archive.") ? "archives." : "sign-in.launches.";
    String key = "spinexr." + one + parts.group(3);
    return secrets.stream()
        .filter(secret -> letters(secret).equals(letters(key)))
        .findFirst()
        .map(
            secret ->
                name == null
                    ? secret
                    : secret.replace(
                        "spinexr." + one, "spinexr." + many + name.toLowerCase(Locale.ROOT) + "."));
  }

  private static String letters(String key) {
    return key.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "");
  }

  private static void refuseSecond(
      ConfigurableEnvironment environment, String variable, String secret) {
    if (!Binder.get(environment).bind(secret, String.class).orElse("").isEmpty()) {
      throw new Mistake(
          "The environment variables %s and %s cannot both be set: unset one of them."
              .formatted(variable.substring(0, variable.length() - "_FILE".length()), variable));
    }
  }

  /** Without the line break that editors put at the end. */
  private static String content(String variable, String name) {
    try {
      Path file = Path.of(name);
      PosixFileAttributeView rights =
          Files.getFileAttributeView(file, PosixFileAttributeView.class);
      if (rights != null && isOpen(rights.readAttributes().permissions())) {
        throw new Mistake(
            "The file %s that the environment variable %s names is open to everybody on this"
                    .formatted(file, variable)
                + " machine: it must be for this server's user alone, e.g. by chmod 400.");
      }
      String content = Files.readString(file).replaceFirst("\r?\n\\z", "");
      if (content.isBlank()) {
        throw new Mistake(
            "The file %s that the environment variable %s names is empty: it must hold the secret."
                .formatted(file, variable));
      }
      return content;
    } catch (IOException | InvalidPathException e) {
      throw new Mistake(
          ("The file %s that the environment variable %s names cannot be read: it must be a text"
                  + " file that this server's user may read.")
              .formatted(name, variable),
          e);
    }
  }

  private static boolean isOpen(Set<PosixFilePermission> permissions) {
    return permissions.contains(PosixFilePermission.OTHERS_READ)
        || permissions.contains(PosixFilePermission.OTHERS_WRITE);
  }
}

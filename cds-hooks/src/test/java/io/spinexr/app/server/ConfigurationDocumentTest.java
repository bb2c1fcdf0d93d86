package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.GeneratedDocument;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ClassPathResource;

/** docs/configuration.md lists the keys that the code has, with what the code says of them. */
class ConfigurationDocumentTest {
  private static final String BEGIN =
      "<!-- keys: made from the code, see ConfigurationDocumentTest -->\n";
  private static final String END = "<!-- end of keys -->\n";

  /** Where a list is too long for a table. */
  private static final int LONGEST_DEFAULT = 90;

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("java.time.Duration", "duration"),
          Map.entry("java.util.Optional<java.time.Duration>", "duration"),
          Map.entry("org.springframework.util.unit.DataSize", "size"),
          Map.entry("java.lang.Integer", "whole number"),
          Map.entry("java.lang.Double", "number"),
          Map.entry("java.lang.Boolean", "true or false"),
          Map.entry("java.lang.String", "text"),
          Map.entry("java.net.URI", "address"),
          Map.entry("java.util.Optional<java.net.URI>", "address"),
          Map.entry("java.nio.file.Path", "folder"),
          Map.entry("java.util.Optional<java.util.regex.Pattern>", "regular expression"),
          Map.entry("java.util.List<java.lang.String>", "list of texts"),
          Map.entry("java.util.Set<java.lang.String>", "list of texts"),
          Map.entry("java.util.Set<io.spinexr.app.setting.NodeRole>", "list of front, analyst"),
          Map.entry(
              "java.util.Map<io.spinexr.access.Role,java.util.Set<java.lang.String>>",
              "by role, each with a list of texts"),
          Map.entry(
              "java.util.Map<java.lang.String,io.spinexr.app.setting.ArchiveProperties>",
              "by name, each with the keys of `spinexr.archive`"),
          Map.entry(
              "java.util.Map<java.lang.String,io.spinexr.app.setting.LaunchProperties>",
              "by name, each with `fhir-server`, `client-id`, `scopes`"));

  @Test
  void listsEveryKeyAsTheCodeHasIt() throws IOException {
    new GeneratedDocument("configuration", BEGIN, END).assertHas(table());
  }

  private static String table() throws IOException {
    Map<String, JsonNode> keys = keys();
    Map<String, String> written = written();
    StringBuilder table = new StringBuilder();
    String group = "";
    for (Map.Entry<String, JsonNode> key : keys.entrySet()) {
      String name = key.getKey();
      String itsGroup = group(name);
      if (!itsGroup.equals(group)) {
        group = itsGroup;
        table.append(
            "\n### %s\n\n| key | type | default | meaning |\n|---|---|---|---|\n".formatted(group));
      }
      table.append(
          "| `%s` | %s | %s | %s |\n"
              .formatted(
                  name.substring(name.lastIndexOf('.') + 1),
                  type(key.getValue()),
                  defaultOf(name, key.getValue(), written),
                  meaning(key.getValue())));
    }
    return table.append("\n").toString();
  }

  private static String group(String name) {
    return name.substring(0, name.lastIndexOf('.'));
  }

  private static Map<String, JsonNode> keys() throws IOException {
    Map<String, JsonNode> keys =
        new TreeMap<>(
            Comparator.comparing(ConfigurationDocumentTest::group)
                .thenComparing(Comparator.naturalOrder()));
    List<URL> sources =
        Collections.list(
            ConfigurationDocumentTest.class
                .getClassLoader()
                .getResources("META-INF/spring-configuration-metadata.json"));
    for (URL source : sources) {
      JsonNode metadata;
      try (InputStream json = source.openStream()) {
        metadata = new ObjectMapper().readTree(json);
      }
      for (JsonNode key : metadata.path("properties")) {
        String name = key.path("name").asText();
        if (name.startsWith("spinexr.") && (!keys.containsKey(name) || key.has("description"))) {
          keys.put(name, key);
        }
      }
    }
    // The group itself is no key.
    List<String> names = List.copyOf(keys.keySet());
    keys.keySet().removeIf(name -> names.stream().anyMatch(other -> other.startsWith(name + ".")));
    return keys;
  }

  /** What application.yaml says, by key. */
  private static Map<String, String> written() throws IOException {
    Map<String, String> values = new TreeMap<>();
    for (PropertySource<?> source :
        new YamlPropertySourceLoader()
            .load("application", new ClassPathResource("application.yaml"))) {
      for (String name : ((EnumerablePropertySource<?>) source).getPropertyNames()) {
        values.put(name, String.valueOf(source.getProperty(name)));
      }
    }
    return values;
  }

  private static String type(JsonNode key) {
    String type = key.path("type").asText();
    if (TYPES.containsKey(type)) {
      return TYPES.get(type);
    }
    try {
      Class<?> known = Class.forName(type);
      if (known.isEnum()) {
        return Arrays.stream(known.getEnumConstants())
            .map(value -> value.toString().toLowerCase(Locale.ROOT).replace('_', '-'))
            .collect(Collectors.joining(", "));
      }
    } catch (ClassNotFoundException e) {
      // A list of records.
    }
    assertThat(type).as("type of %s", key.path("name")).startsWith("java.util.List<io.spinexr.");
    return "list, each with "
        + components(type.substring(type.indexOf('<') + 1, type.length() - 1));
  }

  private static String components(String record) {
    try {
      return Arrays.stream(Class.forName(record).getRecordComponents())
          .map(component -> "`" + DataObjectPropertyName.toDashedForm(component.getName()) + "`")
          .collect(Collectors.joining(", "));
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  private static String defaultOf(String name, JsonNode key, Map<String, String> written) {
    JsonNode value = key.path("defaultValue");
    if (value.isArray() || value.asText().startsWith("[")) {
      List<String> items = new ArrayList<>();
      value.forEach(item -> items.add(item.asText()));
      if (items.isEmpty()) {
        String text = value.asText();
        items.addAll(List.of(text.substring(1, text.length() - 1).split(", ")));
      }
      String all = String.join(", ", items);
      return all.length() <= LONGEST_DEFAULT
          ? code(all)
          : "%d texts, first %s".formatted(items.size(), code(items.get(0)));
    }
    if (!value.isMissingNode()) {
      return value.asText().isEmpty() ? "empty" : code(value.asText());
    }
    if (written.containsKey(name)) {
      return code(written.get(name));
    }
    if (written.keySet().stream().anyMatch(other -> other.startsWith(name + "["))) {
      return "see below";
    }
    String type = key.path("type").asText();
    return type.startsWith("java.util.") ? "empty" : "**required**";
  }

  private static String code(String text) {
    return "`" + text.replace("|", "\\|") + "`";
  }

  private static String meaning(JsonNode key) {
    String text = key.path("description").asText();
    assertThat(text).as("description of %s", key.path("name")).isNotBlank();
    return text.replaceAll("\\{@(?:code|link) ([^}]*)}", "`$1`")
        .replaceAll("\\s+", " ")
        .replace("|", "\\|");
  }
}

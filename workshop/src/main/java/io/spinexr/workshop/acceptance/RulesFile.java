package io.spinexr.workshop.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.workshop.acceptance.AcceptanceRules.Count;
import io.spinexr.workshop.acceptance.AcceptanceRules.Minimum;
import io.spinexr.workshop.acceptance.AcceptanceRules.Part;
import io.spinexr.workshop.acceptance.AcceptanceRules.Subgroups;
import io.spinexr.workshop.comparison.Figure;
import io.spinexr.workshop.prediction.Attribute;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/** Reads {@code accept.yaml}. Everything that is wrong is told at once, each with its key. */
public final class RulesFile {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<String> mistakes = new ArrayList<>();

  private RulesFile() {}

  /**
   * Reads and checks the whole file.
   *
   * @throws ModelException naming the file and every key that is wrong
   */
  public static AcceptanceRules read(Path file) {
    RulesFile reading = new RulesFile();
    AcceptanceRules rules = reading.rules(tree(file));
    if (!reading.mistakes.isEmpty()) {
      throw new ModelException(
          "%s is not usable:%n- %s"
              .formatted(file, String.join("%n- ".formatted(), reading.mistakes)));
    }
    return rules;
  }

  private static JsonNode tree(Path file) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try {
      Object loaded = new Yaml(new SafeConstructor(options)).load(Files.readString(file));
      return JSON.valueToTree(loaded);
    } catch (YAMLException e) {
      throw new ModelException("%s cannot be read as YAML: %s".formatted(file, e.getMessage()), e);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, e), e);
    }
  }

  private AcceptanceRules rules(JsonNode root) {
    Map<String, JsonNode> keys =
        section("", root, "counts", "left-out", "minimum", "non-inferior", "subgroups");
    return new AcceptanceRules(
        counts(keys),
        Optional.ofNullable(keys.get("left-out")).map(node -> whole("left-out", node, 0)),
        minimum(keys),
        shares("non-inferior", keys),
        Optional.ofNullable(keys.get("subgroups")).map(this::subgroups));
  }

  private Map<Count, Integer> counts(Map<String, JsonNode> keys) {
    Map<Count, Integer> counts = new EnumMap<>(Count.class);
    if (keys.containsKey("counts")) {
      String[] known = Stream.of(Count.values()).map(Count::code).toArray(String[]::new);
      Map<String, JsonNode> given = section("counts", node(keys, "counts"), known);
      for (Count count : Count.values()) {
        if (given.containsKey(count.code())) {
          counts.put(count, whole("counts." + count.code(), node(given, count.code()), 1));
        }
      }
    }
    return counts;
  }

  private List<Minimum> minimum(Map<String, JsonNode> keys) {
    List<Minimum> minimum = new ArrayList<>();
    figures("minimum", keys)
        .forEach(
            (figure, node) -> {
              String key = "minimum." + figure.code();
              Map<String, JsonNode> parts = section(key, node, Part.VALUE.code(), Part.LOW.code());
              for (Part part : Part.values()) {
                if (parts.containsKey(part.code())) {
                  minimum.add(
                      new Minimum(
                          figure, part, share(key + "." + part.code(), node(parts, part.code()))));
                }
              }
            });
    return minimum;
  }

  private Subgroups subgroups(JsonNode node) {
    Map<String, JsonNode> keys = section("subgroups", node, "attributes", "gap", "smallest");
    for (String needed : List.of("attributes", "gap", "smallest")) {
      if (!keys.containsKey(needed)) {
        mistakes.add("subgroups.%s: is missing".formatted(needed));
      }
    }
    Map<String, JsonNode> smallest =
        keys.containsKey("smallest")
            ? section("subgroups.smallest", node(keys, "smallest"), "normal", "abnormal")
            : Map.of();
    return new Subgroups(
        attributes(keys),
        shares("subgroups.gap", keys),
        smallest(smallest, "normal"),
        smallest(smallest, "abnormal"));
  }

  private int smallest(Map<String, JsonNode> keys, String name) {
    String key = "subgroups.smallest." + name;
    if (!keys.containsKey(name)) {
      mistakes.add(key + ": is missing");
      return 1;
    }
    return whole(key, node(keys, name), 1);
  }

  private List<Attribute> attributes(Map<String, JsonNode> keys) {
    Map<String, Attribute> known =
        Stream.of(Attribute.values())
            .collect(
                Collectors.toMap(
                    Attribute::column, Function.identity(), (a, b) -> a, LinkedHashMap::new));
    List<Attribute> attributes = new ArrayList<>();
    if (keys.containsKey("attributes")) {
      JsonNode list = node(keys, "attributes");
      if (!list.isArray() || list.isEmpty()) {
        mistakes.add(
            "subgroups.attributes: must be a list of %s"
                .formatted(String.join(", ", known.keySet())));
      }
      for (JsonNode name : list) {
        Attribute attribute = known.get(name.asText());
        if (attribute == null) {
          mistakes.add(
              "subgroups.attributes: there is no attribute %s; attributes are %s"
                  .formatted(name, String.join(", ", known.keySet())));
        } else {
          attributes.add(attribute);
        }
      }
    }
    return attributes;
  }

  /** What a section, whose name may have dots, says of each figure. */
  private Map<Figure, JsonNode> figures(String key, Map<String, JsonNode> keys) {
    Map<Figure, JsonNode> figures = new EnumMap<>(Figure.class);
    String name = key.substring(key.lastIndexOf('.') + 1);
    if (keys.containsKey(name)) {
      String[] codes = Stream.of(Figure.values()).map(Figure::code).toArray(String[]::new);
      Map<String, JsonNode> given = section(key, node(keys, name), codes);
      for (Figure figure : Figure.values()) {
        if (given.containsKey(figure.code())) {
          figures.put(figure, node(given, figure.code()));
        }
      }
    }
    return figures;
  }

  private Map<Figure, Double> shares(String key, Map<String, JsonNode> keys) {
    Map<Figure, Double> shares = new EnumMap<>(Figure.class);
    figures(key, keys)
        .forEach((figure, node) -> shares.put(figure, share(key + "." + figure.code(), node)));
    return shares;
  }

  /** The entries of a section that are known; it must have some. */
  private Map<String, JsonNode> section(String key, JsonNode node, String... known) {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    node.properties().forEach(entry -> entries.put(entry.getKey(), entry.getValue()));
    String names = String.join(", ", known);
    if (entries.isEmpty()) {
      mistakes.add(
          "%s: must have at least one of %s".formatted(key.isEmpty() ? "the file" : key, names));
    }
    for (String name : List.copyOf(entries.keySet())) {
      if (!List.of(known).contains(name)) {
        entries.remove(name);
        mistakes.add(
            "%s: there is no such key; there are %s"
                .formatted(key.isEmpty() ? name : key + "." + name, names));
      }
    }
    return entries;
  }

  private static JsonNode node(Map<String, JsonNode> keys, String name) {
    return Objects.requireNonNull(keys.get(name), name);
  }

  private double share(String key, JsonNode node) {
    if (!node.isNumber() || !(node.doubleValue() >= 0 && node.doubleValue() <= 1)) {
      mistakes.add("%s: must be a number in [0,1], but is %s".formatted(key, node));
      return 0;
    }
    return node.doubleValue();
  }

  private int whole(String key, JsonNode node, int least) {
    if (!node.isInt() || node.intValue() < least) {
      mistakes.add(
          "%s: must be a whole number of at least %d, but is %s".formatted(key, least, node));
      return least;
    }
    return node.intValue();
  }
}

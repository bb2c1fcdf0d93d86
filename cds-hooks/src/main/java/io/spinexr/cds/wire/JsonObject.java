package io.spinexr.cds.wire;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * An object of a request and the path that leads to it, so that every complaint names its field.
 * {@code null} counts as absent, as clients write it for optional fields.
 *
 * @param path e.g. {@code context.draftOrders}; empty for the request itself
 */
public record JsonObject(String path, JsonNode node) {
  /**
   * @throws CdsException 400 unless the node is an object
   */
  public JsonObject {
    if (!node.isObject()) {
      throw path.isEmpty()
          ? CdsException.malformed("the body must be a JSON object")
          : CdsException.invalid(path, "must be an object");
    }
  }

  public String pathOf(String field) {
    return path.isEmpty() ? field : path + "." + field;
  }

  public Optional<JsonNode> optional(String field) {
    return Optional.ofNullable(node.get(field)).filter(Predicate.not(JsonNode::isNull));
  }

  JsonNode required(String field) {
    return optional(field).orElseThrow(() -> CdsException.missing(pathOf(field)));
  }

  public Optional<JsonObject> optionalObject(String field) {
    return optional(field).map(value -> new JsonObject(pathOf(field), value));
  }

  public JsonObject object(String field) {
    return new JsonObject(pathOf(field), required(field));
  }

  /** A text; a blank one counts as absent, too. */
  public Optional<String> optionalText(String field) {
    return optional(field)
        .filter(value -> !value.isTextual() || !value.textValue().isBlank())
        .map(value -> text(pathOf(field), value));
  }

  /** A text that must be one of these when it is there. */
  public Optional<String> optionalText(String field, List<String> codes) {
    Optional<String> text = optionalText(field);
    if (text.isPresent() && !codes.contains(text.get())) {
      throw CdsException.invalid(
          pathOf(field), "has a value that is none of " + String.join(", ", codes));
    }
    return text;
  }

  public String text(String field) {
    return text(pathOf(field), required(field));
  }

  /** A required text that must match a rule. */
  public String text(String field, Predicate<String> rule, String ruleInWords) {
    String value = text(field);
    if (!rule.test(value)) {
      throw CdsException.invalid(pathOf(field), ruleInWords);
    }
    return value;
  }

  /** The elements of a required array. */
  public List<JsonNode> array(String field) {
    JsonNode value = required(field);
    if (!value.isArray()) {
      throw CdsException.invalid(pathOf(field), "must be an array");
    }
    List<JsonNode> elements = new ArrayList<>();
    value.forEach(elements::add);
    return elements;
  }

  /** The elements of an array of objects; none when it is absent. */
  public List<JsonObject> objects(String field) {
    List<JsonObject> objects = new ArrayList<>();
    if (optional(field).isPresent()) {
      int index = 0;
      for (JsonNode element : array(field)) {
        if (!element.isNull()) {
          objects.add(new JsonObject(pathOf(field) + "[" + index + "]", element));
        }
        index++;
      }
    }
    return objects;
  }

  /** The elements of a required array of texts, each matching a rule. */
  public List<String> texts(String field, Predicate<String> rule, String ruleInWords) {
    List<String> texts = new ArrayList<>();
    for (JsonNode element : array(field)) {
      String elementPath = pathOf(field) + "[" + texts.size() + "]";
      String text = text(elementPath, element);
      if (!rule.test(text)) {
        throw CdsException.invalid(elementPath, ruleInWords);
      }
      texts.add(text);
    }
    return texts;
  }

  private static String text(String path, JsonNode value) {
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw CdsException.invalid(path, "must be a non-empty string");
    }
    return value.textValue();
  }
}

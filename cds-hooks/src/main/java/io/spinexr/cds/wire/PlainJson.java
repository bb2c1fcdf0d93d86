package io.spinexr.cds.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.spinexr.text.PlainDecimal;
import io.spinexr.text.PortableText;
import java.util.Map;
import java.util.Optional;

/** JSON whose texts and numbers can be kept, computed with, and written again. */
final class PlainJson {
  private PlainJson() {}

  /** Where JSON breaks which rule; the path grows on the way up. */
  private record Fault(String path, String rule) {
    private Fault in(String step) {
      boolean joined = path.isEmpty() || path.startsWith("[");
      return new Fault(step + (joined ? "" : ".") + path, rule);
    }
  }

  /**
   * @throws CdsException 400 naming the first field at fault
   */
  static JsonNode require(JsonNode json) {
    fault(json)
        .ifPresent(
            fault -> {
              throw CdsException.invalid(fault.path, fault.rule);
            });
    return json;
  }

  private static Optional<Fault> fault(JsonNode json) {
    if (json.isObject()) {
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        if (!PortableText.isPortable(field.getKey())) {
          return Optional.of(new Fault("", "the names of its fields " + PortableText.RULE));
        }
        Optional<Fault> fault = fault(field.getValue());
        if (fault.isPresent()) {
          return fault.map(inner -> inner.in(field.getKey()));
        }
      }
    }
    if (json.isArray()) {
      for (int i = 0; i < json.size(); i++) {
        Optional<Fault> fault = fault(json.get(i));
        if (fault.isPresent()) {
          String step = "[" + i + "]";
          return fault.map(inner -> inner.in(step));
        }
      }
    }
    if (json.isTextual() && !PortableText.isPortable(json.textValue())) {
      return Optional.of(new Fault("", PortableText.RULE));
    }
    return json.isBigDecimal() && !PlainDecimal.isPlain(json.decimalValue())
            || json.isBigInteger() && !PlainDecimal.isPlain(json.asText())
        ? Optional.of(new Fault("", PlainDecimal.RULE))
        : Optional.empty();
  }

  /** The same JSON with U+FFFD for each character that cannot be kept. */
  static JsonNode cleaned(JsonNode json) {
    if (json instanceof ObjectNode object) {
      ObjectNode cleaned = object.objectNode();
      object
          .properties()
          .forEach(
              field -> cleaned.set(PortableText.of(field.getKey()), cleaned(field.getValue())));
      return cleaned;
    }
    if (json instanceof ArrayNode array) {
      ArrayNode cleaned = array.arrayNode(array.size());
      array.forEach(element -> cleaned.add(cleaned(element)));
      return cleaned;
    }
    return json.isTextual() ? TextNode.valueOf(PortableText.of(json.textValue())) : json;
  }
}

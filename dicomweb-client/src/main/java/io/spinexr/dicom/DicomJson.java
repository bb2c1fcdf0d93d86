package io.spinexr.dicom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The DICOM JSON model (PS3.18 annex F), both ways. Text is Unicode, so Specific Character Set is
 * written as ISO_IR 192 and read data sets are in UTF-8. Numbers may come as JSON numbers or as
 * strings; a value under BulkDataURI is kept as that address and never fetched.
 */
public final class DicomJson {
  private static final int MAX_DEPTH = ReadLimits.DEFAULT.maxDepth();
  private static final List<String> NAME_GROUPS = List.of("Alphabetic", "Ideographic", "Phonetic");

  private DicomJson() {}

  /**
   * @param json one data set
   * @throws DicomException if it is not one, naming the attribute
   */
  public static DataSet read(JsonNode json) {
    return read(
        json,
        bad -> {
          throw bad;
        });
  }

  /**
   * @param json one data set
   * @param skipped is told of each attribute that cannot be read, here or in an item; it is left
   *     out
   * @throws DicomException if it is no data set at all
   */
  public static DataSet read(JsonNode json, Consumer<DicomException> skipped) {
    return read(json, 0, skipped);
  }

  private static DataSet read(JsonNode json, int depth, Consumer<DicomException> skipped) {
    if (!json.isObject()) {
      throw new DicomException("a data set in JSON must be an object");
    }
    if (depth > MAX_DEPTH) {
      throw new DicomException(
          "the data set in JSON is nested deeper than the limit of %d sequences"
              .formatted(MAX_DEPTH));
    }
    DataSet.Builder dataSet = DataSet.builder();
    for (Map.Entry<String, JsonNode> property : json.properties()) {
      try {
        int tag = tag(property.getKey());
        // In JSON text is Unicode already: what the file used does not matter any more.
        if (tag == Tag.SpecificCharacterSet) {
          dataSet.put(tag, "ISO_IR 192");
        } else if (tag >>> 16 != 2) {
          dataSet.put(element(tag, property.getValue(), depth, skipped));
        }
      } catch (DicomException e) {
        skipped.accept(e);
      }
    }
    return dataSet.build();
  }

  private static int tag(String name) {
    if (!name.matches("[0-9A-Fa-f]{8}")) {
      throw new DicomException("a data set in JSON has a property that is no tag of 8 digits");
    }
    return Integer.parseUnsignedInt(name, 16);
  }

  private static Element element(
      int tag, JsonNode json, int depth, Consumer<DicomException> skipped) {
    if (!json.isObject()) {
      throw malformed(tag, "something else than an object");
    }
    VR vr = vr(tag, json.path("vr").asText());
    if (json.has("BulkDataURI")) {
      return new Element(tag, vr, new Value.BulkData(json.get("BulkDataURI").asText()));
    }
    if (json.has("InlineBinary")) {
      return new Element(tag, vr, binary(tag, json.get("InlineBinary")));
    }
    List<JsonNode> values = values(json.path("Value"));
    return switch (vr.kind()) {
      case SEQUENCE ->
          new Element(
              tag,
              vr,
              new Value.Items(
                  values.stream()
                      .map(
                          item ->
                              item.isNull()
                                  ? DataSet.builder().build()
                                  : read(item, depth + 1, skipped))
                      .toList()));
      case NUMBER -> new Element(tag, vr, numbers(tag, vr, values));
      case BINARY -> {
        if (!values.isEmpty()) {
          throw malformed(tag, "a Value, but its vr is binary");
        }
        yield new Element(tag, vr, raw(ByteBuffer.allocate(0)));
      }
      default -> new Element(tag, vr, new Value.Text(texts(tag, vr, values)));
    };
  }

  /** Some archives write it in lower case, or leave out what the standard knows anyway. */
  private static VR vr(int tag, String name) {
    return VR.of(name.strip().toUpperCase(Locale.ROOT))
        .or(() -> Optional.of(DataDictionary.vr(tag, false)).filter(known -> known != VR.UN))
        .orElseThrow(() -> malformed(tag, "no known vr"));
  }

  /** Some archives leave out the array around a single value. */
  private static List<JsonNode> values(JsonNode json) {
    if (json.isArray()) {
      return StreamSupport.stream(json.spliterator(), false).toList();
    }
    return json.isMissingNode() || json.isNull() ? List.of() : List.of(json);
  }

  private static Value binary(int tag, JsonNode json) {
    try {
      return raw(ByteBuffer.wrap(Base64.getMimeDecoder().decode(json.asText())));
    } catch (IllegalArgumentException e) {
      throw malformed(tag, "an InlineBinary that is not Base64");
    }
  }

  private static Value raw(ByteBuffer bytes) {
    return new Value.Raw(bytes, ByteOrder.LITTLE_ENDIAN, DicomCharset.UTF_8);
  }

  private static Value numbers(int tag, VR vr, List<JsonNode> values) {
    List<Number> numbers = new ArrayList<>();
    for (JsonNode value : values) {
      if (value.isNull() || value.asText().isBlank() && value.isTextual()) {
        continue;
      }
      try {
        numbers.add(number(vr, Numbers.requireShort(value.asText())));
      } catch (NumberFormatException e) {
        throw malformed(tag, "a Value that is no number");
      }
    }
    return raw(Numbers.encode(tag, vr, numbers));
  }

  private static Number number(VR vr, String text) {
    return switch (vr) {
      case AT -> Long.valueOf(text, 16);
      case FL, FD -> Double.valueOf(infinite(text));
      default -> new BigDecimal(text);
    };
  }

  /** PS3.18 F.2.2 has NaN, inf and -inf as strings. */
  private static String infinite(String text) {
    return text.replaceFirst("^(-?)inf$", "$1Infinity");
  }

  /** Read as in a file, because some archives send values with a file's padding and backslashes. */
  private static List<String> texts(int tag, VR vr, List<JsonNode> values) {
    return Element.values(
        vr, values.stream().map(v -> text(tag, vr, v)).collect(Collectors.joining("\\")));
  }

  private static String text(int tag, VR vr, JsonNode value) {
    if (value.isNull()) {
      return "";
    }
    if (value.isObject() && vr == VR.PN) {
      return personName(value);
    }
    if (!value.isTextual() && !value.isNumber()) {
      throw malformed(tag, "a Value that is no text");
    }
    return value.asText();
  }

  private static String personName(JsonNode groups) {
    List<String> parts = NAME_GROUPS.stream().map(name -> groups.path(name).asText()).toList();
    String name = String.join("=", parts);
    int end = name.length();
    while (end > 0 && name.charAt(end - 1) == '=') {
      end--;
    }
    return name.substring(0, end);
  }

  private static DicomException malformed(int tag, String what) {
    return new DicomException(Tag.describe(tag) + " in JSON has " + what);
  }

  /**
   * The data set in JSON. Encapsulated pixel data is left out, as JSON cannot hold it.
   *
   * @throws DicomException if a value is damaged
   */
  public static ObjectNode write(DataSet dataSet) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    for (Element element : dataSet.elements()) {
      if (!(element.value() instanceof Value.Fragments)) {
        json.set("%08X".formatted(element.tag()), write(element));
      }
    }
    return json;
  }

  private static ObjectNode write(Element element) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("vr", element.vr().name());
    if (element.value() instanceof Value.BulkData bulk) {
      json.put("BulkDataURI", bulk.uri());
    } else if (element.value() instanceof Value.Items items) {
      ArrayNode values = json.putArray("Value");
      items.items().forEach(item -> values.add(write(item)));
    } else if (element.vr().kind() == VR.Kind.BINARY) {
      writeBinary((Value.Raw) element.value(), element.vr(), json);
    } else if (element.tag() == Tag.SpecificCharacterSet) {
      json.putArray("Value").add("ISO_IR 192");
    } else {
      writeValues(element, json);
    }
    return json;
  }

  private static void writeBinary(Value.Raw raw, VR vr, ObjectNode json) {
    ByteBuffer bytes = raw.view();
    if (!bytes.hasRemaining()) {
      return;
    }
    byte[] littleEndian = new byte[bytes.remaining()];
    bytes.get(littleEndian);
    if (raw.order() == ByteOrder.BIG_ENDIAN) {
      swap(littleEndian, vr.unit());
    }
    json.put("InlineBinary", Base64.getEncoder().encodeToString(littleEndian));
  }

  private static void swap(byte[] bytes, int unit) {
    for (int start = 0; start + unit <= bytes.length; start += unit) {
      for (int low = start, high = start + unit - 1; low < high; low++, high--) {
        byte swapped = bytes[low];
        bytes[low] = bytes[high];
        bytes[high] = swapped;
      }
    }
  }

  private static void writeValues(Element element, ObjectNode json) {
    VR vr = element.vr();
    if (vr.kind() == VR.Kind.NUMBER) {
      List<Number> numbers = element.numbers();
      if (!numbers.isEmpty()) {
        ArrayNode values = json.putArray("Value");
        numbers.forEach(number -> add(values, vr, number));
      }
      return;
    }
    List<String> texts = element.strings();
    if (!texts.isEmpty()) {
      ArrayNode values = json.putArray("Value");
      texts.forEach(text -> add(values, element, text));
    }
  }

  private static void add(ArrayNode values, VR vr, Number number) {
    if (vr == VR.AT) {
      values.add("%08X".formatted(number.intValue()));
    } else if (number instanceof Double || number instanceof Float) {
      double value = number.doubleValue();
      if (Double.isFinite(value)) {
        values.add(new BigDecimal(number.toString()));
      } else {
        values.add(number.toString().replace("Infinity", "inf"));
      }
    } else {
      values.add(new BigDecimal(number.toString()));
    }
  }

  private static void add(ArrayNode values, Element element, String text) {
    if (text.isEmpty()) {
      values.addNull();
      return;
    }
    switch (element.vr()) {
      case PN -> values.add(personName(text));
      case DS, IS -> {
        try {
          values.add(new BigDecimal(text));
        } catch (NumberFormatException e) {
          throw new DicomException(Tag.describe(element.tag()) + " is not a number", e);
        }
      }
      default -> values.add(text);
    }
  }

  private static ObjectNode personName(String text) {
    ObjectNode groups = JsonNodeFactory.instance.objectNode();
    String[] parts = text.split("=", 3);
    for (int i = 0; i < parts.length; i++) {
      if (!parts[i].isEmpty()) {
        groups.put(NAME_GROUPS.get(i), parts[i]);
      }
    }
    return groups;
  }
}

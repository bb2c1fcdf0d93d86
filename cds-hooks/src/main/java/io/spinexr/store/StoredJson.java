package io.spinexr.store;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Locale;

/**
 * JSON in the database. It outlives the code that wrote it: every document says its format, and
 * every format that was ever written can be read. A document without a format is of format 1, as
 * the first version wrote it. A field may be added within a format, because what is not known is
 * left alone; anything else is a new format, and the version before must be able to read it
 * already.
 */
public final class StoredJson {
  /** In characters; a picture of 50 MB, the most that can be configured, has 67 million. */
  private static final int LONGEST_TEXT = 100_000_000;

  public static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxStringLength(LONGEST_TEXT).build())
                  .build())
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  private StoredJson() {}

  /**
   * @throws IllegalStateException if it is no JSON
   */
  static JsonNode parse(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw unreadable("is no JSON", e);
    }
  }

  static int format(JsonNode document) {
    return document.path("format").asInt(1);
  }

  static <T> T read(JsonNode document, Class<T> type) {
    try {
      return MAPPER.treeToValue(document, type);
    } catch (JsonProcessingException e) {
      throw unreadable("is no " + type.getSimpleName(), e);
    }
  }

  static String write(Object document) {
    try {
      return MAPPER.writeValueAsString(document);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value of this project has no JSON form", e);
    }
  }

  /** A part of a document. */
  static JsonNode tree(Object part) {
    return MAPPER.valueToTree(part);
  }

  /** A constant as JSON and columns hold it, unless it says itself how it is written. */
  static String code(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /**
   * The other way round, with or without hyphens, in lower case or as the first version wrote it.
   */
  static <E extends Enum<E>> E constant(Class<E> type, String code) {
    return Enum.valueOf(type, code.toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  static IllegalStateException newer(int format) {
    return new IllegalStateException(
        "the database holds a document of format %d, which a newer version of SpineXR wrote; run that version"
            .formatted(format));
  }

  /** Without the cause's message, which quotes the document. */
  private static IllegalStateException unreadable(String what, JsonProcessingException cause) {
    IllegalStateException failure =
        new IllegalStateException("a document in the database cannot be read: it " + what);
    failure.setStackTrace(cause.getStackTrace());
    return failure;
  }
}

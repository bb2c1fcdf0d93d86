package io.spinexr.cds.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;

/** How this package reads and writes JSON. */
public final class Json {
  /** Deeper than any order or patient, shallow enough for recursive readers. */
  private static final int MAX_NESTING = 100;

  /** To read more digits takes time with the square of their count. */
  private static final int MAX_NUMBER = 128;

  /** A complaint repeats them. */
  private static final int MAX_NAME = 256;

  private static final ObjectMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_NESTING)
                          .maxNumberLength(MAX_NUMBER)
                          .maxNameLength(MAX_NAME)
                          .build())
                  .build())
          // A field given twice has two meanings; a patient must have one.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          // A draft order goes back to the EHR with every decimal as it came.
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .addModule(new JavaTimeModule())
          .build();

  private Json() {}

  /**
   * What somebody asks for.
   *
   * @throws CdsException 400 with the field or the position of the fault
   */
  public static JsonNode readRequest(byte[] body) {
    return PlainJson.require(read(body));
  }

  /**
   * What another server answered: a character that cannot be kept is no reason to do without it.
   *
   * @throws CdsException 400 with the field or the position of the fault
   */
  public static JsonNode readAnswer(byte[] body) {
    return PlainJson.require(PlainJson.cleaned(read(body)));
  }

  /**
   * @throws CdsException 400 with the position of the fault
   */
  public static JsonNode read(byte[] body) {
    try {
      JsonNode node = MAPPER.readTree(body);
      if (node == null || node.isMissingNode()) {
        throw CdsException.malformed("the body is empty, but must be a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw CdsException.malformed(
          e.getLocation() == null
              ? "the body is malformed JSON"
              : "the body is malformed JSON at line %d, column %d"
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
    } catch (NumberFormatException e) {
      throw CdsException.malformed(
          "the body is malformed JSON: the exponent of a number is too long");
    } catch (IOException e) {
      throw CdsException.malformed("the body is not JSON in UTF-8");
    }
  }

  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}

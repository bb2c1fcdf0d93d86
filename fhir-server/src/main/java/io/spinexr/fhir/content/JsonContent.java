package io.spinexr.fhir.content;

import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.spinexr.text.PlainDecimal;
import io.spinexr.text.PortableText;
import java.io.IOException;
import java.nio.CharBuffer;

/** What JSON may hold, wherever it stands in a body. */
final class JsonContent {
  /** Deeper than any resource in a Bundle, shallow enough for recursive readers. */
  static final int MAX_DEPTH = 100;

  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(Integer.MAX_VALUE)
                  .build())
          // A field given twice has two meanings.
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  private JsonContent() {}

  /**
   * @throws InvalidRequestException with the position of what may not be there
   */
  static void check(byte[] body) {
    try (JsonParser json = FACTORY.createParser(body)) {
      int depth = 0;
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        check(json, token);
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth == 0 && json.nextToken() != null) {
          throw at(json.currentTokenLocation(), "nothing may follow the JSON value");
        }
      }
    } catch (JsonProcessingException e) {
      // The parser's own words would quote the body.
      throw at(
          e.getLocation(), "the body must be JSON, nested at most %d deep".formatted(MAX_DEPTH));
    } catch (IOException e) {
      throw new InvalidRequestException("the body must be JSON in UTF-8");
    }
  }

  private static void check(JsonParser json, JsonToken token) throws IOException {
    if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
      CharSequence text =
          CharBuffer.wrap(json.getTextCharacters(), json.getTextOffset(), json.getTextLength());
      if (token == JsonToken.FIELD_NAME && text.isEmpty()) {
        throw at(json.currentTokenLocation(), "a field must have a name");
      }
      if (!PortableText.isPortable(text)) {
        throw at(json.currentTokenLocation(), XmlContent.UNFIT);
      }
      if (!PlainDecimal.isReadable(text)) {
        throw at(json.currentTokenLocation(), "a number " + PlainDecimal.RULE);
      }
    } else if (token.isNumeric() && !PlainDecimal.isPlain(json.getText())) {
      throw at(json.currentTokenLocation(), "a number " + PlainDecimal.RULE);
    }
  }

  private static InvalidRequestException at(JsonLocation place, String rule) {
    return new InvalidRequestException(
        place == null
            ? rule
            : "line %d, column %d: %s".formatted(place.getLineNr(), place.getColumnNr(), rule));
  }
}

package io.spinexr.dicomweb;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.DicomJson;
import io.spinexr.dicomweb.http.ArchiveConnection.Answer;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.dicomweb.message.MediaType;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** Reads data sets in JSON (PS3.18 annex F), and counts what it has to leave out. */
final class JsonAnswers {
  /** Does not close a body, which is read on to its end. */
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
          .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
          .build();

  private final LongAdder skippedAttributes = new LongAdder();
  private final LongAdder skippedRecords = new LongAdder();

  Skipped skipped() {
    return new Skipped(skippedAttributes.sum(), skippedRecords.sum());
  }

  void skipRecord() {
    skippedRecords.increment();
  }

  /** One data set per element of an array; an element that is none becomes an empty one. */
  List<DataSet> list(Answer answer) throws IOException {
    List<DataSet> dataSets = new ArrayList<>();
    try (JsonParser parser = parser(answer)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw malformed("the answer is no JSON array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken() == null) {
          throw malformed("the answer is a JSON array without an end");
        }
        dataSets.add(dataSet(JSON.readTree(parser)));
      }
      if (parser.nextToken() != null) {
        throw malformed("the answer is more than one JSON array");
      }
      return dataSets;
    } catch (JsonProcessingException e) {
      // The parser's own words would quote the answer.
      throw malformed("the answer is no JSON");
    }
  }

  private DataSet dataSet(JsonNode json) {
    if (!json.isObject()) {
      return DataSet.builder().build();
    }
    return DicomJson.read(json, bad -> skippedAttributes.increment());
  }

  /**
   * The only data set of an answer.
   *
   * @throws DicomException if it is none
   */
  static DataSet single(Answer answer) throws IOException {
    try (JsonParser parser = parser(answer)) {
      return DicomJson.read(JSON.readTree(parser));
    } catch (JsonProcessingException e) {
      throw new DicomException("the answer is no JSON");
    }
  }

  private static JsonParser parser(Answer answer) throws IOException {
    Charset charset = charset(answer.contentType());
    return charset.equals(StandardCharsets.UTF_8)
        ? JSON.createParser(answer.body())
        : JSON.createParser(new InputStreamReader(answer.body(), charset));
  }

  private static Charset charset(MediaType type) {
    try {
      return type.parameter("charset").map(Charset::forName).orElse(StandardCharsets.UTF_8);
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return StandardCharsets.UTF_8;
    }
  }

  private static DicomWebException malformed(String message) {
    return new DicomWebException(Kind.MALFORMED, message);
  }
}

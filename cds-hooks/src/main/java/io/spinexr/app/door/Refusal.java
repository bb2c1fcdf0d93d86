package io.spinexr.app.door;

import io.spinexr.cds.wire.Json;
import io.spinexr.cds.wire.OperationOutcome;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Why a request is not served.
 *
 * @param status HTTP status
 * @param code FHIR issue type (http://hl7.org/fhir/R4/valueset-issue-type.html)
 * @param sentence what was wrong and what to do; never anything that the request said
 * @param headers of the answer
 */
public record Refusal(int status, String code, String sentence, Map<String, String> headers) {
  Refusal(int status, String code, String sentence) {
    this(status, code, sentence, Map.of());
  }

  /** For now only: the same request may be served in a second. */
  static Refusal forNow(int status, String sentence) {
    return new Refusal(status, "throttled", sentence, Map.of("Retry-After", "1"));
  }

  /** Answers in the words of the endpoint: an OperationOutcome, or the sentence. */
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    Endpoint endpoint = Endpoint.of(request);
    response.setStatus(status);
    headers.forEach(response::setHeader);
    response.setContentType(endpoint.mediaType());
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response
        .getWriter()
        .println(
            endpoint == Endpoint.OTHER
                ? sentence
                : Json.write(OperationOutcome.of(code, sentence)));
  }
}

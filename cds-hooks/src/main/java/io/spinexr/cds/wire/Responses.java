package io.spinexr.cds.wire;

import io.spinexr.fhir.guard.DatabaseOutage;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Values and failures as HTTP responses. */
public final class Responses {
  private static final Logger LOG = LoggerFactory.getLogger(Responses.class);

  private Responses() {}

  /** 200 with the value as JSON, or the error that kept it from being made. */
  public static Response of(Supplier<Object> value) {
    return answer(() -> json(200, value.get()));
  }

  /** The answer, or the error that kept it from being made. */
  public static Response answer(Supplier<Response> answer) {
    try {
      return answer.get();
    } catch (CdsException e) {
      return json(e.status(), OperationOutcome.of(List.of(e)));
    } catch (RuntimeException e) {
      if (DatabaseOutage.caused(e)) {
        LOG.error("A request failed: the database does not answer");
        return json(503, OperationOutcome.of("transient", DatabaseOutage.SENTENCE));
      }
      LOG.error("A request failed", WithoutMessages.of(e));
      return json(500, OperationOutcome.of("exception", "the server failed; its log says where"));
    }
  }

  public static Response json(int status, Object body) {
    return Response.status(status)
        .entity(Json.write(body))
        .type(MediaType.APPLICATION_JSON_TYPE)
        .build();
  }
}

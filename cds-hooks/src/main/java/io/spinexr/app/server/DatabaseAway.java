package io.spinexr.app.server;

import io.spinexr.fhir.guard.DatabaseOutage;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.glassfish.jersey.spi.ExtendedExceptionMapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** 503 with a sentence, for people and for programs, while the database does not answer. */
final class DatabaseAway implements ExtendedExceptionMapper<RuntimeException> {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseAway.class);
  private static final int RETRY_AFTER_SECONDS = 30;

  @Context
  @SuppressWarnings("NullAway.Init") // Jersey injects it
  private HttpHeaders request;

  @Override
  public boolean isMappable(RuntimeException failure) {
    return DatabaseOutage.caused(failure);
  }

  @Override
  public Response toResponse(RuntimeException failure) {
    LOG.error("a request failed: the database does not answer");
    Response.ResponseBuilder answer =
        Response.status(503).header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS);
    boolean page =
        request.getAcceptableMediaTypes().stream().anyMatch(MediaType.TEXT_HTML_TYPE::equals);
    return page
        ? answer
            .type(MediaType.TEXT_HTML_TYPE.withCharset("utf-8"))
            .entity(
                "<!DOCTYPE html><html lang=\"en\"><title>Not available - SpineXR</title><p>"
                    + DatabaseOutage.SENTENCE)
            .build()
        : answer
            .type(MediaType.APPLICATION_JSON)
            .entity(Map.of("problem", DatabaseOutage.SENTENCE))
            .build();
  }
}

package io.spinexr.cds;

import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP face of CDS Hooks 2.0: discovery, calls, feedback. */
@Path("/cds-services")
@Produces(MediaType.APPLICATION_JSON)
public final class CdsServicesResource {
  private static final Logger LOG = LoggerFactory.getLogger(CdsServicesResource.class);

  private final long maxBody;
  private final Duration budget;
  private final RequestReader requestReader;
  private final CdsAnswers answers;
  private final CdsMetrics metrics;

  CdsServicesResource(
      CdsProperties properties,
      RequestReader requestReader,
      CdsAnswers answers,
      CdsMetrics metrics) {
    this.maxBody = properties.maxBody().toBytes();
    this.budget = properties.budget();
    this.requestReader = requestReader;
    this.answers = answers;
    this.metrics = metrics;
  }

  /** Discovery: which services there are, for which hooks, and what they want prefetched. */
  @GET
  public String services() {
    return Json.write(Map.of("services", CdsService.ALL));
  }

  /** One call of a service. */
  @POST
  @Path("{id}")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response call(
      @PathParam("id") String id, InputStream body, @Context ContainerRequestContext http) {
    long start = CdsFilter.receivedAt(http);
    Response response =
        respond(
            () -> {
              CdsService service = CdsService.withId(id);
              CdsRequest request = requestReader.read(service, Json.read(read(body, http)));
              return answers.answer(
                  service, request, Optional.empty(), Deadline.after(start, budget));
            });
    metrics.answered(
        CdsService.ALL.stream().anyMatch(s -> s.id().equals(id)) ? id : "unknown",
        response.getStatus(),
        Duration.ofNanos(System.nanoTime() - start));
    return response;
  }

  private byte[] read(InputStream body, ContainerRequestContext http) {
    if (http.getLength() > maxBody) {
      throw CdsException.tooLarge(maxBody);
    }
    try {
      byte[] bytes = body.readNBytes((int) maxBody + 1);
      if (bytes.length > maxBody) {
        throw CdsException.tooLarge(maxBody);
      }
      return bytes;
    } catch (IOException e) {
      throw CdsException.malformed("the body ended before it was complete");
    }
  }

  private static Response respond(Supplier<Object> answer) {
    try {
      return Response.ok(Json.write(answer.get())).build();
    } catch (CdsException e) {
      return Response.status(e.status()).entity(OperationOutcome.of(e).json()).build();
    } catch (RuntimeException e) {
      LOG.error("A CDS Hooks request failed", WithoutMessages.of(e));
      return Response.serverError()
          .entity(OperationOutcome.of("exception", "the server failed; its log says where").json())
          .build();
    }
  }
}

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
import java.util.List;
import java.util.Map;

/** The HTTP face of CDS Hooks 2.0: discovery, calls, feedback. */
@Path("/cds-services")
@Produces(MediaType.APPLICATION_JSON)
public final class CdsServicesResource {
  private final long maxBody;
  private final Duration budget;
  private final RequestReader requestReader;
  private final CdsAnswers answers;
  private final FeedbackStore feedback;
  private final CdsMetrics metrics;

  CdsServicesResource(
      CdsProperties properties,
      RequestReader requestReader,
      CdsAnswers answers,
      FeedbackStore feedback,
      CdsMetrics metrics) {
    this.maxBody = properties.maxBody().toBytes();
    this.budget = properties.budget();
    this.requestReader = requestReader;
    this.answers = answers;
    this.feedback = feedback;
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
        Responses.of(
            () -> {
              CdsService service = CdsService.withId(id);
              CdsRequest request = requestReader.read(service, Json.read(read(body, http)));
              return answers.answer(
                  service,
                  request,
                  ClientAuthentication.client(http),
                  Deadline.after(start, budget));
            });
    metrics.answered(
        CdsService.ALL.stream().anyMatch(s -> s.id().equals(id)) ? id : "unknown",
        response.getStatus(),
        Duration.ofNanos(System.nanoTime() - start));
    return response;
  }

  /** What became of cards: one or many, new or repeated. */
  @POST
  @Path("{id}/feedback")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response feedback(
      @PathParam("id") String id, InputStream body, @Context ContainerRequestContext http) {
    return Responses.of(
        () -> {
          CdsService service = CdsService.withId(id);
          List<Feedback> entries = Feedback.read(Json.read(read(body, http)));
          feedback.save(service, entries);
          metrics.feedback(entries);
          return Map.of();
        });
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
}

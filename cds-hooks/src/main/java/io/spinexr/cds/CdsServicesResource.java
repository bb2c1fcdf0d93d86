package io.spinexr.cds;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.audit.AuditTrail;
import io.spinexr.audit.AuditUnavailableException;
import io.spinexr.audit.AuditedAct;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.cds.feedback.Feedback;
import io.spinexr.cds.feedback.FeedbackStore;
import io.spinexr.cds.request.CdsRequest;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.RequestReader;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.cds.token.ClientAuthentication;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.CdsFilter;
import io.spinexr.cds.wire.Deadline;
import io.spinexr.cds.wire.Json;
import io.spinexr.cds.wire.OperationOutcome;
import io.spinexr.cds.wire.RequestBody;
import io.spinexr.cds.wire.Responses;
import io.spinexr.order.ImagingOrder;
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
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The HTTP face of CDS Hooks 2.0: discovery, calls, feedback. */
@Path("/cds-services")
@Produces(MediaType.APPLICATION_JSON)
public final class CdsServicesResource {
  private static final Logger LOG = LoggerFactory.getLogger(CdsServicesResource.class);

  private static final String UNKNOWN_CLIENT = "a client that is not asked who it is";

  private final RequestBody body;
  private final Duration budget;
  private final RequestReader requestReader;
  private final CdsAnswers answers;
  private final FeedbackStore feedback;
  private final WrongPatients wrongPatients;
  private final AuditTrail audit;
  private final CdsMetrics metrics;

  CdsServicesResource(
      CdsProperties properties,
      RequestReader requestReader,
      CdsAnswers answers,
      FeedbackStore feedback,
      WrongPatients wrongPatients,
      AuditTrail audit,
      CdsMetrics metrics) {
    this.body = new RequestBody((int) properties.maxBody().toBytes());
    this.budget = properties.budget();
    this.requestReader = requestReader;
    this.answers = answers;
    this.feedback = feedback;
    this.wrongPatients = wrongPatients;
    this.audit = audit;
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
      @PathParam("id") String id, InputStream sent, @Context ContainerRequestContext http) {
    long start = CdsFilter.receivedAt(http);
    Response response =
        Responses.of(
            () -> {
              CdsService.requireExists(id);
              JsonNode json = Json.readRequest(body.read(sent));
              CdsService service = CdsService.called(id, json);
              CdsRequest request = requestReader.read(service, json);
              Optional<CdsProperties.Client> client = ClientAuthentication.client(http);
              Deadline deadline = Deadline.after(start, budget);
              return answers.answer(
                  service, request, client, audit.begin(act(request, client)), deadline);
            });
    metrics.answered(
        CdsService.exists(id) ? id : "unknown",
        response.getStatus(),
        Duration.ofNanos(System.nanoTime() - start));
    return response;
  }

  private static AuditedAct act(CdsRequest request, Optional<CdsProperties.Client> client) {
    String source = request.source(client);
    return new AuditedAct(
        Action.READ,
        request.context().user().map(user -> user + " of " + source).orElse(source),
        Optional.of(ImagingOrder.patientReference(source, request.context().patientId())),
        "cards for " + request.hook().wireName(),
        "",
        true);
  }

  /**
   * What became of cards: one or many, new or repeated. Clients do not send feedback again, so an
   * entry that cannot be taken keeps no other from being taken: the answer is 200 and names the
   * refused ones, or 400 when all of them are.
   */
  @POST
  @Path("{id}/feedback")
  @Consumes(MediaType.APPLICATION_JSON)
  public Response feedback(
      @PathParam("id") String id, InputStream sent, @Context ContainerRequestContext http) {
    return Responses.answer(
        () -> {
          CdsService.requireExists(id);
          Feedback.Received received = Feedback.read(Json.read(body.read(sent)));
          Optional<String> client =
              ClientAuthentication.client(http).map(CdsProperties.Client::name);
          try {
            audit.record(
                new AuditedAct(
                    Action.CREATE,
                    client.orElse(UNKNOWN_CLIENT),
                    Optional.empty(),
                    "feedback on cards "
                        + received.taken().stream()
                            .map(entry -> entry.card().toString())
                            .collect(Collectors.joining(" ")),
                    "",
                    true));
          } catch (AuditUnavailableException e) {
            throw CdsException.unavailable("feedback", "was not kept: " + e.getMessage());
          }
          feedback.save(id, client, received.taken());
          metrics.feedback(received.taken());
          if (!wrongPatients.hide()
              && received.taken().stream().anyMatch(Feedback::saysWrongPatient)) {
            throw CdsException.unavailable(
                "feedback", "was kept, but a study could not be hidden yet; please send it again");
          }
          List<CdsException> refused = received.refused();
          if (refused.isEmpty()) {
            return Responses.json(200, Map.of());
          }
          LOG.warn(
              "{} of {} feedback entries were refused, the first because {}",
              refused.size(),
              refused.size() + received.taken().size(),
              refused.get(0).getMessage());
          return Responses.json(
              received.taken().isEmpty() ? 400 : 200, OperationOutcome.of(refused));
        });
  }
}

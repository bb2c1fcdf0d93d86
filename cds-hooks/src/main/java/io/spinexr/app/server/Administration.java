package io.spinexr.app.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.access.Person;
import io.spinexr.access.Visit;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.Json;
import io.spinexr.erasure.Erasure;
import io.spinexr.erasure.UnclearPatientException;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.server.Subscribers;
import io.spinexr.finding.ImageId;
import io.spinexr.outcome.Withdrawals;
import io.spinexr.replay.Traces;
import io.spinexr.service.AnalysisService;
import io.spinexr.service.Failed;
import io.spinexr.state.Dispute.Decision;
import io.spinexr.study.PatientIdentifier;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an operator or another system may do to results and patients. Every call says why. {@code
 * by} is who is signed in; where nobody signs in it names who decided, and is {@code
 * unauthenticated} without it.
 */
@Path("/admin")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class Administration {
  private static final int MAX_BODY = 16 * 1024;
  private static final ObjectMapper JSON = new JsonMapper();

  private final AnalysisService analyses;
  private final Subscribers subscribers;
  private final String activeSet;
  private final Backups backups;
  private final Traces traces;

  /** Jersey puts the request of the thread there. */
  @Context private @Nullable HttpServletRequest request;

  /**
   * @param activeSet of which a result is withdrawn when no set is named
   */
  Administration(
      AnalysisService analyses,
      Subscribers subscribers,
      String activeSet,
      Backups backups,
      Traces traces) {
    this.analyses = analyses;
    this.subscribers = subscribers;
    this.activeSet = activeSet;
    this.backups = backups;
    this.traces = traces;
  }

  record Withdrawal(@Nullable String modelSet, @Nullable String reason, @Nullable String by) {}

  record Reason(@Nullable String reason, @Nullable String by) {}

  record Verdict(@Nullable String decision, @Nullable String by) {}

  record Identifier(@Nullable String system, @Nullable String value) {
    private PatientIdentifier identifier() {
      return new PatientIdentifier(stated(system), stated(value));
    }
  }

  record OptOut(
      @Nullable String system,
      @Nullable String value,
      @Nullable String reason,
      @Nullable String by) {
    private PatientIdentifier identifier() {
      return new Identifier(system, value).identifier();
    }
  }

  record Merge(
      @Nullable Identifier retired,
      @Nullable Identifier surviving,
      @Nullable String reason,
      @Nullable String by) {}

  record Subscriber(
      @Nullable String criteria,
      @Nullable String endpoint,
      @Nullable List<String> headers,
      @Nullable String reason,
      @Nullable String by) {}

  record Ending(@Nullable String by) {}

  record Retry(@Nullable String study) {}

  record GivenUp(String study, String reason, @Nullable String failedAt) {}

  record Failures(List<GivenUp> analyses, List<Failed.Delivery> deliveries) {}

  record Erase(
      @Nullable String system,
      @Nullable String value,
      @Nullable String reason,
      @Nullable String by,
      @Nullable Boolean dryRun) {}

  /** Withdraws one study's result: {@code {"reason": "...", "modelSet": "...", "by": "..."}}. */
  @POST
  @Path("studies/{study}/withdraw")
  public Response withdraw(@PathParam("study") String study, InputStream body) {
    return answer(
        () -> {
          Withdrawal asked = read(body, Withdrawal.class);
          boolean withdrawn =
              analyses
                  .withdrawals()
                  .withdraw(
                      ImageId.requireUid("StudyInstanceUID", study),
                      Objects.requireNonNullElse(asked.modelSet(), activeSet),
                      stated(asked.reason()),
                      by(asked.by()));
          return withdrawn
              ? ok(Map.of("withdrawn", 1))
              : problem(
                  404, "there is no result of this study and model set that is not withdrawn");
        });
  }

  /** Decides a dispute: {@code {"decision": "confirmed"}} or {@code "withdrawn"}. */
  @POST
  @Path("studies/{study}/identity")
  public Response decide(@PathParam("study") String study, InputStream body) {
    return answer(
        () -> {
          Verdict asked = read(body, Verdict.class);
          Decision decision = Decision.of(stated(asked.decision()));
          boolean decided =
              analyses
                  .disputes()
                  .decide(ImageId.requireUid("StudyInstanceUID", study), decision, by(asked.by()));
          return decided
              ? ok(Map.of("decision", decision.code()))
              : problem(404, "nobody disputes whose images these are");
        });
  }

  /** Withdraws every result of a model set, for good: {@code {"reason": "..."}}. */
  @POST
  @Path("model-sets/{set}/recall")
  public Response recall(@PathParam("set") String set, InputStream body) {
    return answer(
        () -> {
          Reason asked = read(body, Reason.class);
          return analyses
              .withdrawals()
              .recall(set, stated(asked.reason()), by(asked.by()))
              .map(count -> ok(Map.of("withdrawn", count)))
              .orElseGet(() -> problem(404, "there is no such model set"));
        });
  }

  /** Stops showing a model set's results at once: {@code {"reason": "..."}}. */
  @POST
  @Path("model-sets/{set}/hide")
  public Response hide(@PathParam("set") String set, InputStream body) {
    return answer(
        () -> {
          Reason asked = read(body, Reason.class);
          return shown(
              analyses.withdrawals().hide(set, stated(asked.reason()), by(asked.by())), false);
        });
  }

  /** Shows them again: {@code {}}. */
  @POST
  @Path("model-sets/{set}/show")
  public Response show(@PathParam("set") String set, InputStream body) {
    return answer(
        () -> shown(analyses.withdrawals().show(set, by(read(body, Reason.class).by())), true));
  }

  /**
   * Two identifiers are one person's: {@code {"retired": {"system", "value"}, "surviving": {...},
   * "reason": "..."}}.
   */
  @POST
  @Path("patients/merge")
  public Response merge(InputStream body) {
    return answer(
        () -> {
          Merge asked = read(body, Merge.class);
          if (asked.retired() == null || asked.surviving() == null) {
            throw new IllegalArgumentException(
                "retired and surviving must each have a system and a value");
          }
          return ok(
              Map.of(
                  "merged",
                  analyses
                      .patientChanges()
                      .merge(
                          asked.retired().identifier(),
                          asked.surviving().identifier(),
                          stated(asked.reason()),
                          by(asked.by()))
                      .name()
                      .toLowerCase(Locale.ROOT)
                      .replace('_', '-')));
        });
  }

  /** A patient does not want AI: {@code {"system", "value", "reason"}}. */
  @POST
  @Path("patients/opt-out")
  public Response optOut(InputStream body) {
    return answer(
        () -> {
          OptOut asked = read(body, OptOut.class);
          analyses
              .patientPrivacy()
              .optOut(asked.identifier(), stated(asked.reason()), by(asked.by()));
          return ok(Map.of("optedOut", true));
        });
  }

  /** Ends whatever keeps the AI away from a patient: {@code {"system", "value"}}. */
  @POST
  @Path("patients/opt-in")
  public Response optIn(InputStream body) {
    return answer(
        () -> {
          OptOut asked = read(body, OptOut.class);
          return analyses.patientPrivacy().optIn(asked.identifier(), by(asked.by()))
              ? ok(Map.of("optedOut", false))
              : problem(404, "nothing is known that keeps the AI away from this patient");
        });
  }

  /**
   * Erases a patient: {@code {"system", "value", "reason"}}; with {@code "dryRun": true} it only
   * counts what there is.
   */
  @POST
  @Path("patients/erase")
  public Response erase(InputStream body) {
    return answer(
        () -> {
          Erase asked = read(body, Erase.class);
          PatientIdentifier patient = new Identifier(asked.system(), asked.value()).identifier();
          if (Boolean.TRUE.equals(asked.dryRun())) {
            return ok(Map.of("found", analyses.erasures().count(patient)));
          }
          return analyses
              .erasures()
              .erase(patient, stated(asked.reason()), by(asked.by()))
              .map(erasure -> Response.accepted(told(erasure)).build())
              .orElseGet(() -> problem(404, "nothing is known of a patient with this identifier"));
        });
  }

  /** The records of all erasures, the last first. */
  @GET
  @Path("erasures")
  public Response erasures() {
    return ok(
        Map.of("erasures", analyses.erasures().all().stream().map(Administration::told).toList()));
  }

  private static Map<String, Object> told(Erasure erasure) {
    Map<String, Object> told = new LinkedHashMap<>();
    told.put("id", erasure.id());
    told.put("state", erasure.endedAt().isPresent() ? "done" : "pending");
    told.put("patientDigest", erasure.patientDigest());
    told.put("by", erasure.by());
    told.put("reason", erasure.reason());
    told.put("requestedAt", erasure.requestedAt().toString());
    erasure.endedAt().ifPresent(at -> told.put("endedAt", at.toString()));
    erasure.waitsFor().ifPresent(what -> told.put("waitsFor", what));
    told.put("counts", erasure.counts());
    return told;
  }

  /**
   * Has an endpoint told of changes: {@code {"criteria": "Task?status=requested", "endpoint":
   * "...", "reason": "..."}}, and {@code headers} to be sent with each notification.
   */
  @POST
  @Path("subscriptions")
  public Response subscribe(InputStream body) {
    return answer(
        () -> {
          Subscriber asked = read(body, Subscriber.class);
          String id =
              subscribers.add(
                  stated(asked.criteria()),
                  stated(asked.endpoint()),
                  Objects.requireNonNullElse(asked.headers(), List.of()),
                  stated(asked.reason()),
                  by(asked.by()));
          return ok(Map.of("subscription", id));
        });
  }

  /** Ends that: {@code {}}. */
  @POST
  @Path("subscriptions/{id}/end")
  public Response unsubscribe(@PathParam("id") String id, InputStream body) {
    return answer(
        () ->
            subscribers.remove(id, by(read(body, Ending.class).by()))
                ? ok(Map.of("ended", true))
                : problem(404, "there is no such subscription"));
  }

  /** What was given up. */
  @GET
  @Path("failures")
  public Response failures() {
    return answer(
        () ->
            ok(
                new Failures(
                    analyses.failed().analyses().stream()
                        .map(
                            failed ->
                                new GivenUp(
                                    failed.study(),
                                    failed.reason(),
                                    failed.failedAt().map(Instant::toString).orElse(null)))
                        .toList(),
                    analyses.failed().deliveries())));
  }

  /** Has it done again, all or of one study: {@code {"study": "..."}}. */
  @POST
  @Path("failures/retry")
  public Response retry(InputStream body) {
    return answer(
        () -> {
          Retry retry = read(body, Retry.class);
          Optional<String> study =
              Optional.ofNullable(retry.study).map(uid -> ImageId.requireUid("study", uid));
          return ok(Map.of("begun", analyses.failed().retry(study)));
        });
  }

  /** Copies the database while it is in use: {@code {}}. */
  @POST
  @Path("backup")
  public Response backup() {
    return answer(() -> ok(Map.of("file", backups.make().toString())));
  }

  /**
   * How a study's results came about and what became of them: who ordered, images, model set,
   * settings, cards and feedback.
   */
  @GET
  @Path("studies/{study}/trace")
  public Response trace(@PathParam("study") String study) {
    return answer(
        () ->
            traces
                .of(ImageId.requireUid("StudyInstanceUID", study))
                .map(trace -> ok(trace.json()))
                .orElseGet(() -> problem(404, "nothing is known of this study")));
  }

  private static Response shown(boolean done, boolean shown) {
    return done
        ? ok(Map.of("shown", shown))
        : problem(404, "there is no such model set, or it was recalled for good");
  }

  /** The rules of what is asked for say what is wrong with nothing. */
  private static String stated(@Nullable String text) {
    return Objects.requireNonNullElse(text, "");
  }

  /** Who is signed in cannot be said to be somebody else. */
  private String by(@Nullable String name) {
    HttpServletRequest asked = Objects.requireNonNull(request, "request");
    Optional<Person> person = Visit.of(asked.getAttribute(Visit.ATTRIBUTE)).person();
    if (person.isPresent() && !stated(name).isBlank()) {
      throw new IllegalArgumentException("by cannot be said: it is the one who is signed in");
    }
    return person
        .map(Person::by)
        .orElse(stated(name).isBlank() ? Withdrawals.UNAUTHENTICATED : stated(name));
  }

  private static <T> T read(InputStream body, Class<T> type) {
    try {
      byte[] bytes = body.readNBytes(MAX_BODY + 1);
      @Nullable T value =
          bytes.length > MAX_BODY ? null : JSON.treeToValue(Json.readRequest(bytes), type);
      if (value != null) {
        return value;
      }
    } catch (IOException | CdsException e) {
      // The rule below says what is wanted; the message would quote the body.
    }
    throw new IllegalArgumentException(
        "the body must be a JSON object of at most %d bytes with the fields %s"
            .formatted(MAX_BODY, fields(type)));
  }

  private static String fields(Class<?> type) {
    return String.join(
        ", ", Arrays.stream(type.getRecordComponents()).map(RecordComponent::getName).toList());
  }

  private static Response answer(Supplier<Response> call) {
    try {
      return call.get();
    } catch (IllegalArgumentException e) {
      return problem(400, String.valueOf(e.getMessage()));
    } catch (UnclearPatientException e) {
      return problem(409, e.getMessage());
    } catch (FhirRecordException e) {
      return problem(e.retryable() ? 503 : 409, e.getMessage());
    }
  }

  private static Response ok(Object body) {
    return Response.ok(body).build();
  }

  private static Response problem(int status, String message) {
    return Response.status(status).entity(Map.of("problem", message)).build();
  }
}

package io.spinexr.app.audit;

import io.spinexr.access.Permission;
import io.spinexr.access.Visit;
import io.spinexr.audit.AuditTrail;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.Responses;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who did what, for auditors alone; where nobody signs in, for nobody. */
@Path("/audit")
public final class AuditResource {
  private static final int MAX_COUNT = 1000;

  private final AuditTrail trail;

  public AuditResource(AuditTrail trail) {
    this.trail = trail;
  }

  /**
   * A searchset of AuditEvents, newest first.
   *
   * @param agent as recorded
   * @param patient as recorded, e.g. {@code Patient/123}
   * @param from recorded then or later, e.g. {@code 2026-03-01T00:00:00Z}
   * @param to recorded before
   * @param action C, R, U, D or E
   * @param count from 1 to 1000
   */
  @GET
  @Path("events")
  public Response find(
      @Context HttpServletRequest request,
      @QueryParam("agent") @Nullable String agent,
      @QueryParam("patient") @Nullable String patient,
      @QueryParam("from") @Nullable String from,
      @QueryParam("to") @Nullable String to,
      @QueryParam("action") @Nullable String action,
      @QueryParam("_count") @DefaultValue("100") String count) {
    return Responses.answer(
        () -> {
          if (!isAuditor(request)) {
            return refusal();
          }
          List<String> events =
              trail.find(
                  new AuditTrail.Query(
                      text(agent),
                      text(patient),
                      text(from).map(text -> instant("from", text)),
                      text(to).map(text -> instant("to", text)),
                      text(action),
                      count(count)));
          return Response.ok(
                  events.stream()
                      .map(event -> "{\"resource\":" + event + "}")
                      .collect(
                          Collectors.joining(
                              ",",
                              "{\"resourceType\":\"Bundle\",\"type\":\"searchset\",\"entry\":[",
                              "]}")),
                  "application/fhir+json")
              .build();
        });
  }

  /** All of it, for {@code ./spinexr audit verify}. */
  @GET
  @Path("export")
  public Response export(@Context HttpServletRequest request) {
    return Responses.answer(
        () -> {
          if (!isAuditor(request)) {
            return refusal();
          }
          StreamingOutput lines =
              out -> trail.export(new OutputStreamWriter(out, StandardCharsets.UTF_8));
          return Response.ok(lines, "application/x-ndjson").build();
        });
  }

  private static boolean isAuditor(HttpServletRequest request) {
    Visit visit = Visit.of(request.getAttribute(Visit.ATTRIBUTE));
    return visit.signIn() && visit.may(Permission.AUDIT);
  }

  private static Response refusal() {
    return Responses.json(
        403,
        Map.of("problem", "The audit is for auditors who have signed in; set spinexr.sign-in."));
  }

  private static Optional<String> text(@Nullable String parameter) {
    return parameter == null || parameter.isBlank() ? Optional.empty() : Optional.of(parameter);
  }

  private static Instant instant(String name, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw CdsException.invalid(name, "must be a date and time like 2026-03-01T12:00:00Z");
    }
  }

  private static int count(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= MAX_COUNT) {
        return count;
      }
    } catch (NumberFormatException e) {
      // The rule below says what was wrong.
    }
    throw CdsException.invalid("_count", "must be a whole number from 1 to " + MAX_COUNT);
  }
}

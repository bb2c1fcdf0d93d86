package io.spinexr.cds.feedback;

import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.Responses;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Feedback for the administrator to search: not part of CDS Hooks, and not for browsers elsewhere.
 */
@Path("/admin/cds-feedback")
@Produces(MediaType.APPLICATION_JSON)
public final class FeedbackResource {
  private static final int MAX_LIMIT = 1000;

  private final FeedbackStore store;

  public FeedbackResource(FeedbackStore store) {
    this.store = store;
  }

  /**
   * Entries, newest first.
   *
   * @param service id of the service
   * @param card uuid of the card
   * @param study Study Instance UID that the card was about
   * @param outcome {@code accepted} or {@code overridden}
   * @param since received at this time or later, e.g. {@code 2026-03-01T00:00:00Z}
   * @param limit from 1 to 1000
   */
  @GET
  public Response find(
      @QueryParam("service") String service,
      @QueryParam("card") String card,
      @QueryParam("study") String study,
      @QueryParam("outcome") String outcome,
      @QueryParam("since") String since,
      @QueryParam("limit") @DefaultValue("100") String limit) {
    return Responses.of(
        () ->
            Map.of(
                "feedback",
                store.find(
                    new FeedbackStore.Query(
                        text(service),
                        text(card),
                        text(study),
                        text(outcome),
                        text(since).map(FeedbackResource::instant),
                        limit(limit)))));
  }

  private static Optional<String> text(String parameter) {
    return Optional.ofNullable(parameter).filter(text -> !text.isBlank());
  }

  private static Instant instant(String text) {
    try {
      Instant instant = Instant.parse(text);
      if (instant.isAfter(Instant.EPOCH)
          && instant.isBefore(Instant.parse("9000-01-01T00:00:00Z"))) {
        return instant;
      }
    } catch (DateTimeException e) {
      // The rule below says what was wrong.
    }
    throw CdsException.invalid("since", "must be a date and time like 2026-03-01T12:00:00Z");
  }

  private static int limit(String text) {
    try {
      int limit = Integer.parseInt(text);
      if (limit >= 1 && limit <= MAX_LIMIT) {
        return limit;
      }
    } catch (NumberFormatException e) {
      // The rule below says what was wrong.
    }
    throw CdsException.invalid("limit", "must be a whole number from 1 to " + MAX_LIMIT);
  }
}

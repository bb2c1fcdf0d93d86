package io.spinexr.cds;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.order.Sha256;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What became of a card (CDS Hooks 2.0, Feedback).
 *
 * @param acceptedSuggestions uuids; at least one when accepted, none when overridden
 * @param overrideReason why it was set aside, as far as the clinician said
 * @param outcomeAt when the clinician decided
 */
record Feedback(
    UUID card,
    Outcome outcome,
    List<UUID> acceptedSuggestions,
    Optional<OverrideReason> overrideReason,
    Instant outcomeAt) {
  private static final int MAX_ENTRIES = 1000;
  private static final int MAX_SUGGESTIONS = 50;
  private static final int MAX_COMMENT = 4000;
  private static final int MAX_CODE = 200;

  enum Outcome {
    ACCEPTED,
    OVERRIDDEN;

    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param code one of the card's override reasons
   * @param userComment in the clinician's words; may hold personal data
   */
  record OverrideReason(
      Optional<String> code, Optional<String> system, Optional<String> userComment) {}

  Feedback {
    acceptedSuggestions = List.copyOf(acceptedSuggestions);
  }

  /**
   * The entries of one call.
   *
   * @throws CdsException 400 naming the first field at fault; then nothing of the call is taken
   */
  static List<Feedback> read(JsonNode body) {
    JsonObject request = new JsonObject("", body);
    request.array("feedback");
    List<JsonObject> entries = request.objects("feedback");
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw CdsException.invalid("feedback", "must have 1 to " + MAX_ENTRIES + " entries");
    }
    List<Feedback> feedback = new ArrayList<>();
    entries.forEach(entry -> feedback.add(entry(entry)));
    return feedback;
  }

  private static Feedback entry(JsonObject entry) {
    UUID card = uuid(entry, "card");
    String outcome =
        entry.text(
            "outcome",
            text -> text.equals("accepted") || text.equals("overridden"),
            "must be \"accepted\" or \"overridden\"");
    List<UUID> suggestions =
        entry.objects("acceptedSuggestions").stream().map(s -> uuid(s, "id")).toList();
    boolean accepted = outcome.equals("accepted");
    if (accepted && suggestions.isEmpty()) {
      throw CdsException.invalid(
          entry.pathOf("acceptedSuggestions"), "must name a suggestion when the card was accepted");
    }
    if (!accepted && !suggestions.isEmpty()) {
      throw CdsException.invalid(
          entry.pathOf("acceptedSuggestions"), "must be absent when the card was overridden");
    }
    if (suggestions.size() > MAX_SUGGESTIONS) {
      throw CdsException.invalid(
          entry.pathOf("acceptedSuggestions"), "must not have more than " + MAX_SUGGESTIONS);
    }
    return new Feedback(
        card,
        accepted ? Outcome.ACCEPTED : Outcome.OVERRIDDEN,
        suggestions,
        entry.optionalObject("overrideReason").map(Feedback::overrideReason),
        outcomeAt(entry));
  }

  private static OverrideReason overrideReason(JsonObject object) {
    Optional<JsonObject> reason = object.optionalObject("reason");
    return new OverrideReason(
        reason.map(coding -> bounded(coding, "code", coding.text("code"), MAX_CODE)),
        reason.flatMap(
            coding ->
                coding.optionalText("system").map(s -> bounded(coding, "system", s, MAX_CODE))),
        object
            .optionalText("userComment")
            .map(c -> bounded(object, "userComment", c, MAX_COMMENT)));
  }

  private static String bounded(JsonObject object, String field, String text, int limit) {
    if (text.length() > limit || text.indexOf('\0') >= 0) {
      throw CdsException.invalid(
          object.pathOf(field), "must have at most " + limit + " characters, none of them NUL");
    }
    return text;
  }

  private static Instant outcomeAt(JsonObject entry) {
    String text = entry.text("outcomeTimestamp");
    try {
      Instant instant = OffsetDateTime.parse(text).toInstant();
      if (instant.isAfter(Instant.EPOCH)
          && instant.isBefore(Instant.parse("9000-01-01T00:00:00Z"))) {
        return instant;
      }
    } catch (DateTimeParseException e) {
      // The rule below says what was wrong.
    }
    throw CdsException.invalid(
        entry.pathOf("outcomeTimestamp"), "must be a date and time like 2026-03-01T12:00:00Z");
  }

  private static UUID uuid(JsonObject object, String field) {
    return UUID.fromString(object.text(field, RequestReader::isUuid, "must be a UUID"));
  }

  /** Names this entry by its content, so that a repeated one is known again. */
  String key(String service) {
    return Sha256.of(String.join("\n", service, toString()));
  }
}

package io.spinexr.cds.feedback;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.request.RequestReader;
import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.Sha256;
import io.spinexr.text.PortableText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What became of a card (CDS Hooks 2.0, Feedback).
 *
 * @param acceptedSuggestions uuids; none when overridden, nor when a card without suggestions was
 *     accepted
 * @param overrideReason why it was set aside, as far as the clinician said
 * @param outcomeAt when the clinician decided
 */
public record Feedback(
    UUID card,
    Outcome outcome,
    List<UUID> acceptedSuggestions,
    Optional<OverrideReason> overrideReason,
    Instant outcomeAt) {
  /** The reason that says more than no: the images are not this patient's. */
  public static final String WRONG_PATIENT = "wrong-patient";

  private static final int MAX_ENTRIES = 1000;
  private static final int MAX_SUGGESTIONS = 50;
  private static final int MAX_COMMENT = 4000;
  private static final int MAX_CODE = 200;

  /** Where Epic puts a reason that was set up there instead of being one of the card's. */
  private static final String EPIC = "com.epic.cdshooks.feedback.overrideReason";

  public enum Outcome {
    ACCEPTED,
    OVERRIDDEN;

    public String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * @param code one of the card's override reasons; several with a semicolon between them
   * @param userComment in the clinician's words; may hold personal data
   */
  public record OverrideReason(
      Optional<String> code, Optional<String> system, Optional<String> userComment) {}

  public Feedback {
    acceptedSuggestions = List.copyOf(acceptedSuggestions);
  }

  /**
   * The entries of one call.
   *
   * @param refused why each of the others could not be taken, naming its index and field
   */
  public record Received(List<Feedback> taken, List<CdsException> refused) {}

  /**
   * Takes what can be taken.
   *
   * @throws CdsException 400 when there is no list of entries
   */
  public static Received read(JsonNode body) {
    List<JsonNode> entries = new JsonObject("", body).array("feedback");
    if (entries.isEmpty() || entries.size() > MAX_ENTRIES) {
      throw CdsException.invalid("feedback", "must have 1 to " + MAX_ENTRIES + " entries");
    }
    List<Feedback> taken = new ArrayList<>();
    List<CdsException> refused = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      try {
        taken.add(entry(new JsonObject("feedback[" + i + "]", entries.get(i))));
      } catch (CdsException e) {
        refused.add(e);
      }
    }
    return new Received(taken, refused);
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
        overrideReason(entry),
        outcomeAt(entry));
  }

  /** As CDS Hooks writes it, and as Epic does: {@code overrideReasons}, one object or many. */
  private static Optional<OverrideReason> overrideReason(JsonObject entry) {
    List<JsonObject> reasons = new ArrayList<>(oneOrMany(entry, "overrideReason"));
    reasons.addAll(oneOrMany(entry, "overrideReasons"));
    List<Coded> codes = reasons.stream().flatMap(reason -> coded(reason).stream()).toList();
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new OverrideReason(
                joined(entry, codes.stream().map(Coded::code), "; ", MAX_CODE),
                joined(entry, codes.stream().flatMap(c -> c.system().stream()), "; ", MAX_CODE),
                joined(
                    entry, reasons.stream().flatMap(r -> comment(r).stream()), "\n", MAX_COMMENT)));
  }

  private static List<JsonObject> oneOrMany(JsonObject entry, String field) {
    return entry.optional(field).filter(JsonNode::isArray).isPresent()
        ? entry.objects(field)
        : entry.optionalObject(field).stream().toList();
  }

  private record Coded(String code, Optional<String> system) {}

  private static Optional<Coded> coded(JsonObject object) {
    Optional<JsonObject> reason = object.optionalObject("reason");
    return reason.isPresent()
        ? reason.map(
            coding ->
                new Coded(
                    bounded(coding, "code", coding.text("code"), MAX_CODE),
                    coding.optionalText("system").map(s -> bounded(coding, "system", s, MAX_CODE))))
        : object
            .optional("extension")
            .filter(JsonNode::isObject)
            .flatMap(node -> epic(new JsonObject(object.pathOf("extension"), node)));
  }

  private static Optional<Coded> epic(JsonObject extension) {
    return Stream.of(".reasonDisplay", ".reasonTitle", ".reasonCategory")
        .flatMap(
            field ->
                extension.optionalText(EPIC + field).stream()
                    .map(text -> bounded(extension, EPIC + field, text, MAX_CODE)))
        .findFirst()
        .map(text -> new Coded(text, Optional.of(EPIC)));
  }

  private static Optional<String> comment(JsonObject object) {
    return object
            .optional("userComment")
            .filter(node -> node.isTextual() && node.asText().isBlank())
            .isPresent()
        ? Optional.empty()
        : object
            .optionalText("userComment")
            .map(text -> bounded(object, "userComment", text, MAX_COMMENT));
  }

  private static Optional<String> joined(
      JsonObject entry, Stream<String> texts, String separator, int limit) {
    return Optional.of(texts.distinct().collect(Collectors.joining(separator)))
        .filter(text -> !text.isEmpty())
        .map(text -> bounded(entry, "overrideReasons", text, limit));
  }

  private static String bounded(JsonObject object, String field, String text, int limit) {
    if (text.length() > limit || !PortableText.isPortable(text)) {
      throw CdsException.invalid(
          object.pathOf(field),
          "must have at most " + limit + " characters, no control characters among them");
    }
    return text;
  }

  private static Instant outcomeAt(JsonObject entry) {
    String text = entry.text("outcomeTimestamp");
    try {
      // Some clients leave the zone out: it is only told to people.
      Instant instant =
          DateTimeFormatter.ISO_DATE_TIME.withZone(ZoneOffset.UTC).parse(text, Instant::from);
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

  /** Whatever system and display came with it: a client may send neither. */
  public boolean saysWrongPatient() {
    return outcome == Outcome.OVERRIDDEN
        && overrideReason.flatMap(OverrideReason::code).stream()
            .flatMap(codes -> Stream.of(codes.split(";")))
            .anyMatch(code -> code.strip().equalsIgnoreCase(WRONG_PATIENT));
  }

  /** Names this entry by its content, so that a repeated one is known again. */
  String key(String service) {
    return Sha256.of(String.join("\n", service, toString()));
  }
}

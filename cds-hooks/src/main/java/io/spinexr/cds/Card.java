package io.spinexr.cds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * What a clinician is shown (CDS Hooks 2.0, Card Attributes).
 *
 * @param summary plain text of 1 to 139 characters
 * @param detail GitHub-flavoured Markdown
 * @param suggestions of which the clinician may take one at most
 * @param overrideReasons to choose from when the card is set aside
 */
record Card(
    UUID uuid,
    String summary,
    String detail,
    Indicator indicator,
    Source source,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Suggestion> suggestions,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Coding> overrideReasons,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Link> links) {
  Card {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(indicator, "indicator");
    Objects.requireNonNull(source, "source");
    if (summary.isBlank() || summary.length() >= 140) {
      throw new IllegalArgumentException("a card's summary must have 1 to 139 characters");
    }
    suggestions = List.copyOf(suggestions);
    overrideReasons = List.copyOf(overrideReasons);
    links = List.copyOf(links);
  }

  /** How the suggestions go together; required with suggestions, absent without. */
  @JsonProperty
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  String selectionBehavior() {
    return suggestions.isEmpty() ? null : "at-most-one";
  }

  /** How loud a card is. {@code critical} exists in the standard, but not for unread AI results. */
  enum Indicator {
    INFO,
    WARNING;

    @JsonValue
    String wireName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Who says so.
   *
   * @param topic what kind of card this is, so that a client can sort or filter
   */
  record Source(String label, String url, Coding topic) {}

  /** A change that the clinician can accept with one click. */
  record Suggestion(String label, UUID uuid, List<Action> actions) {
    Suggestion {
      actions = List.copyOf(actions);
    }
  }

  /**
   * @param type {@code update}: the only kind that this server suggests
   * @param resource the whole new resource
   */
  record Action(String type, String description, JsonNode resource) {}

  /**
   * @param type {@code absolute}: a page of this server
   */
  record Link(String label, String url, String type) {
    static Link absolute(String label, String url) {
      return new Link(label, url, "absolute");
    }
  }

  /** Which study a findings card is about, kept so that feedback can be understood. */
  record Subject(String studyUid, String modelSet) {}

  /** A card and, for findings, what it is about. */
  record Issued(Card card, Kind kind, Optional<Subject> subject) {}

  /** The kinds of card, for topics and counters. */
  enum Kind {
    FINDINGS("AI findings"),
    OLDER_STUDIES("Older AI findings"),
    RUNNING("AI analysis running"),
    NO_IMAGES("No images yet"),
    NOT_MATCHED("Images not matched to the patient"),
    ARCHIVE_UNAVAILABLE("Image archive unavailable"),
    SEARCHING("Search for images goes on"),
    ANALYSIS_FAILED("AI analysis failed"),
    UNAVAILABLE("AI unavailable");

    private static final String SYSTEM = "https://spinexr.io/fhir/CodeSystem/cds-card-topic";
    private final String display;

    Kind(String display) {
      this.display = display;
    }

    String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Coding topic() {
      return new Coding(code(), SYSTEM, display);
    }
  }
}

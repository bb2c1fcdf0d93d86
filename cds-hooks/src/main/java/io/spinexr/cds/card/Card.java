package io.spinexr.cds.card;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.cds.token.ClientProfile;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.StudyFindings;
import io.spinexr.order.Sha256;
import io.spinexr.state.StudyResult;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a clinician is shown (CDS Hooks 2.0, Card Attributes).
 *
 * @param summary plain text of 1 to 139 characters
 * @param detail GitHub-flavoured Markdown
 * @param overrideReasons to choose from when the card is set aside
 */
public record Card(
    UUID uuid,
    String summary,
    String detail,
    Indicator indicator,
    Source source,
    @JsonUnwrapped Choice choice,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Coding> overrideReasons,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Link> links) {
  public Card {
    Objects.requireNonNull(uuid, "uuid");
    Objects.requireNonNull(detail, "detail");
    Objects.requireNonNull(indicator, "indicator");
    Objects.requireNonNull(source, "source");
    if (summary.isBlank() || summary.length() >= 140) {
      throw new IllegalArgumentException("a card's summary must have 1 to 139 characters");
    }
    Objects.requireNonNull(choice, "choice");
    overrideReasons = List.copyOf(overrideReasons);
    links = List.copyOf(links);
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

  /**
   * What a card suggests.
   *
   * @param suggestions to take or leave
   * @param selectionBehavior how they go together: {@code at-most-one} or {@code any}; empty
   *     without suggestions
   */
  record Choice(
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Suggestion> suggestions,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) String selectionBehavior) {
    static final Choice NONE = new Choice(List.of(), "");

    Choice {
      suggestions = List.copyOf(suggestions);
      if (suggestions.isEmpty() != selectionBehavior.isEmpty()) {
        throw new IllegalArgumentException(
            "suggestions need a selectionBehavior, and it needs them");
      }
    }
  }

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

  /**
   * What a card about a study said, kept so that feedback can be understood and nothing is told
   * twice.
   *
   * @param findingsHash hash of everything that was found; changes with late images and other
   *     findings
   */
  record Subject(String studyUid, String modelSet, String findingsHash) {
    static Subject of(StudyResult result) {
      StudyFindings study = result.findings();
      return new Subject(study.studyUid(), study.models().id(), Sha256.of(content(result)));
    }

    private static String content(StudyResult result) {
      if (result.standing().finalised()) {
        return "reported";
      }
      StudyFindings study = result.findings();
      return Stream.concat(
              Stream.of(result.priority().code()),
              Stream.concat(
                      study.images().stream().map(Subject::content),
                      study.rejected().stream()
                          .map(r -> r.image().sopInstanceUid() + " " + r.reason()))
                  .sorted())
          .collect(Collectors.joining("\n"));
    }

    private static String content(ImageFindings image) {
      return Stream.concat(
              Stream.of(
                  image.image().sopInstanceUid()
                      + " "
                      + image.probability()
                      + " "
                      + image.threshold()),
              image.findings().stream().map(f -> f.type() + " " + f.score() + " " + f.box()))
          .collect(Collectors.joining("\n"));
    }
  }

  /** The same with other links. */
  Card with(List<Link> others) {
    return new Card(uuid, summary, detail, indicator, source, choice, overrideReasons, others);
  }

  /** A card and, if it is about one study, what it said. */
  public record Issued(Card card, Kind kind, Optional<Subject> subject) {}

  /** The kinds of card, for topics and counters. */
  public enum Kind {
    FINDINGS("AI findings"),
    REPORTED("Reported by a radiologist"),
    OTHER_STUDIES("Other AI findings"),
    RUNNING("AI analysis running"),
    NO_IMAGES("No images yet"),
    NOT_MATCHED("Images not matched to the patient"),
    SEARCHING("Search for images goes on"),
    ANALYSIS_FAILED("AI analysis failed"),
    WITHHELD("AI result withheld"),
    UNAVAILABLE("AI unavailable");

    private static final String SYSTEM = "https://spinexr.io/fhir/CodeSystem/cds-card-topic";
    private final String display;

    Kind(String display) {
      this.display = display;
    }

    public String code() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    Coding topic(ClientProfile client) {
      return new Coding(client.topicCode(code()), SYSTEM, display);
    }
  }
}

package io.spinexr.cds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.analysis.OrderAnswer.Notice;
import io.spinexr.analysis.StudyResult;
import io.spinexr.triage.ReadingPriority;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What is known about a request's patient and orders, as cards. */
final class CardMaker {
  private static final String REASONS = "https://spinexr.io/fhir/CodeSystem/cds-override-reason";

  private static final List<Coding> OVERRIDE_REASONS =
      List.of(
          new Coding("disagree", REASONS, "I disagree with the AI findings"),
          new Coding("known", REASONS, "The findings are known already"),
          new Coding("not-relevant", REASONS, "Not relevant for this order"),
          new Coding("wrong-patient", REASONS, "These are not this patient's images"));

  private final String baseUrl;
  private final int maxStudies;
  private final ZoneId zone;

  /**
   * @param publicUrl where this server's pages are reached
   * @param zone of the times that clinicians are shown
   */
  CardMaker(URI publicUrl, int maxStudies, ZoneId zone) {
    this.baseUrl = publicUrl.toString().replaceAll("/+$", "");
    this.maxStudies = maxStudies;
    this.zone = zone;
  }

  /**
   * @param callId makes the cards' uuids: the same call gives the same uuids
   * @param orders whose priority may be raised
   */
  List<Card.Issued> cards(String callId, Knowledge knowledge, List<SpineOrder> orders) {
    List<Card.Issued> cards = new ArrayList<>();
    List<StudyResult> finished = knowledge.finished();
    for (StudyResult result : finished.stream().limit(maxStudies).toList()) {
      cards.add(findings(callId, result, orders));
    }
    if (finished.size() > maxStudies) {
      cards.add(olderStudies(callId, finished.subList(maxStudies, finished.size())));
    }
    List<Card.Link> orderLinks =
        knowledge.orderKeys().stream()
            .map(
                key ->
                    Card.Link.absolute("State of the order", baseUrl + "/orders/" + segment(key)))
            .toList();
    if (knowledge.running() > 0) {
      cards.add(
          notice(
              callId,
              Card.Kind.RUNNING,
              "AI analysis of %s is running".formatted(studies(knowledge.running())),
              "Findings will be in the chart and on the linked page when it is done.",
              orderLinks));
    }
    for (Notice notice : Notice.values()) {
      if (knowledge.notices().contains(notice)) {
        cards.add(notice(callId, notice, orderLinks));
      }
    }
    if (knowledge.incomplete()) {
      cards.add(
          notice(
              callId,
              Card.Kind.UNAVAILABLE,
              "AI analysis has no answer yet",
              "The order itself is not affected. If no AI result appears in the chart, read the"
                  + " images without one.",
              List.of()));
    }
    return cards;
  }

  private Card.Issued findings(String callId, StudyResult result, List<SpineOrder> orders) {
    FindingsCard text = new FindingsCard(result, zone);
    String studyUid = result.findings().studyUid();
    String modelSet = result.findings().models().id();
    UUID uuid = uuid(callId, Card.Kind.FINDINGS.code(), studyUid, modelSet);
    Card card =
        new Card(
            uuid,
            text.summary(),
            text.detail(),
            text.indicator(),
            source(Card.Kind.FINDINGS),
            raisedPriority(uuid, result.priority(), orders).stream().toList(),
            OVERRIDE_REASONS,
            List.of(studyLink("Findings and images", result)));
    return new Card.Issued(
        card, Card.Kind.FINDINGS, Optional.of(new Card.Subject(studyUid, modelSet)));
  }

  /** The orders that are less urgent than the findings, as one suggestion to change them. */
  private static Optional<Card.Suggestion> raisedPriority(
      UUID card, ReadingPriority priority, List<SpineOrder> orders) {
    List<Card.Action> actions =
        orders.stream()
            .filter(order -> priority.outranks(order.order().priority()))
            .filter(order -> order.resource().optional("id").isPresent())
            .map(order -> raise(order, priority))
            .toList();
    return actions.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Card.Suggestion(
                "Raise the order's priority to " + priority.code(),
                uuid(card.toString(), priority.code()),
                actions));
  }

  private static Card.Action raise(SpineOrder order, ReadingPriority priority) {
    JsonNode raised =
        ((ObjectNode) order.resource().node().deepCopy()).put("priority", priority.code());
    return new Card.Action(
        "update",
        "Change the priority of \"%s\" from %s to %s"
            .formatted(
                order.order().description(), order.order().priority().code(), priority.code()),
        raised);
  }

  private Card.Issued olderStudies(String callId, List<StudyResult> older) {
    return notice(
        callId,
        Card.Kind.OLDER_STUDIES,
        "AI results exist for %s more".formatted(studies(older.size())),
        "**AI results, not diagnoses.** The links lead to the findings.",
        older.stream()
            .limit(20)
            .map(
                result ->
                    studyLink(
                        "Study of "
                            + result.studyDate().map(Object::toString).orElse("unknown date"),
                        result))
            .toList());
  }

  private Card.Issued notice(String callId, Notice notice, List<Card.Link> links) {
    return switch (notice) {
      case NO_IMAGES_YET ->
          notice(
              callId,
              Card.Kind.NO_IMAGES,
              "AI will analyse the spine X-ray when its images arrive",
              "The archive holds no spine radiograph of this patient yet.",
              links);
      case IMAGES_NOT_MATCHED ->
          notice(
              callId,
              Card.Kind.NOT_MATCHED,
              "AI: images could not be matched to this patient, so there is no result for them",
              "Birth date, sex or issuer in the archive differ from the chart. Please have the"
                  + " patient's data checked.",
              links);
      case NO_MAPPED_IDENTIFIER ->
          notice(
              callId,
              Card.Kind.NOT_MATCHED,
              "AI: the image archive does not know this patient's identifiers",
              "None of the patient's identifiers is of a system that is mapped to the archive.",
              links);
      case ARCHIVE_UNAVAILABLE ->
          notice(
              callId,
              Card.Kind.ARCHIVE_UNAVAILABLE,
              "AI: the image archive does not answer at the moment",
              "The search goes on by itself; the order itself is not affected.",
              links);
      case STILL_SEARCHING ->
          notice(
              callId,
              Card.Kind.SEARCHING,
              "AI: the search for this patient's spine X-rays goes on",
              "The linked page shows what was found.",
              links);
      case ANALYSIS_FAILED ->
          notice(
              callId,
              Card.Kind.ANALYSIS_FAILED,
              "AI analysis of a spine X-ray failed",
              "Read it without an AI result. The linked page and the worklist say why.",
              links);
    };
  }

  private Card.Issued notice(
      String callId, Card.Kind kind, String summary, String detail, List<Card.Link> links) {
    Card card =
        new Card(
            uuid(callId, kind.code(), summary),
            summary,
            detail,
            Card.Indicator.INFO,
            source(kind),
            List.of(),
            List.of(),
            links);
    return new Card.Issued(card, kind, Optional.empty());
  }

  private Card.Source source(Card.Kind kind) {
    return new Card.Source("SpineXR (AI)", baseUrl + "/", kind.topic());
  }

  private Card.Link studyLink(String label, StudyResult result) {
    return Card.Link.absolute(label, baseUrl + "/studies/" + segment(result.findings().studyUid()));
  }

  private static String studies(int count) {
    return count == 1 ? "1 study" : count + " studies";
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static UUID uuid(String... parts) {
    return UUID.nameUUIDFromBytes(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
  }
}

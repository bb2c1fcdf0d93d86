package io.spinexr.cds.card;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.PageAddress;
import io.spinexr.cds.feedback.Feedback;
import io.spinexr.cds.order.SpineOrder;
import io.spinexr.cds.token.CdsProperties;
import io.spinexr.cds.token.ClientProfile;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.StudyResult;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;

/** What is known about a request's patient and orders, as cards. */
public final class CardMaker {
  private static final String REASONS = "https://spinexr.io/fhir/CodeSystem/cds-override-reason";

  private static final Coding NOT_RELEVANT =
      new Coding("not-relevant", REASONS, "Not relevant for this order");
  private static final Coding WRONG_PATIENT =
      new Coding(Feedback.WRONG_PATIENT, REASONS, "These are not this patient's images");
  private static final List<Coding> FINDINGS_REASONS =
      List.of(
          new Coding("disagree", REASONS, "I disagree with the AI findings"),
          new Coding("known", REASONS, "The findings are known already"),
          NOT_RELEVANT,
          WRONG_PATIENT);
  private static final List<Coding> REPORT_REASONS = List.of(NOT_RELEVANT, WRONG_PATIENT);

  private static final int MAX_LINKS = 20;

  /** A report that a person has taken over asks for nothing any more. */
  private static final Comparator<StudyResult> GRAVEST_FIRST =
      Comparator.comparing(
          study -> study.standing().finalised() ? ReadingPriority.ROUTINE : study.priority());

  private final String baseUrl;
  private final int maxStudies;
  private final ZoneId zone;
  private final double displayScore;
  private final TriagePolicy triage;
  private final Relevance relevance;

  /**
   * @param publicUrl where this server's pages are reached
   * @param clock whose zone is the one of the times that clinicians are shown
   */
  public CardMaker(URI publicUrl, CdsProperties properties, TriagePolicy triage, Clock clock) {
    this.baseUrl = publicUrl.toString().replaceAll("/+$", "");
    this.maxStudies = properties.maxStudies();
    this.displayScore = properties.displayScore();
    this.triage = triage;
    this.relevance = new Relevance(triage, properties.relevantFor(), clock);
    this.zone = clock.getZone();
  }

  /**
   * What cards are made for.
   *
   * @param id makes the cards' uuids: the same call gives the same uuids
   * @param client what it takes
   */
  public record Call(String id, ClientProfile client) {}

  /**
   * For a chart that is opened: what its user has not seen yet.
   *
   * @param finished newest study first
   */
  public List<Card.Issued> forChart(Call call, List<StudyResult> finished, History history) {
    List<StudyResult> unseen =
        finished.stream()
            .filter(study -> !history.shown(Card.Subject.of(study), studyCard(call, study)))
            .sorted(GRAVEST_FIRST)
            .toList();
    List<Card.Issued> cards = new ArrayList<>();
    unseen.stream()
        .limit(maxStudies)
        .forEach(study -> cards.add(card(call, study, List.of(), false)));
    others(call, unseen.stream().skip(maxStudies).toList(), history).ifPresent(cards::add);
    return cards;
  }

  /** For orders: what matters to them, one line about the rest, and what to do without AI. */
  public List<Card.Issued> forOrders(Call call, Knowledge knowledge, History history) {
    List<StudyResult> shown =
        knowledge.finished().stream()
            .filter(study -> !history.setAside(Card.Subject.of(study)))
            .filter(
                study ->
                    knowledge.orders().stream().anyMatch(order -> relevance.matters(study, order)))
            .sorted(GRAVEST_FIRST)
            .limit(maxStudies)
            .toList();
    List<Card.Issued> cards = new ArrayList<>();
    for (StudyResult study : shown) {
      List<Knowledge.Order> raised =
          knowledge.orders().stream()
              .filter(order -> raisedBy(order, knowledge, shown).filter(study::equals).isPresent())
              .toList();
      cards.add(card(call, study, raised, knowledge.unfinished()));
    }
    List<StudyResult> rest =
        knowledge.finished().stream().filter(study -> !shown.contains(study)).toList();
    others(call, rest, history).ifPresent(cards::add);
    cards.addAll(notices(call, knowledge));
    return cards;
  }

  /**
   * The gravest study that makes the order more urgent than it is: only its card suggests so, lest
   * two cards contradict each other.
   *
   * @param shown gravest first
   */
  private Optional<StudyResult> raisedBy(
      Knowledge.Order order, Knowledge knowledge, List<StudyResult> shown) {
    if (order.order().resource().optional("id").isEmpty()) {
      return Optional.empty();
    }
    List<StudyResult> raising = relevance.raising(knowledge.finished(), order);
    return shown.stream()
        .filter(raising::contains)
        .findFirst()
        .filter(study -> study.priority().outranks(order.order().order().priority()));
  }

  private Card.Issued card(
      Call call, StudyResult study, List<Knowledge.Order> raised, boolean unfinished) {
    Card.Subject subject = Card.Subject.of(study);
    if (study.standing().finalised()) {
      return new Card.Issued(reported(call, study), Card.Kind.REPORTED, Optional.of(subject));
    }
    FindingsCard text = text(study, unfinished);
    UUID uuid = studyCard(call, study);
    List<Card.Suggestion> suggestions = raise(call, uuid, study.priority(), raised);
    Card card =
        new Card(
            uuid,
            text.summary(),
            text.detail(),
            text.indicator(),
            source(call, Card.Kind.FINDINGS),
            new Card.Choice(suggestions, selectionBehavior(call, suggestions)),
            FINDINGS_REASONS,
            List.of(studyLink("Findings and images", study)));
    return new Card.Issued(card, Card.Kind.FINDINGS, Optional.of(subject));
  }

  private FindingsCard text(StudyResult study, boolean unfinished) {
    return new FindingsCard(study, triage, displayScore, unfinished, zone);
  }

  private static String selectionBehavior(Call call, List<Card.Suggestion> suggestions) {
    return switch (suggestions.size()) {
      case 0 -> "";
      case 1 -> call.client().selectionBehavior();
      default -> "any";
    };
  }

  private Card reported(Call call, StudyResult study) {
    String when = study.studyDate().map(date -> " of " + date).orElse("");
    return new Card(
        studyCard(call, study),
        "A radiologist has reported this study: spine X-ray" + when,
        "The report is a person's, not the AI's. SpineXR shows no AI result beside it.",
        Card.Indicator.INFO,
        source(call, Card.Kind.REPORTED),
        Card.Choice.NONE,
        REPORT_REASONS,
        List.of(studyLink("Study", study)));
  }

  /** Together where the client takes one suggestion only, else one for each order. */
  private static List<Card.Suggestion> raise(
      Call call, UUID card, ReadingPriority priority, List<Knowledge.Order> orders) {
    if (orders.isEmpty()) {
      return List.of();
    }
    if (orders.size() == 1) {
      return List.of(suggestion("the order's priority", card, priority, orders));
    }
    if (!call.client().suggestsByOrder()) {
      String what = "the priority of " + orders.size() + " orders";
      return List.of(suggestion(what, card, priority, orders));
    }
    return orders.stream()
        .map(
            order ->
                suggestion(
                    "the priority of \"" + order.order().order().description() + "\"",
                    card,
                    priority,
                    List.of(order)))
        .toList();
  }

  private static Card.Suggestion suggestion(
      String what, UUID card, ReadingPriority priority, List<Knowledge.Order> orders) {
    String keys = orders.stream().map(Knowledge.Order::key).collect(Collectors.joining(" "));
    return new Card.Suggestion(
        "Raise " + what + " to " + priority.code(),
        uuid(card.toString(), priority.code(), keys),
        orders.stream().map(order -> raise(order, priority)).toList());
  }

  private static Card.Action raise(Knowledge.Order known, ReadingPriority priority) {
    SpineOrder order = known.order();
    JsonNode raised =
        ((ObjectNode) order.resource().node().deepCopy()).put("priority", priority.code());
    return new Card.Action(
        "update",
        "Change the priority of \"%s\" from %s to %s"
            .formatted(
                order.order().description(), order.order().priority().code(), priority.code()),
        raised);
  }

  /** The way to the results that have no card of their own: one quiet card for all of them. */
  private Optional<Card.Issued> others(Call call, List<StudyResult> studies, History history) {
    List<StudyResult> others =
        studies.stream()
            .filter(study -> !study.standing().finalised())
            .sorted(GRAVEST_FIRST)
            .toList();
    if (others.isEmpty()) {
      return Optional.empty();
    }
    long grave = others.stream().filter(relevance::graveAndUnread).count();
    String summary =
        "AI results exist for %s of this patient%s"
            .formatted(
                others.size() == 1 ? "1 other study" : others.size() + " other studies",
                grave == 0
                    ? ""
                    : "; " + grave + " not read yet, with findings that ask for it soon");
    String detail =
        others.stream()
            .limit(MAX_LINKS)
            .map(
                study ->
                    text(study, false).listItem()
                        + (history.setAside(Card.Subject.of(study)) ? " You set it aside." : ""))
            .collect(
                Collectors.joining(
                    "\n",
                    "**AI results, not diagnoses.** They are of another region, of an earlier"
                        + " time, set aside, or too many for cards of their own:\n\n",
                    others.size() > MAX_LINKS
                        ? "\n\n" + (others.size() - MAX_LINKS) + " more in the chart."
                        : ""));
    List<Card.Link> links =
        others.stream()
            .limit(MAX_LINKS)
            .map(
                study ->
                    studyLink(
                        "Study of "
                            + study.studyDate().map(Object::toString).orElse("unknown date"),
                        study))
            .toList();
    return Optional.of(notice(call, Card.Kind.OTHER_STUDIES, summary, detail, links));
  }

  /**
   * What an orderer can act on, and at most one word about what is still to come. The rest is for
   * operators, who have metrics and the status page.
   */
  private List<Card.Issued> notices(Call call, Knowledge knowledge) {
    List<Card.Link> links = orderLinks(knowledge);
    List<Card.Issued> notices = new ArrayList<>();
    if (knowledge.notices().contains(Notice.IMAGES_NOT_MATCHED)) {
      notices.add(
          notice(
              call,
              Card.Kind.NOT_MATCHED,
              "AI: images could not be matched to this patient, so there is no result for them",
              "Birth date, sex or issuer in the archive differ from the chart. Please have the"
                  + " patient's data checked.",
              links));
    } else if (knowledge.notices().contains(Notice.NO_MAPPED_IDENTIFIER)) {
      notices.add(
          notice(
              call,
              Card.Kind.NOT_MATCHED,
              "AI: the image archive does not know this patient's identifiers",
              "None of the patient's identifiers is of a system that is mapped to the archive."
                  + " Please have the patient's data checked, and read the images without an AI"
                  + " result.",
              links));
    }
    if (knowledge.notices().contains(Notice.ANALYSIS_FAILED)) {
      notices.add(
          notice(
              call,
              Card.Kind.ANALYSIS_FAILED,
              "AI analysis of a spine X-ray failed",
              "Read it without an AI result. The linked page and the worklist say why.",
              links));
    }
    if (knowledge.notices().contains(Notice.RESULT_WITHHELD)) {
      notices.add(
          notice(
              call,
              Card.Kind.WITHHELD,
              "An AI result on this patient's spine X-rays is withheld or was withdrawn",
              "It says nothing any more. Read the images without an AI result.",
              links));
    }
    toCome(call, knowledge, links).ifPresent(notices::add);
    return notices;
  }

  private Optional<Card.Issued> toCome(Call call, Knowledge knowledge, List<Card.Link> links) {
    if (knowledge.running() > 0) {
      return Optional.of(
          notice(
              call,
              Card.Kind.RUNNING,
              "AI analysis of %s is running"
                  .formatted(
                      knowledge.running() == 1 ? "1 study" : knowledge.running() + " studies"),
              "Findings will be in the chart and on the linked page when it is done.",
              links));
    }
    if (knowledge.incomplete()) {
      return Optional.of(
          notice(
              call,
              Card.Kind.UNAVAILABLE,
              "AI analysis has no answer yet",
              "The order itself is not affected. If no AI result appears in the chart, read the"
                  + " images without one.",
              links));
    }
    if (knowledge.unfinished()) {
      return Optional.of(
          notice(
              call,
              Card.Kind.SEARCHING,
              "AI: the search for this patient's spine X-rays goes on",
              "The order itself is not affected. Findings will be in the chart and on the linked"
                  + " page.",
              links));
    }
    if (knowledge.notices().contains(Notice.IMAGES_NOT_DESCRIBED) && knowledge.placed()) {
      return Optional.of(
          notice(
              call,
              Card.Kind.NO_IMAGES,
              "AI cannot tell whether this patient's X-rays show the spine",
              "Neither their body part nor their description says so. Spine images that come later"
                  + " are analysed.",
              links));
    }
    if (knowledge.notices().contains(Notice.NO_IMAGES_YET) && knowledge.placed()) {
      return Optional.of(
          notice(
              call,
              Card.Kind.NO_IMAGES,
              "AI will add its findings when the images arrive",
              "They will be in the chart and on the linked page.",
              links));
    }
    return Optional.empty();
  }

  private List<Card.Link> orderLinks(Knowledge knowledge) {
    return knowledge.orders().stream()
        .map(
            order ->
                Card.Link.absolute(
                    "State of the order", baseUrl + PageAddress.ORDERS + segment(order.key())))
        .toList();
  }

  private Card.Issued notice(
      Call call, Card.Kind kind, String summary, String detail, List<Card.Link> links) {
    Card card =
        new Card(
            uuid(call.id(), kind.code(), summary),
            summary,
            detail,
            Card.Indicator.INFO,
            source(call, kind),
            Card.Choice.NONE,
            List.of(),
            links);
    return new Card.Issued(card, kind, Optional.empty());
  }

  private Card.Source source(Call call, Card.Kind kind) {
    return new Card.Source("SpineXR (AI)", baseUrl + "/", kind.topic(call.client()));
  }

  private Card.Link studyLink(String label, StudyResult result) {
    return Card.Link.absolute(
        label, baseUrl + PageAddress.STUDIES + segment(result.findings().studyUid()));
  }

  /** Other findings are another card. */
  private static UUID studyCard(Call call, StudyResult study) {
    Card.Subject subject = Card.Subject.of(study);
    return uuid(call.id(), subject.studyUid(), subject.modelSet(), subject.findingsHash());
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static UUID uuid(String... parts) {
    return UUID.nameUUIDFromBytes(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
  }
}

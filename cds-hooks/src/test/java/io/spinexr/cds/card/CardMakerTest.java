package io.spinexr.cds.card;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.Requests;
import io.spinexr.cds.Results;
import io.spinexr.cds.order.SpineOrder;
import io.spinexr.cds.order.TestProperties;
import io.spinexr.cds.token.ClientProfile;
import io.spinexr.cds.wire.JsonObject;
import io.spinexr.order.Examination;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.OrderStage;
import io.spinexr.order.PatientIdentity;
import io.spinexr.state.OrderAnswer.Notice;
import io.spinexr.state.Standing;
import io.spinexr.state.StudyResult;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Which cards an order gets for what is known of its patient. Today is 2026-03-01. */
class CardMakerTest {
  private static final LocalDate TODAY = LocalDate.of(2026, 3, 1);
  private static final Knowledge.Order LUMBAR = order("order-1", "Lumbar spine 2 views", "routine");
  private static final Knowledge.Order CERVICAL = order("order-2", "XR cervical spine", "routine");

  private final CardMaker maker =
      new CardMaker(
          CdsServer.PUBLIC, TestProperties.with(Map.of()), TriagePolicy.DEFAULT, CdsServer.CLOCK);

  private static Knowledge.Order order(String id, String description, String priority) {
    ObjectNode resource =
        Requests.object(Requests.SPINE_ORDER).put("id", id).put("priority", priority);
    ImagingOrder order =
        new ImagingOrder(
            "cds-client",
            id,
            true,
            new PatientIdentity("1", List.of(), Optional.empty(), Optional.empty()),
            OrderNumbers.NONE,
            new Examination(description, description, SpineRegion.named(description)),
            ReadingPriority.valueOf(priority.toUpperCase(Locale.ROOT)),
            OrderStage.SIGNED,
            Set.of());
    return new Knowledge.Order(
        "key of " + id, new SpineOrder(order, new JsonObject("order", resource)));
  }

  static Card anyCard() {
    return new CardMakerTest().cards(List.of(LUMBAR), Results.normal("1.2")).get(0);
  }

  private static StudyResult daysOld(int days, StudyResult result) {
    return Results.dated(result, Optional.of(TODAY.minusDays(days)));
  }

  private static StudyResult of(Knowledge.Order order, StudyResult result) {
    return Results.standing(result, new Standing(Set.of(order.key()), false, true));
  }

  private List<Card> cards(List<Knowledge.Order> orders, StudyResult... finished) {
    return cards(ClientProfile.STANDARD, orders, finished);
  }

  private List<Card> cards(
      ClientProfile client, List<Knowledge.Order> orders, StudyResult... finished) {
    return maker
        .forOrders(
            new CardMaker.Call("call", client),
            new Knowledge(orders, List.of(finished), 0, Set.of(), false),
            History.NONE)
        .stream()
        .map(Card.Issued::card)
        .toList();
  }

  private static List<String> topics(List<Card> cards) {
    return cards.stream().map(card -> card.source().topic().code()).toList();
  }

  private static List<String> suggestions(List<Card> cards) {
    return cards.stream()
        .flatMap(card -> card.choice().suggestions().stream())
        .map(Card.Suggestion::label)
        .toList();
  }

  @Example
  void namesAStudyOfAnotherRegionInOneQuietLineThoughItIsGraveAndUnread() {
    for (int days : new int[] {1, 95, 3000}) {
      List<Card> cards = cards(List.of(CERVICAL), daysOld(days, Results.collapse("1.2")));

      assertThat(topics(cards)).containsExactly("other-studies");
      Card card = cards.get(0);
      assertThat(card.summary())
          .isEqualTo(
              "AI results exist for 1 other study of this patient; 1 not read yet, with findings"
                  + " that ask for it soon");
      assertThat(card.indicator()).isEqualTo(Card.Indicator.INFO);
      assertThat(card.choice().suggestions()).isEmpty();
      assertThat(card.detail())
          .contains("AI results, not diagnoses")
          .contains("vertebral collapse, osteophytes (probability of abnormality 93 %)")
          .contains("Model set demo 1.0.0");
      assertThat(card.links()).hasSize(1);
    }
  }

  @Example
  void countsTheOrdersOwnImagesWhateverTheirDateAndRegion() {
    List<Card> cards =
        cards(
            List.of(CERVICAL), of(CERVICAL, daysOld(3000, Results.read(Results.collapse("1.2")))));

    assertThat(topics(cards)).containsExactly("findings");
    assertThat(suggestions(cards)).containsExactly("Raise the order's priority to asap");
  }

  @Example
  void countsAStudyOfTheSameRegionForNinetyDays() {
    StudyResult read = Results.read(Results.slip("1.2"));

    assertThat(suggestions(cards(List.of(LUMBAR), daysOld(90, read)))).hasSize(1);
    List<Card> later = cards(List.of(LUMBAR), daysOld(91, read));
    assertThat(topics(later)).containsExactly("other-studies");
    assertThat(later.get(0).summary())
        .isEqualTo("AI results exist for 1 other study of this patient");
  }

  @Example
  void takesNoUnknownOrFutureDateForARecentOne() {
    StudyResult read = Results.read(Results.slip("1.2"));

    assertThat(topics(cards(List.of(LUMBAR), Results.dated(read, Optional.empty()))))
        .containsExactly("other-studies");
    assertThat(topics(cards(List.of(LUMBAR), daysOld(-2, read)))).containsExactly("other-studies");
    assertThat(topics(cards(List.of(LUMBAR), daysOld(-1, read)))).containsExactly("findings");
  }

  @Example
  void raisesForAnOldStudyOfTheSameRegionOnlyWhileItsGraveFindingIsUnread() {
    StudyResult collapse = daysOld(3000, Results.collapse("1.2"));

    assertThat(suggestions(cards(List.of(LUMBAR), collapse)))
        .containsExactly("Raise the order's priority to asap");
    assertThat(topics(cards(List.of(LUMBAR), Results.read(collapse))))
        .containsExactly("other-studies");
    assertThat(topics(cards(List.of(LUMBAR), daysOld(3000, Results.normal("1.3")))))
        .as("unread, but not grave")
        .containsExactly("other-studies");
  }

  @Example
  void letsTheNewestStudySpeakForTheRegionBeforeEarlierOnesThatWereRead() {
    List<Card> cards =
        cards(
            List.of(LUMBAR),
            daysOld(1, Results.described(Results.normal("1.3"), "LWS")),
            daysOld(60, Results.read(Results.collapse("1.2"))));

    assertThat(topics(cards)).containsExactly("findings", "findings");
    assertThat(suggestions(cards)).isEmpty();
  }

  @Example
  void suggestsOnePriorityPerOrderThoughStudiesAskForSeveral() {
    for (List<StudyResult> studies :
        List.of(
            List.of(daysOld(1, Results.slip("1.3")), daysOld(60, Results.collapse("1.2"))),
            List.of(daysOld(1, Results.collapse("1.2")), daysOld(60, Results.slip("1.3"))))) {
      List<Card> cards = cards(List.of(LUMBAR), studies.toArray(StudyResult[]::new));

      assertThat(topics(cards)).containsExactly("findings", "findings");
      assertThat(cards.get(0).summary()).as("gravest first").contains("vertebral collapse");
      assertThat(suggestions(cards)).containsExactly("Raise the order's priority to asap");
      assertThat(cards.get(0).choice().selectionBehavior()).isEqualTo("at-most-one");
    }
  }

  @Example
  void raisesOnlyTheOrdersThatAStudyMattersTo() {
    List<Card> cards = cards(List.of(CERVICAL, LUMBAR), daysOld(1, Results.collapse("1.2")));

    assertThat(cards).hasSize(1);
    assertThat(cards.get(0).choice().suggestions()).hasSize(1);
    Card.Action action = cards.get(0).choice().suggestions().get(0).actions().get(0);
    assertThat(action.resource().get("id").asText()).isEqualTo("order-1");
    assertThat(action.resource().get("priority").asText()).isEqualTo("asap");
  }

  @Example
  void letsTheClinicianChooseAmongSeveralOrders() {
    List<Card> cards =
        cards(
            List.of(LUMBAR, order("order-3", "LWS in 2 Ebenen", "urgent")),
            daysOld(1, Results.collapse("1.2")));

    assertThat(suggestions(cards))
        .containsExactly(
            "Raise the priority of \"Lumbar spine 2 views\" to asap",
            "Raise the priority of \"LWS in 2 Ebenen\" to asap");
    assertThat(cards.get(0).choice().selectionBehavior()).isEqualTo("any");
    assertThat(cards.get(0).choice().suggestions().stream().map(Card.Suggestion::uuid).distinct())
        .hasSize(2);
  }

  @Example
  void givesEpicOneSuggestionForAllOrders() {
    List<Card> cards =
        cards(
            ClientProfile.EPIC,
            List.of(LUMBAR, order("order-3", "LWS", "urgent")),
            daysOld(1, Results.collapse("1.2")));

    assertThat(suggestions(cards)).containsExactly("Raise the priority of 2 orders to asap");
    assertThat(cards.get(0).choice().suggestions().get(0).actions()).hasSize(2);
    assertThat(cards.get(0).choice().selectionBehavior()).isEqualTo("any");
    assertThat(cards(ClientProfile.EPIC, List.of(LUMBAR), daysOld(1, Results.collapse("1.2"))))
        .extracting(card -> card.choice().selectionBehavior())
        .containsExactly("any");
    assertThat(cards(ClientProfile.EPIC, List.of(CERVICAL), Results.collapse("1.2")))
        .extracting(card -> card.source().topic().code())
        .containsExactly("otherstudies");
  }

  @Example
  void suggestsNothingToAnOrderThatIsAsUrgent() {
    for (String priority : List.of("stat", "asap")) {
      assertThat(
              suggestions(
                  cards(
                      List.of(order("order-1", "Lumbar spine", priority)),
                      daysOld(1, Results.collapse("1.2")))))
          .isEmpty();
    }
  }

  @Example
  void showsTheGravestOfManyStudies() {
    List<Card> cards =
        cards(
            List.of(LUMBAR),
            daysOld(1, Results.normal("1.1")),
            daysOld(2, Results.normal("1.2")),
            daysOld(3, Results.normal("1.3")),
            daysOld(4, Results.collapse("1.4")),
            daysOld(5, Results.normal("1.5")));

    assertThat(topics(cards)).containsExactly("findings", "findings", "findings", "other-studies");
    assertThat(cards.get(0).summary()).contains("vertebral collapse");
    assertThat(cards.get(3).summary())
        .isEqualTo("AI results exist for 2 other studies of this patient");
    assertThat(cards.get(3).links().stream().map(Card.Link::url))
        .containsExactly(
            "https://spinexr.example.org/xr/studies/1.3",
            "https://spinexr.example.org/xr/studies/1.5");
  }

  @Example
  void saysNothingOfTheAiBesideARadiologistsReport() {
    StudyResult reported =
        Results.standing(Results.collapse("1.2"), new Standing(Set.of(LUMBAR.key()), true, false));

    List<Card> cards = cards(List.of(LUMBAR), reported);

    assertThat(topics(cards)).containsExactly("reported");
    Card card = cards.get(0);
    assertThat(card.summary())
        .isEqualTo("A radiologist has reported this study: spine X-ray of 2026-02-28");
    assertThat(card.detail()).doesNotContain("%", "ollapse", "asap");
    assertThat(card.choice().suggestions()).isEmpty();
    assertThat(card.indicator()).isEqualTo(Card.Indicator.INFO);
    assertThat(card.links())
        .extracting(Card.Link::url)
        .as("which people may open")
        .containsExactly("https://spinexr.example.org/xr/studies/1.2");
    assertThat(cards(List.of(CERVICAL), Results.standing(reported, finalised())))
        .as("nor is it counted among the AI's results")
        .isEmpty();
  }

  private static Standing finalised() {
    return new Standing(Set.of(), true, true);
  }

  @Example
  void letsAReportOfTheNewestStudySilenceEarlierOnes() {
    List<Card> cards =
        cards(
            List.of(LUMBAR),
            daysOld(1, Results.standing(Results.slip("1.3"), finalised())),
            daysOld(60, Results.read(Results.collapse("1.2"))));

    assertThat(suggestions(cards)).isEmpty();
    Relevance relevance = new Relevance(TriagePolicy.DEFAULT, Duration.ofDays(90), CdsServer.CLOCK);
    assertThat(
            relevance.raising(
                List.of(daysOld(1, Results.standing(Results.slip("1.3"), finalised()))), LUMBAR))
        .isEmpty();
  }

  private List<Card> notices(OrderStage stage, int running, boolean incomplete, Notice... notices) {
    ImagingOrder signed = LUMBAR.order().order();
    ImagingOrder order =
        new ImagingOrder(
            signed.source(),
            signed.id(),
            true,
            signed.patient(),
            signed.numbers(),
            signed.examination(),
            signed.priority(),
            stage,
            Set.of());
    Knowledge.Order known =
        new Knowledge.Order("key", new SpineOrder(order, LUMBAR.order().resource()));
    return maker
        .forOrders(
            new CardMaker.Call("call", ClientProfile.STANDARD),
            new Knowledge(
                List.of(known),
                List.of(daysOld(1, Results.normal("1.2"))),
                running,
                Set.of(notices),
                incomplete),
            History.NONE)
        .stream()
        .map(Card.Issued::card)
        .toList();
  }

  @Example
  void tellsAnOrdererWhatToDoAndAtMostOneThingToWaitFor() {
    assertThat(topics(notices(OrderStage.SIGNED, 2, true, Notice.values())))
        .containsExactly("findings", "not-matched", "analysis-failed", "withheld", "running");
    assertThat(topics(notices(OrderStage.SIGNED, 0, true, Notice.STILL_SEARCHING)))
        .containsExactly("findings", "unavailable");
    assertThat(topics(notices(OrderStage.SIGNED, 0, false, Notice.ARCHIVE_UNAVAILABLE)))
        .containsExactly("findings", "searching");
    assertThat(topics(notices(OrderStage.SIGNED, 0, false, Notice.NO_MAPPED_IDENTIFIER)))
        .containsExactly("findings", "not-matched");
    assertThat(topics(notices(OrderStage.SIGNED, 0, false, Notice.NO_IMAGES_YET)))
        .containsExactly("findings", "no-images");
    assertThat(topics(notices(OrderStage.SELECTED, 0, false, Notice.NO_IMAGES_YET)))
        .as("nobody waits for the images of a draft")
        .containsExactly("findings");
    assertThat(topics(notices(OrderStage.SIGNED, 0, false))).containsExactly("findings");
  }

  @Example
  void saysOnTheFindingsCardThatMoreMayCome() {
    for (Notice notice : EnumSet.of(Notice.STILL_SEARCHING, Notice.ARCHIVE_UNAVAILABLE)) {
      Card card = notices(OrderStage.SIGNED, 0, false, notice).get(0);
      assertThat(card.summary()).endsWith("; AI not finished");
      assertThat(card.detail()).contains("The AI has not finished");
    }
    assertThat(notices(OrderStage.SIGNED, 1, false).get(0).summary()).endsWith("not finished");
    assertThat(notices(OrderStage.SIGNED, 0, true).get(0).summary()).endsWith("not finished");
    assertThat(notices(OrderStage.SIGNED, 0, false, Notice.NO_IMAGES_YET).get(0).summary())
        .doesNotContain("not finished");
  }

  @Property(tries = 500)
  void neverLowersOrKeepsAPriorityNorSuggestsTwoForOneOrder(
      @ForAll long seed, @ForAll ClientProfile client) {
    Random random = new Random(seed);
    List<String> priorities =
        Arrays.stream(ReadingPriority.values()).map(ReadingPriority::code).toList();
    List<String> regions = List.of("Lumbar spine", "Cervical spine", "Spine", "");
    List<Knowledge.Order> orders =
        random
            .ints(1 + random.nextInt(4), 0, 16)
            .mapToObj(i -> order("order-" + i, regions.get(i / 4), priorities.get(i % 4)))
            .distinct()
            .toList();
    List<StudyResult> finished =
        random
            .ints(random.nextInt(6), 0, 16)
            .distinct()
            .mapToObj(
                i ->
                    Results.standing(
                        daysOld(
                            random.nextInt(200),
                            Results.described(result(i, random), regions.get(random.nextInt(4)))),
                        new Standing(
                            random.nextBoolean() ? Set.of() : Set.of(orders.get(0).key()),
                            random.nextInt(4) == 0,
                            random.nextBoolean())))
            .toList();

    Map<String, String> suggested = new HashMap<>();
    for (Card card : cards(client, orders, finished.toArray(StudyResult[]::new))) {
      for (Card.Suggestion suggestion : card.choice().suggestions()) {
        for (Card.Action action : suggestion.actions()) {
          String id = action.resource().get("id").asText();
          String priority = action.resource().get("priority").asText();
          assertThat(suggested.put(id, priority)).as("a second suggestion").isNull();
          Knowledge.Order order =
              orders.stream().filter(o -> o.order().order().id().equals(id)).findFirst().get();
          assertThat(priorities.indexOf(priority))
              .isLessThan(priorities.indexOf(order.order().order().priority().code()));
        }
      }
    }
  }

  private static StudyResult result(int number, Random random) {
    String uid = "1.2." + number;
    return switch (random.nextInt(3)) {
      case 0 -> Results.normal(uid);
      case 1 -> Results.slip(uid);
      default -> Results.collapse(uid);
    };
  }
}

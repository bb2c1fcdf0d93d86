package io.spinexr.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.archive.FoundStudies;
import io.spinexr.archive.FoundStudy;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.archive.StudyNumbers;
import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.PatientIdentity;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchPlanTest {
  private static final Instant ORDERED = Instant.parse("2026-03-01T08:00:00Z");
  private static final SearchProperties PROPERTIES = Node.defaults(SearchProperties.class);

  @Test
  void settlesWhenTheStudyIsNoOtherOrdersToo() {
    assertThat(after(Duration.ofDays(1), Optional.empty(), false)).isEqualTo(OrderState.COMPLETE);
    assertThat(after(Duration.ofDays(1), Optional.of("A1"), true)).isEqualTo(OrderState.COMPLETE);
  }

  @Test
  void waitsToTheEndWhenTwoOrdersClaimOneStudy() {
    Duration end = PROPERTIES.giveUpAfter();

    assertThat(after(end.minusSeconds(1), Optional.empty(), true)).isEqualTo(OrderState.WAITING);
    assertThat(after(end, Optional.empty(), true)).isEqualTo(OrderState.COMPLETE);
  }

  @Test
  void settlesWhenThePlacerNumberTellsWhichOfTwoOrdersItWas() {
    OrderNumbers placer = new OrderNumbers(Optional.empty(), Optional.of("P1"));

    assertThat(after(Duration.ofDays(1), placer, true, stating("P1")))
        .isEqualTo(OrderState.COMPLETE);
    assertThat(after(Duration.ofDays(1), placer, true, stating())).isEqualTo(OrderState.WAITING);
  }

  @Test
  void countsSearchesUntilTheOrdersImagesChange() {
    RememberedOrder waiting =
        new RememberedOrder(
            Hospital.order(Hospital.newPatient()),
            OrderState.WAITING,
            Optional.empty(),
            Set.of(),
            ORDERED,
            ORDERED,
            Optional.of(ORDERED),
            Optional.empty(),
            3,
            false);
    SearchPlan plan = new SearchPlan(PROPERTIES, ZoneOffset.UTC);
    FoundStudies nothing = new FoundStudies(List.of(), true, false, false, Optional.empty());
    LinkedStudy one = new LinkedStudy("1.2.3", 1, 1, true);
    LinkedStudy two = new LinkedStudy("1.2.3", 2, 2, true);

    assertThat(plan.next(waiting, nothing, List.of(), Map.of(), false, ORDERED).polls())
        .isEqualTo(4);
    RememberedOrder first =
        plan.next(waiting, nothing, List.of(one), Map.of(), false, ORDERED.plusSeconds(9));
    assertThat(first.polls()).isZero();
    assertThat(first.confirmed()).isTrue();
    RememberedOrder same =
        plan.next(
            first, nothing, List.of(one), Map.of("1.2.3", one), false, ORDERED.plusSeconds(9));
    assertThat(same.polls()).isEqualTo(1);
    assertThat(
            plan.next(
                    same,
                    nothing,
                    List.of(two),
                    Map.of("1.2.3", one),
                    false,
                    ORDERED.plusSeconds(9))
                .polls())
        .isZero();
  }

  private static List<FoundStudy> stating(String... placers) {
    return List.of(
        found(new StudyNumbers(Set.of(), Set.of(placers)), LocalDate.EPOCH, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    // order: accession, placer; study: accessions, placers; taken on; own
    "A1, '',   A1, '',      2026-03-01, true",
    "A1, '',   A1, '',      2020-01-01, true",
    "A1, '',   A2, '',      2026-03-01, false",
    "A1, '',   '', '',      2026-03-01, false",
    "A1, '',   a1, '',      2026-03-01, false",
    "A*, '',   A1, '',      2026-03-01, false",
    "A1, '',   'A2 A1', '', 2026-03-01, true",
    "'', P1,   '', P1,      2026-03-01, true",
    "'', P1,   '', P1,      2020-01-01, true",
    "'', P1,   '', P2,      2026-03-01, false",
    "'', P1,   '', 'P2 P1', 2026-03-01, true",
    "'', P1,   '', '',      2026-03-01, true",
    "'', P1,   A2, '',      2026-03-01, true",
    "'', P1,   '', '',      2026-02-28, false",
    "'', P1,   P1, '',      2026-02-28, false",
    "A1, P1,   A1, P2,      2026-03-01, true",
    "A1, P1,   A2, P1,      2026-03-01, true",
    "A1, P1,   '', P1,      2026-03-01, true",
    "A1, P1,   A2, P2,      2026-03-01, false",
    "A1, P1,   A2, '',      2026-03-01, false",
    "A1, P1,   '', '',      2026-03-01, false",
    "'', '',   A1, P1,      2026-03-01, true",
    "'', '',   A1, P1,      2026-02-28, false",
  })
  void takesAStudyForAnOrdersOwnByNumberElseByDay(
      String accession,
      String placer,
      String accessions,
      String placers,
      LocalDate taken,
      boolean own) {
    OrderNumbers ordered = new OrderNumbers(number(accession), number(placer));
    StudyNumbers stated = new StudyNumbers(numbers(accessions), numbers(placers));

    assertThat(isOwn(ordered, ORDERED, stated, taken, Optional.empty())).isEqualTo(own);
  }

  @ParameterizedTest
  @CsvSource({
    // signed; taken on, by an offset or in the zone of the archive, Europe/Berlin; own
    "2026-02-28T23:30:00Z, 2026-03-01,,       true", // signed at 00:30
    "2026-02-28T23:30:00Z, 2026-02-28,,       false",
    "2026-02-28T22:30:00Z, 2026-02-28,,       true",
    "2026-03-01T04:00:00Z, 2026-02-28,,       false",
    "2026-03-01T04:00:00Z, 2026-02-28, -05:00, true", // still the evening before
    "2026-03-01T06:00:00Z, 2026-02-28, -05:00, false",
    "2026-02-28T20:00:00Z, 2026-02-28, +09:00, false", // tomorrow already
    "2026-02-28T20:00:00Z, 2026-03-01, +09:00, true",
  })
  void reckonsTheDayOfAnOrderWhereTheStudyWasMade(
      Instant signed, LocalDate taken, String offset, boolean own) {
    assertThat(
            isOwn(
                OrderNumbers.NONE,
                signed,
                new StudyNumbers(Set.of(), Set.of()),
                taken,
                Optional.ofNullable(offset).map(ZoneOffset::of)))
        .isEqualTo(own);
  }

  private static boolean isOwn(
      OrderNumbers ordered,
      Instant signed,
      StudyNumbers stated,
      LocalDate taken,
      Optional<ZoneOffset> offset) {
    PatientIdentity patient = Hospital.identity(Hospital.newPatient());
    RememberedOrder order =
        new RememberedOrder(
            Hospital.order(patient, ordered),
            OrderState.SEARCHING,
            Optional.empty(),
            Set.of(),
            signed,
            signed,
            Optional.empty(),
            Optional.empty(),
            0,
            false);
    return new SearchPlan(PROPERTIES, ZoneId.of("Europe/Berlin"))
        .isOwn(order, found(stated, taken, offset), false);
  }

  private static FoundStudy found(
      StudyNumbers stated, LocalDate taken, Optional<ZoneOffset> offset) {
    ArchivePatient matched =
        new ArchivePatient(
            Hospital.SYSTEM, "P", Optional.empty(), Optional.empty(), Optional.empty());
    return new FoundStudy("1.2.3", matched, 1, 1, stated, Optional.of(taken), offset, "");
  }

  private static Optional<String> number(String text) {
    return Optional.of(text).filter(number -> !number.isEmpty());
  }

  private static Set<String> numbers(String text) {
    return text.isEmpty() ? Set.of() : Set.of(text.split(" "));
  }

  /** The state of an order whose study came in the first minute. */
  private static OrderState after(Duration time, Optional<String> accession, boolean shared) {
    return after(time, new OrderNumbers(accession, Optional.empty()), shared, List.of());
  }

  @Test
  void keepsAnOrderOpenWhileAnArchiveDoesNotAnswer() {
    RememberedOrder after =
        next(
            remembered(Set.of()),
            new FoundStudies(
                List.of(),
                true,
                false,
                false,
                Optional.of(
                    new DicomWebException(
                        DicomWebException.Kind.UNAUTHORIZED, "HTTP 401, check it"))),
            Duration.ofDays(1));

    assertThat(after.state()).isEqualTo(OrderState.WAITING);
    assertThat(after.notices()).contains(OrderAnswer.Notice.ARCHIVE_UNAVAILABLE);
    assertThat(after.reason())
        .contains("the archive did not answer as it should: HTTP 401, check it");
  }

  /** Nobody waits for a draft's images; an archive that was not searched may hold earlier ones. */
  @Test
  void searchesAgainForADraftWhileAnArchiveDoesNotAnswer() {
    FoundStudies answered = new FoundStudies(List.of(), true, false, false, Optional.empty());
    FoundStudies unanswered =
        new FoundStudies(
            List.of(),
            true,
            false,
            false,
            Optional.of(new DicomWebException(DicomWebException.Kind.UNAVAILABLE, "down")));
    RememberedOrder draft =
        remembered(Set.of())
            .with(
                Hospital.order(Hospital.identity(Hospital.newPatient()), Optional.empty(), false));

    assertThat(next(draft, answered, Duration.ofMinutes(1)).state()).isEqualTo(OrderState.COMPLETE);
    assertThat(next(draft, unanswered, Duration.ofMinutes(1)).state())
        .isEqualTo(OrderState.WAITING);
  }

  @Test
  void saysWhileItHoldsThatNothingTellsWhatRadiographsShow() {
    FoundStudies undescribed = new FoundStudies(List.of(), true, false, true, Optional.empty());
    FoundStudies described = new FoundStudies(List.of(), true, false, false, Optional.empty());

    RememberedOrder first = next(remembered(Set.of()), undescribed, Duration.ofDays(1));
    RememberedOrder last = next(first, undescribed, PROPERTIES.giveUpAfter());

    assertThat(first.notices()).contains(OrderAnswer.Notice.IMAGES_NOT_DESCRIBED);
    assertThat(last.notices()).contains(OrderAnswer.Notice.IMAGES_NOT_DESCRIBED);
    assertThat(next(first, described, Duration.ofDays(1)).notices())
        .doesNotContain(OrderAnswer.Notice.IMAGES_NOT_DESCRIBED);
    assertThat(last.state()).isEqualTo(OrderState.GIVEN_UP);
    assertThat(last.reason().orElseThrow())
        .startsWith("the patient's radiographs state neither body part nor description")
        .contains("spinexr.radiographs");
  }

  private static RememberedOrder remembered(Set<OrderAnswer.Notice> notices) {
    return new RememberedOrder(
        Hospital.order(Hospital.newPatient()),
        OrderState.WAITING,
        Optional.empty(),
        notices,
        ORDERED,
        ORDERED,
        Optional.of(ORDERED),
        Optional.empty(),
        1,
        true);
  }

  private static RememberedOrder next(
      RememberedOrder order, FoundStudies found, Duration afterOrder) {
    return new SearchPlan(PROPERTIES, ZoneOffset.UTC)
        .next(order, found, List.of(), Map.of(), false, ORDERED.plus(afterOrder));
  }

  private static OrderState after(
      Duration time, OrderNumbers numbers, boolean shared, List<FoundStudy> found) {
    ImagingOrder order = Hospital.order(Hospital.identity(Hospital.newPatient()), numbers);
    Instant came = ORDERED.plusSeconds(60);
    RememberedOrder remembered =
        new RememberedOrder(
            order,
            OrderState.WAITING,
            Optional.empty(),
            Set.of(),
            ORDERED,
            ORDERED,
            Optional.of(came),
            Optional.of(came),
            1,
            true);
    LinkedStudy study = new LinkedStudy("1.2.3", 2, 2, true);
    return new SearchPlan(PROPERTIES, ZoneOffset.UTC)
        .next(
            remembered,
            new FoundStudies(found, true, false, false, Optional.empty()),
            List.of(study),
            Map.of(study.studyUid(), study),
            shared,
            ORDERED.plus(time))
        .state();
  }
}

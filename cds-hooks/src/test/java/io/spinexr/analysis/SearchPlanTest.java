package io.spinexr.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.order.ImagingOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

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

  /** The state of an order whose study came in the first minute. */
  private static OrderState after(Duration time, Optional<String> accession, boolean shared) {
    ImagingOrder order = Hospital.order(Hospital.identity(Hospital.newPatient()), accession, true);
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
            new ImageSearch.Found(List.of(), true, false),
            List.of(study),
            Map.of(study.studyUid(), study),
            shared,
            ORDERED.plus(time))
        .state();
  }
}

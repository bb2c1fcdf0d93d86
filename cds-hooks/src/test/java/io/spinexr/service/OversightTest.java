package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.search.SearchProperties;
import io.spinexr.state.Confirmations;
import io.spinexr.store.OrderStore;
import io.spinexr.store.Schema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OversightTest {
  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  private final HikariDataSource database = Node.database("oversight-" + System.nanoTime());
  private OrderStore store;
  private Oversight oversight;

  @BeforeEach
  void prepare() {
    Schema.migrate(database);
    store = new OrderStore(database);
    oversight =
        new Oversight(
            store, Node.defaults(SearchProperties.class), Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void orders(int count, boolean confirmed, Duration ago) {
    for (int i = 0; i < count; i++) {
      SyntheticPatient patient = Hospital.newPatient();
      ImagingOrder order = Hospital.order(patient);
      store.insert(
          confirmed
              ? new ImagingOrder(
                  order.source(),
                  order.id(),
                  true,
                  order.patient(),
                  new OrderNumbers(Optional.of("A" + i), Optional.empty()),
                  order.examination(),
                  order.priority(),
                  order.stage(),
                  order.requesters())
              : order,
          NOW.minus(ago));
    }
  }

  @Test
  void isCalmWhileOrdersAreConfirmed() {
    orders(30, true, Duration.ofDays(3));
    orders(5, false, Duration.ofDays(3));

    assertThat(oversight.verdict().week()).isEqualTo(new Confirmations(35, 5));
    assertThat(oversight.verdict().alarming()).isFalse();
  }

  @Test
  void isAlarmedWhenHardlyAnythingIsConfirmed() {
    orders(4, true, Duration.ofDays(3));
    orders(16, false, Duration.ofDays(3));

    assertThat(oversight.verdict().alarming()).isTrue();
  }

  @Test
  void isNotAlarmedJustBelowTheLimit() {
    orders(5, true, Duration.ofDays(3));
    orders(19, false, Duration.ofDays(3));

    assertThat(oversight.verdict().alarming()).isFalse();
  }

  @Test
  void isAlarmedWhenTheShareRises() {
    orders(25, true, Duration.ofDays(20));
    orders(13, true, Duration.ofDays(3));
    orders(12, false, Duration.ofDays(3));

    assertThat(oversight.verdict().alarming()).isTrue();
  }

  @Test
  void judgesNeitherFewOrdersNorYoungOnes() {
    orders(19, false, Duration.ofDays(3));
    orders(100, false, Duration.ofHours(2));

    assertThat(oversight.verdict().alarming()).isFalse();
  }
}

package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.order.ImagingOrder;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.store.OrderStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who waits for an order, while nobody works here. */
class WaitingTest {
  private final HikariDataSource database = Node.database("waiting-" + System.nanoTime());
  private final Node node =
      Node.of(database, URI.create("http://127.0.0.1:9/dicom-web")).withoutJobs().start();
  private final OrderStore orders = new OrderStore(database);
  private final ExecutorService clinician = Executors.newSingleThreadExecutor();
  private final ImagingOrder order = Hospital.order(Hospital.newPatient());

  @AfterEach
  void close() {
    clinician.shutdownNow();
    node.close();
    database.close();
  }

  @Test
  void seesAtTheDeadlineWhatNobodyTold() {
    Future<OrderAnswer> answer = clinician.submit(() -> node.answer(order, Duration.ofSeconds(3)));

    RememberedOrder asked =
        await().atMost(Node.SOON).until(() -> orders.order(order.key()), Optional::isPresent).get();
    orders.searched(asked.searched(Instant.now(), OrderState.WAITING, Optional.empty(), Set.of()));

    assertThat(answer)
        .succeedsWithin(Node.SOON)
        .extracting(OrderAnswer::notices)
        .isEqualTo(Set.of());
  }
}

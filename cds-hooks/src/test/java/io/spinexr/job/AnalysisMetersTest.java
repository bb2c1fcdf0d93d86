package io.spinexr.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.store.OrderStore;
import io.spinexr.store.OutputStore;
import io.spinexr.store.Schema;
import io.spinexr.store.StudyStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class AnalysisMetersTest {
  private final HikariDataSource database = Node.database("meters-" + System.nanoTime());
  private final AtomicInteger statements = new AtomicInteger();
  private final MeterRegistry meters = new SimpleMeterRegistry();

  @AfterEach
  void close() {
    database.close();
  }

  /** Outside a transaction, each statement takes a connection. */
  private DataSource counting() {
    return new DelegatingDataSource(database) {
      @Override
      public Connection getConnection() throws SQLException {
        statements.incrementAndGet();
        return super.getConnection();
      }
    };
  }

  private StudyStore counted() {
    return new StudyStore(counting());
  }

  private double orders(String state) {
    return meters.get("spinexr.orders").tag("state", state).gauge().value();
  }

  @Test
  void readsAllGaugesOfAScrapeInOneStatement() {
    Schema.migrate(database);
    OrderStore orders = new OrderStore(database);
    orders.insert(Hospital.order(Hospital.newPatient()), Instant.now());
    new AnalysisMeters(meters, () -> true).observe(counted(), "set-1");

    assertThat(orders("searching")).isEqualTo(1);
    assertThat(orders("complete")).isZero();
    assertThat(meters.get("spinexr.studies").tag("state", "queued").gauge().value()).isZero();
    assertThat(statements).hasValue(1);

    orders.insert(Hospital.order(Hospital.newPatient()), Instant.now());
    await().atMost(Node.SOON).until(() -> orders("searching") == 2);
  }

  private double waiting(String output) {
    return meters.get("spinexr.outputs.waiting").tag("output", output).gauge().value();
  }

  @Test
  void readsTheGaugesOfAllOutputsInOneStatementForEachState() {
    Schema.migrate(database);
    new OutputStore(database).ask("1.2.3", "set-1", "record", Instant.now());
    new AnalysisMeters(meters, () -> true)
        .observe(new OutputStore(counting()), List.of("record", "ehr"));

    assertThat(waiting("record")).isEqualTo(1);
    assertThat(waiting("ehr")).isZero();
    assertThat(statements).hasValue(1);
  }

  @Test
  void asksNothingOfADatabaseThatIsKnownToBeAway() {
    AnalysisMeters known = new AnalysisMeters(meters, () -> false);
    known.observe(counted(), "set-1");
    known.observe(new OutputStore(counting()), List.of("record"));

    assertThat(orders("searching")).isNaN();
    assertThat(waiting("record")).isNaN();
    assertThat(statements).hasValue(0);
  }

  @Test
  void knowsNoNumbersWhileTheDatabaseDoesNotAnswer() {
    new AnalysisMeters(meters, () -> true).observe(counted(), "set-1"); // without its tables

    assertThat(orders("searching")).isNaN();
    assertThat(orders("complete")).isNaN();
    assertThat(statements).hasValue(1);
  }
}

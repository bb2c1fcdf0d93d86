package io.spinexr.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.audit.AuditTrail;
import io.spinexr.service.Node;
import io.spinexr.store.Schema;
import io.spinexr.store.Transactions;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;

class ErrandTest {
  private static final Duration SOON = Duration.ofMillis(100);
  private static final AnalysisProperties HASTY =
      new AnalysisProperties(1, 3, Duration.ofHours(1), SOON, SOON, SOON, SOON, 512, 300_000, 100);

  private final HikariDataSource database = Node.database("errand-" + System.nanoTime());
  private final JdbcClient jdbc = JdbcClient.create(database);
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger attempts = new AtomicInteger();

  /** What is brought. */
  record Parcel(String content) {}

  @BeforeEach
  void makeTables() {
    Schema.migrate(database);
  }

  @AfterEach
  void close() {
    database.close();
  }

  /** One node more ends at it, which the next one finds. */
  @ParameterizedTest
  @CsvSource({"4, 1", "5, 0"})
  void isNotTakenUpForEverWhenItEndsOneNodeAfterTheOther(int deathsBefore, int attempted) {
    Clock clock = Clock.systemUTC();
    try (Jobs jobs = new Jobs(database, "node-that-lives", HASTY, clock)) {
      Work work =
          new Work(
              new Transactions(database),
              jobs,
              new Changes(keys -> {}),
              HASTY,
              new AnalysisMeters(meters, () -> true),
              new Processor(1),
              new AuditTrail(database, Optional::empty, clock),
              clock);
      Errand<Parcel> errand =
          new Errand<>("fatal", Parcel.class, parcel -> attempts.incrementAndGet(), work);
      errand.send("1", new Parcel("x"), clock.instant());
      leftByADeadNode(deathsBefore);

      jobs.start(List.of(errand.task()), 1, Optional.empty());

      await()
          .atMost(Node.SOON)
          .until(
              () -> jdbc.sql("select count(*) from order_job").query(Integer.class).single() == 0);
    }
    assertThat(attempts).hasValue(attempted);
    assertThat(meters.find("spinexr.job.failures").tag("job", "fatal").counters())
        .as("given up visibly")
        .hasSize(1 - attempted);
  }

  private void leftByADeadNode(int deathsBefore) {
    jdbc.sql(
            "update order_job set picked = true, picked_by = 'node-that-ended', last_heartbeat ="
                + " :then, consecutive_failures = :deaths")
        .param("then", Timestamp.from(Instant.now().minusSeconds(60)))
        .param("deaths", deathsBefore)
        .update();
    jdbc.sql(
            "insert into job_death (task_name, task_instance, deaths) values ('fatal', '1',"
                + " :deaths)")
        .param("deaths", deathsBefore)
        .update();
  }
}

package io.spinexr.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.service.Node;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What one node tells, and another hears. */
class NotificationsTest {
  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  private HikariDataSource database;
  private Notifications here;
  private Notifications there;
  private final Changes heard = new Changes(keys -> {});
  private Changes said;

  @BeforeEach
  void listen() throws InterruptedException {
    database = Node.pool(POSTGRESQL.url(), POSTGRESQL.user());
    here = Notifications.of(database).orElseThrow();
    there = Notifications.of(database).orElseThrow();
    said = new Changes(there::send);
    try (Changes.Watch start = heard.watch("any")) {
      start.await(Duration.ZERO);
      here.listen(heard);
      assertThat(start.await(Node.SOON)).isTrue(); // it listens
      there.send(List.of("any"));
      assertThat(start.await(Node.SOON)).isTrue(); // everybody has been told so
    }
  }

  @AfterEach
  void close() {
    here.close();
    database.close();
  }

  private Changes.Watch waiting(String orderKey) throws InterruptedException {
    Changes.Watch watch = heard.watch(orderKey);
    assertThat(watch.await(Duration.ZERO)).isTrue(); // whatever happened before
    return watch;
  }

  @Test
  void tellsWhatIsCommittedAndNothingElse() throws InterruptedException {
    TransactionTemplate transactions =
        new TransactionTemplate(new JdbcTransactionManager(database));
    try (Changes.Watch undone = waiting("undone");
        Changes.Watch done = waiting("done");
        Changes.Watch alsoDone = waiting("also-done")) {
      transactions.executeWithoutResult(
          status -> {
            said.happened("undone");
            status.setRollbackOnly();
          });
      transactions.executeWithoutResult(
          status -> {
            said.happened(List.of("done", "also-done"));
            assertThat(asItIs(done)).isFalse();
          });

      assertThat(done.await(Node.SOON)).isTrue();
      assertThat(alsoDone.await(Node.SOON)).isTrue();
      // PostgreSQL delivers in the order of commits: nothing else is under way.
      assertThat(undone.await(Duration.ZERO)).isFalse();
    }
  }

  @Test
  void tellsAllWhoWaitAfterItsConnectionBroke() throws InterruptedException {
    try (Changes.Watch watch = waiting("order")) {
      JdbcClient.create(database)
          .sql(
              """
              select pg_terminate_backend(pid) from pg_stat_activity
              where query like 'listen %' and pid <> pg_backend_pid()\
              """)
          .query()
          .listOfRows();
      said.happened("other"); // which nobody hears

      assertThat(watch.await(Node.SOON)).isTrue();

      said.happened("order");
      assertThat(watch.await(Node.SOON)).isTrue();
    }
  }

  @Test
  void isNothingForADatabaseInThisProcess() {
    try (HikariDataSource h2 = Node.database("notifications")) {
      assertThat(Notifications.of(h2)).isEmpty();
    }
  }

  private static boolean asItIs(Changes.Watch watch) {
    try {
      return watch.await(Duration.ZERO);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}

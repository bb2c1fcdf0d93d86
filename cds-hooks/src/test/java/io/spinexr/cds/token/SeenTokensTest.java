package io.spinexr.cds.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.cds.CdsServer;
import io.spinexr.cds.MovingClock;
import io.spinexr.order.Sha256;
import io.spinexr.store.Schema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ForkJoinPool;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Used tokens are remembered while they could be used again, and no longer. */
class SeenTokensTest {
  private static final Instant START = CdsServer.CLOCK.instant();
  private static final String SHORT = Sha256.of("short");
  private static final String LONG = Sha256.of("long");

  private final JdbcDataSource database = new JdbcDataSource();
  private final MovingClock clock = new MovingClock(START);
  private SeenTokens seen;

  @BeforeEach
  void start() {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Schema.migrate(database);
    seen = new SeenTokens(database, clock, ForkJoinPool.commonPool());
  }

  private List<String> remembered() {
    return JdbcClient.create(database)
        .sql("select id from cds_token order by expires_at")
        .query(String.class)
        .list();
  }

  @Test
  void forgetsWhatHasEndedAndNothingElse() {
    assertThat(seen.isFirstUse(SHORT, START.plus(Duration.ofMinutes(6)))).isTrue();
    assertThat(seen.isFirstUse(LONG, START.plus(Duration.ofMinutes(90)))).isTrue();
    assertThat(remembered()).containsExactly(SHORT, LONG);

    clock.pass(Duration.ofHours(1));

    assertThat(seen.isFirstUse(LONG, START.plus(Duration.ofMinutes(90))))
        .as("used an hour ago, and not ended yet")
        .isFalse();
    assertThat(remembered()).as("the ended one is forgotten").containsExactly(LONG);
  }

  @Test
  void remembersUntilTheVeryEnd() {
    Instant end = START.plus(Duration.ofMinutes(6));
    assertThat(seen.isFirstUse(SHORT, end)).isTrue();

    clock.pass(Duration.ofMinutes(6));
    assertThat(seen.isFirstUse(SHORT, end)).isFalse();

    clock.pass(Duration.ofMinutes(2));
    assertThat(seen.isFirstUse(LONG, end.plus(Duration.ofHours(1)))).isTrue();
    assertThat(remembered()).containsExactly(LONG);
  }

  @Test
  void remembersOnEveryNode() {
    assertThat(seen.isFirstUse(SHORT, START.plus(Duration.ofMinutes(6)))).isTrue();
    assertThat(
            new SeenTokens(database, clock, ForkJoinPool.commonPool())
                .isFirstUse(SHORT, START.plus(Duration.ofMinutes(6))))
        .isFalse();
  }
}

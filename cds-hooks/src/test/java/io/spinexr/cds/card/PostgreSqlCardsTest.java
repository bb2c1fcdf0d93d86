package io.spinexr.cds.card;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.cds.CdsServer;
import io.spinexr.cds.Results;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.Viewer;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.state.StudyResult;
import io.spinexr.store.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Issued cards on PostgreSQL, many at once. */
class PostgreSqlCardsTest {
  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  private static Card.Issued card(StudyResult result, UUID uuid) {
    Card card = CardMakerTest.anyCard();
    return new Card.Issued(
        new Card(
            uuid,
            card.summary(),
            card.detail(),
            card.indicator(),
            card.source(),
            card.choice(),
            card.overrideReasons(),
            card.links()),
        Card.Kind.FINDINGS,
        Optional.of(Card.Subject.of(result)));
  }

  @Test
  void keepsEveryCardOfManyCallsAtOnce() throws Exception {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(POSTGRESQL.url());
    config.setUsername(POSTGRESQL.user());
    config.setMaximumPoolSize(4);
    ExecutorService threads = Executors.newFixedThreadPool(16);
    try (HikariDataSource database = new HikariDataSource(config)) {
      Schema.migrate(database);
      IssuedCards cards = new IssuedCards(database, CdsServer.CLOCK);
      CdsService service = CdsService.ALL.get(0);
      StudyResult result = Results.collapse("1.2");
      Viewer nobody = new Viewer("ehr", Optional.empty());
      Viewer somebody = new Viewer("ehr", Optional.of("Practitioner/1"));
      List<Callable<Void>> calls = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        Viewer viewer = i / 4 % 2 == 0 ? nobody : somebody;
        Card.Issued card = card(result, UUID.nameUUIDFromBytes(new byte[] {(byte) (i / 4)}));
        calls.add(
            () -> {
              cards.remember(service, viewer, List.of(card));
              return null;
            });
      }
      for (Future<Void> call : threads.invokeAll(calls)) {
        call.get();
      }

      assertThat(
              JdbcClient.create(database)
                  .sql("select count(*) from cds_card")
                  .query(Integer.class)
                  .single())
          .isEqualTo(50);
      assertThat(
              cards
                  .history(somebody, Set.of("1.2"))
                  .shown(Card.Subject.of(result), UUID.randomUUID()))
          .isTrue();
      assertThat(cards.history(nobody, Set.of("1.2"))).isEqualTo(History.NONE);
    } finally {
      threads.shutdownNow();
    }
  }
}

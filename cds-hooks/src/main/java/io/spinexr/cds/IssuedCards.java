package io.spinexr.cds;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which study and model set each shown findings card was about, so that feedback on its uuid can be
 * understood. Nothing about patients, users or orders is kept.
 */
final class IssuedCards {
  private final JdbcClient database;
  private final Clock clock;

  IssuedCards(DataSource dataSource, Clock clock) {
    this.database = JdbcClient.create(dataSource);
    this.clock = clock;
  }

  void remember(CdsService service, List<Card.Issued> cards) {
    for (Card.Issued issued : cards) {
      issued.subject().ifPresent(subject -> remember(service, issued.card(), subject));
    }
  }

  private void remember(CdsService service, Card card, Card.Subject subject) {
    try {
      database
          .sql(
              "insert into cds_card (uuid, service, study_uid, model_set, issued_at)"
                  + " values (:uuid, :service, :study, :models, :at)")
          .param("uuid", card.uuid().toString())
          .param("service", service.id())
          .param("study", subject.studyUid())
          .param("models", subject.modelSet())
          .param("at", Timestamp.from(clock.instant()))
          .update();
    } catch (DuplicateKeyException e) {
      // The client repeated its call, and got the same card.
    }
  }
}

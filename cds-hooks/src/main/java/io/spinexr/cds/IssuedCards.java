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
    database
        .sql(
            """
            create table if not exists cds_card (
              uuid varchar(36) primary key,
              service varchar(100) not null,
              study_uid varchar(64) not null,
              model_set varchar(200) not null,
              issued_at timestamp with time zone not null)
            """)
        .update();
  }

  void remember(CdsService service, List<Card.Issued> cards) {
    for (Card.Issued issued : cards) {
      issued.subject().ifPresent(subject -> remember(service, issued.card(), subject));
    }
  }

  private void remember(CdsService service, Card card, Card.Subject subject) {
    try {
      database
          .sql("insert into cds_card values (:uuid, :service, :study, :models, :at)")
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

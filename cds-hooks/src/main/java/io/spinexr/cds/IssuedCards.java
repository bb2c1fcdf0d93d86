package io.spinexr.cds;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Which findings each card about a study showed, and to whom, so that feedback on its uuid can be
 * understood and nobody is told twice. Nothing about patients or orders is kept.
 */
final class IssuedCards {
  /** A client's feedback counts for its own cards; without authentication anybody's does. */
  private static final String FEEDBACK =
      "f.card = c.uuid and f.outcome = 'overridden' and coalesce(f.issuer, c.issuer) = c.issuer";

  private final JdbcClient database;
  private final Clock clock;

  IssuedCards(DataSource dataSource, Clock clock) {
    this.database = JdbcClient.create(dataSource);
    this.clock = clock;
  }

  void remember(CdsService service, Viewer viewer, List<Card.Issued> cards) {
    for (Card.Issued issued : cards) {
      issued.subject().ifPresent(subject -> remember(service, viewer, issued.card(), subject));
    }
  }

  private void remember(CdsService service, Viewer viewer, Card card, Card.Subject subject) {
    try {
      database
          .sql(
              """
              insert into cds_card (uuid, service, study_uid, model_set, issued_at, issuer,
                user_id, findings_hash)
              values (:uuid, :service, :study, :models, :at, :issuer, :user, :hash)
              """)
          .param("uuid", card.uuid().toString())
          .param("service", service.id())
          .param("study", subject.studyUid())
          .param("models", subject.modelSet())
          .param("at", Timestamp.from(clock.instant()))
          .param("issuer", viewer.issuer())
          .param("user", viewer.user().orElse(null))
          .param("hash", subject.findingsHash())
          .update();
    } catch (DuplicateKeyException e) {
      // The client repeated its call, and got the same card.
    }
  }

  /** What the viewer was shown of these studies; nothing when the call names no user. */
  History history(Viewer viewer, Collection<String> studyUids) {
    if (viewer.user().isEmpty() || studyUids.isEmpty()) {
      return History.NONE;
    }
    return new History(
        database
            .sql(
                """
                select c.uuid, c.study_uid, c.model_set, c.findings_hash, exists (
                    select 1 from cds_feedback f where %s and f.reason_code is not null) set_aside
                from cds_card c
                where c.issuer = :issuer and c.user_id = :user and c.study_uid in (:studies)
                """
                    .formatted(FEEDBACK))
            .param("issuer", viewer.issuer())
            .param("user", viewer.user().get())
            .param("studies", studyUids)
            .query((row, number) -> entry(row))
            .list());
  }

  private static History.Entry entry(ResultSet row) throws SQLException {
    return new History.Entry(
        UUID.fromString(row.getString("uuid")),
        new Card.Subject(
            row.getString("study_uid"), row.getString("model_set"), row.getString("findings_hash")),
        row.getBoolean("set_aside"));
  }
}

package io.spinexr.cds.card;

import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.Viewer;
import io.spinexr.cds.wire.WithoutMessages;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Which findings each card about a study showed, and to whom, so that feedback on its uuid can be
 * understood and nobody is told twice. Nothing about patients or orders is kept.
 */
public final class IssuedCards {
  private static final Logger LOG = LoggerFactory.getLogger(IssuedCards.class);

  /** A client's feedback counts for its own cards; without authentication anybody's does. */
  private static final String FEEDBACK =
      "f.card = c.uuid and f.outcome = 'overridden' and coalesce(f.issuer, c.issuer) = c.issuer";

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Queue<Row> waiting = new ConcurrentLinkedQueue<>();
  private final Lock writing = new ReentrantLock();

  public IssuedCards(DataSource dataSource, Clock clock) {
    this.database = JdbcClient.create(dataSource);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    this.clock = clock;
  }

  /** A card about a study that is to be written. */
  private record Row(CdsService service, Viewer viewer, UUID card, Card.Subject subject) {}

  /**
   * Returns when the cards are kept. Calls that come at the same time are written in one
   * transaction by one of them, so that many calls at once do not take all connections.
   */
  public void remember(CdsService service, Viewer viewer, List<Card.Issued> cards) {
    List<Row> rows =
        cards.stream()
            .flatMap(
                issued ->
                    issued.subject().stream()
                        .map(subject -> new Row(service, viewer, issued.card().uuid(), subject)))
            .toList();
    waiting.addAll(rows);
    writing.lock();
    try {
      if (rows.stream().anyMatch(waiting::contains)) { // else somebody took them along
        write();
      }
    } finally {
      writing.unlock();
    }
  }

  private void write() {
    List<Row> rows = new ArrayList<>();
    for (Row row = waiting.poll(); row != null; row = waiting.poll()) {
      rows.add(row);
    }
    try {
      transaction.executeWithoutResult(status -> rows.forEach(this::insert));
    } catch (DataAccessException | TransactionException e) {
      rows.forEach(this::insertAlone); // one bad row does not lose the others
    }
  }

  private void insertAlone(Row row) {
    try {
      insert(row);
    } catch (DuplicateKeyException e) {
      // Another node was asked the same at the same time.
    } catch (DataAccessException e) {
      LOG.error(
          "An issued card could not be kept: feedback on it says nothing", WithoutMessages.of(e));
    }
  }

  /** Nothing, if the client repeated its call and got the same card. */
  private void insert(Row row) {
    database
        .sql(
            """
            insert into cds_card (uuid, service, study_uid, model_set, issued_at, issuer,
              user_id, findings_hash)
            select :uuid, :service, :study, :models, cast(:at as timestamp with time zone),
              :issuer, cast(:user as varchar), :hash
            where not exists (select 1 from cds_card where uuid = :uuid)
            """)
        .param("uuid", row.card().toString())
        .param("service", row.service().id())
        .param("study", row.subject().studyUid())
        .param("models", row.subject().modelSet())
        .param("at", Timestamp.from(clock.instant()))
        .param("issuer", row.viewer().issuer())
        .param("user", row.viewer().user().orElse(null))
        .param("hash", row.subject().findingsHash())
        .update();
  }

  /** What the viewer was shown of these studies; nothing when the call names no user. */
  public History history(Viewer viewer, Collection<String> studyUids) {
    if (viewer.user().isEmpty() || studyUids.isEmpty()) {
      return History.NONE;
    }
    return new History(
        database
            .sql(
                """
                select c.study_uid, c.model_set, c.findings_hash, min(c.uuid) as least_card,
                  max(c.uuid) as greatest_card, count(f.id) as set_aside
                from cds_card c
                left join cds_feedback f on %s and f.reason_code is not null
                where c.issuer = :issuer and c.user_id = :user and c.study_uid in (:studies)
                group by c.study_uid, c.model_set, c.findings_hash
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
        new Card.Subject(
            row.getString("study_uid"), row.getString("model_set"), row.getString("findings_hash")),
        List.of(row.getString("least_card"), row.getString("greatest_card")),
        row.getInt("set_aside") > 0);
  }
}

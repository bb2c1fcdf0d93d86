package io.spinexr.cds.card;

import io.spinexr.access.AccessRules;
import io.spinexr.access.Page;
import io.spinexr.cds.request.CdsService;
import io.spinexr.cds.request.Viewer;
import io.spinexr.cds.wire.WithoutMessages;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
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
 * understood and nobody is told twice; and, where people sign in, which pages it links to. Nothing
 * else about patients or orders is kept.
 */
public final class IssuedCards {
  private static final Logger LOG = LoggerFactory.getLogger(IssuedCards.class);

  /** A client's feedback counts for its own cards; without authentication anybody's does. */
  private static final String FEEDBACK =
      "f.card = c.uuid and f.outcome = 'overridden' and coalesce(f.issuer, c.issuer) = c.issuer";

  private static final Duration PURGE = Duration.ofHours(1);

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final Clock clock;
  private final Queue<Row> waiting = new ConcurrentLinkedQueue<>();
  private final Lock writing = new ReentrantLock();
  private Instant purgedAt = Instant.EPOCH; // guarded by writing

  public IssuedCards(DataSource dataSource, Clock clock) {
    this.database = JdbcClient.create(dataSource);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    this.clock = clock;
  }

  /** A card that is to be written: what it says of a study, and the pages that it opens. */
  private record Row(
      CdsService service,
      Viewer viewer,
      UUID card,
      Optional<Card.Subject> subject,
      List<Page> pages) {
    static Row of(CdsService service, Viewer viewer, Card.Issued issued) {
      return new Row(
          service,
          viewer,
          issued.card().uuid(),
          issued.subject(),
          OpeningLinks.pages(issued.card()));
    }

    boolean tells() {
      return subject.isPresent() || !pages.isEmpty();
    }
  }

  /**
   * Returns when the cards are kept. Calls that come at the same time are written in one
   * transaction by one of them, so that many calls at once do not take all connections.
   */
  public void remember(CdsService service, Viewer viewer, List<Card.Issued> cards) {
    List<Row> rows =
        cards.stream().map(issued -> Row.of(service, viewer, issued)).filter(Row::tells).toList();
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

  /** A link whose day is over opens nothing. */
  private void purge() {
    Instant now = clock.instant();
    if (purgedAt.isBefore(now.minus(PURGE))) {
      purgedAt = now;
      database
          .sql("delete from card_page where issued_at < :since")
          .param("since", Timestamp.from(now.minus(AccessRules.CARD)))
          .update();
    }
  }

  private void write() {
    List<Row> rows = new ArrayList<>();
    for (Row row = waiting.poll(); row != null; row = waiting.poll()) {
      rows.add(row);
    }
    try {
      transaction.executeWithoutResult(
          status -> {
            purge();
            rows.forEach(this::insert);
          });
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

  private void insert(Row row) {
    row.subject().ifPresent(subject -> insert(row, subject));
    row.pages().forEach(page -> insert(row.card(), page));
  }

  /** Nothing, if the client repeated its call and got the same card. */
  private void insert(UUID card, Page page) {
    database
        .sql(
            """
            insert into card_page (card, kind, page, issued_at)
            select :card, :kind, :page, cast(:at as timestamp with time zone)
            where not exists (
              select 1 from card_page where card = :card and kind = :kind and page = :page)
            """)
        .param("card", card.toString())
        .param("kind", page.kind().code())
        .param("page", page.id())
        .param("at", Timestamp.from(clock.instant()))
        .update();
  }

  private void insert(Row row, Card.Subject subject) {
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
        .param("study", subject.studyUid())
        .param("models", subject.modelSet())
        .param("at", Timestamp.from(clock.instant()))
        .param("issuer", row.viewer().issuer())
        .param("user", row.viewer().user().orElse(null))
        .param("hash", subject.findingsHash())
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

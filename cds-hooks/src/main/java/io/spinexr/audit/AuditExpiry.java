package io.spinexr.audit;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** Ends what is older than it has to be kept, from the beginning of each chain, part by part. */
public final class AuditExpiry {
  private static final int AT_A_TIME = 10_000;

  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final AuditProperties.Life life;

  /**
   * @param dataSource H2 or PostgreSQL, of the present {@link io.spinexr.store.Schema}
   */
  public AuditExpiry(DataSource dataSource, AuditProperties.Life life) {
    this.database = JdbcClient.create(dataSource);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
    this.life = life;
  }

  /**
   * Ends some entries, and signs where their chain begins from now on.
   *
   * @return how many; 0 if no more have to end
   */
  public int expire(Instant now) {
    Timestamp before = Timestamp.from(now.minus(life.keep()));
    List<String> chains =
        database.sql("select chain from audit_chain order by chain").query(String.class).list();
    for (String chain : chains) {
      Optional<Long> last = last(chain, before);
      if (last.isPresent()) {
        return Objects.requireNonNull(transaction.execute(status -> cut(chain, last.get(), now)));
      }
    }
    return 0;
  }

  /** Up to the first one that stays: a clock may have gone back. */
  private Optional<Long> last(String chain, Timestamp before) {
    return database
        .sql(
            """
            select max(number) from audit_entry where chain = :chain
              and number < (select min(number) + :most from audit_entry where chain = :chain)
              and number < coalesce(
                (select min(number) from audit_entry where chain = :chain and recorded >= :before),
                :end)\
            """)
        .param("chain", chain)
        .param("most", AT_A_TIME)
        .param("before", before)
        .param("end", Long.MAX_VALUE)
        .query(Long.class)
        .optional();
  }

  private int cut(String chain, long number, Instant now) {
    String link =
        database
            .sql("select link from audit_entry where chain = :chain and number = :number")
            .param("chain", chain)
            .param("number", number)
            .query(String.class)
            .single();
    Checkpoint checkpoint = Checkpoint.signed(chain, number, link, now.toString(), life.key());
    database
        .sql("delete from audit_checkpoint where chain = :chain")
        .param("chain", chain)
        .update();
    database
        .sql("insert into audit_checkpoint values (:chain, :number, :link, :at, :signature)")
        .param("chain", chain)
        .param("number", number)
        .param("link", link)
        .param("at", checkpoint.at())
        .param("signature", checkpoint.signature())
        .update();
    return database
        .sql("delete from audit_entry where chain = :chain and number <= :number")
        .param("chain", chain)
        .param("number", number)
        .update();
  }
}

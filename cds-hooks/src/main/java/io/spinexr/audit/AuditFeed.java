package io.spinexr.audit;

import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Entries for another system, which gets each of them at least once, chain by chain in order. */
public final class AuditFeed {
  private final JdbcClient database;

  /**
   * @param dataSource H2 or PostgreSQL, of the present {@link io.spinexr.store.Schema}
   */
  public AuditFeed(DataSource dataSource) {
    this.database = JdbcClient.create(dataSource);
  }

  /**
   * An entry.
   *
   * @param line as it is exported
   */
  public record Line(String chain, long number, Instant recorded, String line) {}

  /**
   * Some of what the other system does not have.
   *
   * @param most 1 or more
   */
  public List<Line> next(int most) {
    return database
        .sql(
            """
            select e.chain, e.number, e.event, e.digest, e.previous, e.link, e.recorded
            from audit_chain c join audit_entry e on e.chain = c.chain and e.number > c.forwarded
            order by e.chain, e.number limit :most\
            """)
        .param("most", most)
        .query(
            (row, i) -> {
              AuditEntry entry = AuditEntry.of(row);
              Instant recorded = row.getTimestamp(7).toInstant();
              return new Line(entry.chain(), entry.number(), recorded, AuditTrail.json(entry));
            })
        .list();
  }

  /** The other system has them. */
  public void sent(List<Line> lines) {
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      if (i == lines.size() - 1 || !lines.get(i + 1).chain().equals(line.chain())) {
        database
            .sql("update audit_chain set forwarded = :number where chain = :chain")
            .param("number", line.number())
            .param("chain", line.chain())
            .update();
      }
    }
  }
}

package io.spinexr.access;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which pages are open to whom for how long, and which cards open which, on every node. */
public final class Grants {
  private final JdbcClient database;
  private final Clock clock;

  /**
   * @param dataSource H2 or PostgreSQL, of the present {@link io.spinexr.store.Schema}
   */
  public Grants(DataSource dataSource, Clock clock) {
    this.database = JdbcClient.create(dataSource);
    this.clock = clock;
  }

  /**
   * Whether a page is open to the person; an order's page opens its studies, too, and a patient's
   * both.
   */
  boolean holds(Person person, Page page) {
    return database
            .sql(
                """
                select count(*) from page_grant g
                where g.person = :person and g.ends_at > :now and (
                  g.kind = :kind and g.page = :page
                  or :kind = 'study' and g.kind = 'order' and exists (
                    select 1 from order_study s
                    where s.order_key = g.page and s.study_uid = :page)
                  or g.kind = 'patient' and exists (
                    select 1 from imaging_order o
                    left join order_study s on s.order_key = o.order_key
                    where o.chart = g.page and (
                      :kind = 'order' and o.order_key = :page
                      or :kind = 'study' and s.study_uid = :page)))
                """)
            .param("person", person.key())
            .param("now", Timestamp.from(clock.instant()))
            .param("kind", page.kind().code())
            .param("page", page.id())
            .query(Integer.class)
            .single()
        > 0;
  }

  /** Whether a card links to the page that was issued no longer ago than that. */
  boolean isLinkedBy(String card, Page page, Duration age) {
    return database
            .sql(
                """
                select count(*) from card_page
                where card = :card and kind = :kind and page = :page and issued_at > :since
                """)
            .param("card", card)
            .param("kind", page.kind().code())
            .param("page", page.id())
            .param("since", Timestamp.from(clock.instant().minus(age)))
            .query(Integer.class)
            .single()
        > 0;
  }

  /** By a card or a launch. What has ended is deleted. */
  void grant(Person person, Page page, Duration duration) {
    database
        .sql("delete from page_grant where ends_at <= :now and reason is null")
        .param("now", Timestamp.from(clock.instant()))
        .update();
    insert(person, page, duration, Optional.empty());
  }

  /** In an emergency. Who opened what, and why, is kept. */
  void grant(Person person, Page page, Duration duration, String reason) {
    insert(person, page, duration, Optional.of(reason));
  }

  private void insert(Person person, Page page, Duration duration, Optional<String> reason) {
    Instant now = clock.instant();
    database
        .sql(
            """
            insert into page_grant (person, kind, page, granted_at, ends_at, granted_to, reason)
            values (:person, :kind, :page, :now, :end, cast(:by as varchar),
              cast(:reason as varchar))
            """)
        .param("person", person.key())
        .param("kind", page.kind().code())
        .param("page", page.id())
        .param("now", Timestamp.from(now))
        .param("end", Timestamp.from(now.plus(duration)))
        .param("by", reason.map(given -> person.by()).orElse(null))
        .param("reason", reason.orElse(null))
        .update();
  }
}

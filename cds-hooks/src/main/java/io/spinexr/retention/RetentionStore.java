package io.spinexr.retention;

import io.spinexr.fhir.server.RecordRemoval;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What has ended, in every room's tables: all SQL on it. Whatever it removes, it looks at the rows
 * as they are then, so that what somebody has taken up meanwhile stays.
 */
final class RetentionStore {
  /** Of an order {@code o}, that nothing is under way for it and nothing needs it. */
  private static final String ORDER_OVER =
      """
      o.state in ('COMPLETE', 'GIVEN_UP', 'EXPIRED', 'ENDED')
      and o.requested_at < :before and coalesce(o.searched_at, o.requested_at) < :before
      and coalesce(o.ended_at, o.requested_at) < :before
      and not exists (
        select 1 from order_job j where j.task_instance like o.order_key || '%')
      and not exists (select 1 from study_analysis a where a.order_key = o.order_key)
      and not exists (
        select 1 from order_study s join study_analysis a on a.study_uid = s.study_uid
        where s.order_key = o.order_key and s.own)
      and not exists (
        select 1 from card_page p
        where p.kind = 'order' and p.page = o.order_key and p.issued_at >= :linked)
      and not exists (
        select 1 from page_grant g
        where g.kind = 'order' and g.page = o.order_key and g.ends_at >= :now)\
      """;

  /**
   * The same of an analysis {@code a}. A withdrawn one stays: it says that its result must not come
   * back.
   */
  private static final String RESULT_OVER =
      """
      a.state in ('DONE', 'FAILED', 'NOT_MATCHED')
      and a.requested_at < :before and coalesce(a.analysed_at, a.requested_at) < :before
      and coalesce(a.failed_at, a.requested_at) < :before
      and coalesce(a.task_status, '') <> 'in-progress'
      and not exists (
        select 1 from result_output r
        where r.study_uid = a.study_uid and r.model_set = a.model_set and r.state = 'waiting')
      and not exists (
        select 1 from study_dispute d where d.study_uid = a.study_uid and d.decision is null)
      and not exists (
        select 1 from order_study s join imaging_order o on o.order_key = s.order_key
        where s.study_uid = a.study_uid and o.state in ('SEARCHING', 'WAITING'))
      and not exists (
        select 1 from order_job j
        where j.task_instance = a.study_uid or j.task_instance like a.study_uid || '/%')
      and not exists (select 1 from analysis_job j where j.task_instance = a.study_uid)
      and not exists (
        select 1 from cds_card c where c.study_uid = a.study_uid and c.issued_at >= :linked)
      and not exists (
        select 1 from card_page p
        where p.kind = 'study' and p.page = a.study_uid and p.issued_at >= :linked)
      and not exists (
        select 1 from page_grant g
        where g.kind = 'study' and g.page = a.study_uid and g.ends_at >= :now)\
      """;

  private final JdbcClient database;
  private final int most;

  /**
   * @param most how many rows are removed at a time
   */
  RetentionStore(DataSource dataSource, int most) {
    this.database = JdbcClient.create(dataSource);
    this.most = most;
  }

  /** Which nobody can use any more. */
  int tokens(Instant now) {
    return delete(
        """
        delete from cds_token where id in (
          select id from cds_token where expires_at < :before limit :most)\
        """,
        now);
  }

  /** By which cards open pages. */
  int links(Instant before) {
    return delete(
        """
        delete from card_page where card in (
          select card from card_page where issued_at < :before limit :most)
        and issued_at < :before\
        """,
        before);
  }

  /** That cards gave. */
  int grants(Instant now) {
    return delete(
        """
        delete from page_grant where reason is null and ends_at < :before and person in (
          select person from page_grant where reason is null and ends_at < :before limit :most)\
        """,
        now);
  }

  /** Who opened a page in an emergency. */
  int emergencies(Instant before) {
    return delete(
        """
        delete from page_grant
        where reason is not null and granted_at < :before and person in (
          select person from page_grant
          where reason is not null and granted_at < :before limit :most)\
        """,
        before);
  }

  /** On which nothing is to be done. */
  int feedback(Instant before) {
    return delete(
        """
        delete from cds_feedback where id in (
          select id from cds_feedback where received_at < :before and not to_hide limit :most)\
        """,
        before);
  }

  /** Without feedback. */
  int cards(Instant before) {
    return delete(
        """
        delete from cds_card where uuid in (
          select c.uuid from cds_card c
          where c.issued_at < :before
          and not exists (select 1 from cds_feedback f where f.card = c.uuid) limit :most)\
        """,
        before);
  }

  /** What EHRs said of patients; the same again is then news, which changes nothing. */
  int statements(Instant before) {
    return delete(
        """
        delete from patient_statement where patient in (
          select patient from patient_statement where stated_at < :before limit :most)
        and stated_at < :before\
        """,
        before);
  }

  private int delete(String sql, Instant before) {
    return database.sql(sql).param("before", Timestamp.from(before)).param("most", most).update();
  }

  /**
   * Until when something has ended.
   *
   * @param before what was last touched before this
   * @param linked since when cards' links open their pages
   */
  record Times(Instant before, Instant linked, Instant now) {
    private Map<String, Timestamp> parameters() {
      return Map.of(
          "before", Timestamp.from(before),
          "linked", Timestamp.from(linked),
          "now", Timestamp.from(now));
    }
  }

  /** The orders that are over, some of them. */
  List<String> orders(Times times) {
    return database
        .sql("select o.order_key from imaging_order o where " + ORDER_OVER + " limit :most")
        .params(times.parameters())
        .param("most", most)
        .query(String.class)
        .list();
  }

  /**
   * To be called inside a transaction.
   *
   * @return false if the order is not over any more
   */
  boolean endOrder(String orderKey, Times times) {
    int ended =
        database
            .sql("delete from imaging_order o where o.order_key = :key and " + ORDER_OVER)
            .params(times.parameters())
            .param("key", orderKey)
            .update();
    if (ended == 0) {
      return false;
    }
    for (String table : List.of("order_study", "order_patient")) {
      database
          .sql("delete from %s where order_key = :key".formatted(table))
          .param("key", orderKey)
          .update();
    }
    return true;
  }

  /** What names a result. */
  record Result(String studyUid, String modelSet) {
    String key() {
      return studyUid + "/" + modelSet;
    }
  }

  /** The results that are over, some of them. */
  List<Result> results(Times times) {
    return database
        .sql(
            "select a.study_uid, a.model_set from study_analysis a where "
                + RESULT_OVER
                + " limit :most")
        .params(times.parameters())
        .param("most", most)
        .query((row, number) -> new Result(row.getString(1), row.getString(2)))
        .list();
  }

  /**
   * To be called inside a transaction. With a study's last result nothing of the study stays.
   *
   * @return false if the result is not over any more
   */
  boolean endResult(Result result, Times times) {
    int ended =
        database
            .sql(
                "delete from study_analysis a where a.study_uid = :study and a.model_set = :set and"
                    + " "
                    + RESULT_OVER)
            .params(times.parameters())
            .param("study", result.studyUid())
            .param("set", result.modelSet())
            .update();
    if (ended == 0) {
      return false;
    }
    for (String table : List.of("result_output", "result_document", "study_watch")) {
      database
          .sql("delete from %s where study_uid = :study and model_set = :set".formatted(table))
          .param("study", result.studyUid())
          .param("set", result.modelSet())
          .update();
    }
    for (String table : List.of("study_dispute", "order_study")) {
      database
          .sql(
              """
              delete from %s where study_uid = :study and not exists (
                select 1 from study_analysis a where a.study_uid = :study)\
              """
                  .formatted(table))
          .param("study", result.studyUid())
          .update();
    }
    return true;
  }

  /**
   * Keeps what is to be removed from our own FHIR server. To be called inside the transaction that
   * ends its owner: a result by its key, or an order.
   */
  void keep(String owner, List<String> addresses) {
    for (String address : addresses) {
      database
          .sql(
              """
              insert into ended_resource (address, place, owner)
              select :address, :place, :owner where not exists (
                select 1 from ended_resource where address = :address)\
              """)
          .param("address", address)
          .param("place", RecordRemoval.place(address))
          .param("owner", owner)
          .update();
    }
  }

  /** A resource that is still to be removed. */
  record Ended(String address, int place, String owner) {
    static final Ended NONE = new Ended("", -1, "");
  }

  /** In the order of removal, some of them. */
  List<Ended> resourcesAfter(Ended last) {
    return database
        .sql(
            """
            select address, place, owner from ended_resource
            where place > :place or place = :place and address > :address
            order by place, address limit :most\
            """)
        .param("place", last.place())
        .param("address", last.address())
        .param("most", most)
        .query((row, number) -> new Ended(row.getString(1), row.getInt(2), row.getString(3)))
        .list();
  }

  /** Whether what a resource belongs to has not ended after all: it was asked for again. */
  boolean isBack(Ended resource) {
    return database
            .sql(
                """
                select (select count(*) from study_analysis
                    where study_uid || '/' || model_set = :owner)
                  + (select count(*) from imaging_order where order_key = :owner)\
                """)
            .param("owner", resource.owner())
            .query(Integer.class)
            .single()
        > 0;
  }

  void removed(Ended resource) {
    database
        .sql("delete from ended_resource where address = :address")
        .param("address", resource.address())
        .update();
  }
}

package io.spinexr.store;

import io.spinexr.archive.LinkedStudy;
import io.spinexr.archive.patient.PatientHash;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderStage;
import io.spinexr.state.Confirmations;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Remembered orders, whose patients they are for, and which studies they found. */
public final class OrderStore {
  /** At the end of an unnamed order's id. */
  private static final Pattern NUMBER = Pattern.compile("-(\\d{1,9})$");

  private final JdbcClient jdbc;

  public OrderStore(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  public Optional<RememberedOrder> order(String orderKey) {
    return order(orderKey, "");
  }

  /** To be changed in this transaction: others who want to wait until it ends. */
  public Optional<RememberedOrder> orderToChange(String orderKey) {
    return order(orderKey, " for update");
  }

  private Optional<RememberedOrder> order(String orderKey, String lock) {
    return jdbc.sql(
            """
            select %s from imaging_order o where o.order_key = :key\
            """
                    .formatted(Rows.ORDER)
                + lock)
        .param("key", orderKey)
        .query((rows, row) -> Rows.order(rows))
        .optional();
  }

  public void insert(ImagingOrder order, Instant now) {
    jdbc.sql(
            """
            insert into imaging_order
              (order_key, draft_key, content, state, notices, created_at, requested_at, polls,
               confirmed, chart)
            values (:key, :draft, :content, :state, '', :now, :now, 0, :confirmed, :chart)\
            """)
        .param("key", order.key())
        .param("draft", order.named() ? null : order.draftKey())
        .param("content", StoredOrder.write(order))
        .param("state", OrderState.SEARCHING.name())
        .param("now", Rows.utc(now))
        .param("confirmed", confirmed(order))
        .param("chart", order.chart())
        .update();
    rememberPatient(order);
  }

  /** Whether the EHR itself has said more of an order than that it was signed. */
  private static boolean confirmed(ImagingOrder order) {
    return order.stage() == OrderStage.DISPATCHED || order.numbers().any();
  }

  private void rememberPatient(ImagingOrder order) {
    jdbc.sql("delete from order_patient where order_key = :key").param("key", order.key()).update();
    for (String patient : PatientHash.all(order.patient())) {
      jdbc.sql("insert into order_patient (order_key, patient) values (:key, :patient)")
          .param("key", order.key())
          .param("patient", patient)
          .update();
    }
  }

  /** The id of the same unnamed order, if it was first asked for at {@code since} or later. */
  public Optional<String> unnamed(ImagingOrder order, Instant since) {
    return jdbc.sql(
            """
            select content from imaging_order
            where draft_key = :draft and created_at >= :since and state <> :ended
            order by created_at desc limit 1\
            """)
        .param("draft", order.draftKey())
        .param("since", Rows.utc(since))
        .param("ended", OrderState.ENDED.name())
        .query(String.class)
        .optional()
        .map(content -> StoredOrder.read(content).id());
  }

  /**
   * How many unnamed orders of the same patient for the same examination there were, as far as
   * their ids tell: earlier ones may have ended, and their numbers are not used twice.
   */
  public int unnamedSoFar(ImagingOrder order) {
    return jdbc
        .sql("select content from imaging_order where draft_key = :draft")
        .param("draft", order.draftKey())
        .query(String.class)
        .list()
        .stream()
        .map(content -> NUMBER.matcher(StoredOrder.read(content).id()))
        .filter(Matcher::find)
        .mapToInt(number -> Integer.parseInt(number.group(1)))
        .max()
        .orElse(0);
  }

  /** The orders of a patient by one of the patient's hashed identifiers. */
  public List<ImagingOrder> ordersOfPatient(String patient) {
    return jdbc
        .sql(
            """
            select o.content from imaging_order o
            join order_patient p on p.order_key = o.order_key where p.patient = :patient\
            """)
        .param("patient", patient)
        .query(String.class)
        .list()
        .stream()
        .map(StoredOrder::read)
        .toList();
  }

  /** The orders of a patient by the id that the EHR has for the chart: reads all orders. */
  public List<ImagingOrder> ordersOfChart(String source, String fhirId) {
    return jdbc
        .sql("select content from imaging_order where content like :patient")
        .param("patient", "%\"fhirId\":\"" + fhirId + "\"%")
        .query(String.class)
        .list()
        .stream()
        .map(StoredOrder::read)
        .filter(order -> order.source().equals(source))
        .filter(order -> order.patient().fhirId().equals(fhirId))
        .toList();
  }

  /**
   * Keys of the orders of a chart, the last one first.
   *
   * @param chart see {@link ImagingOrder#chart()}
   * @param limit how many at most
   */
  public List<String> keysOfChart(String chart, int limit) {
    return jdbc.sql(
            """
            select order_key from imaging_order where chart = :chart
            order by created_at desc, order_key limit :limit\
            """)
        .param("chart", chart)
        .param("limit", limit)
        .query(String.class)
        .list();
  }

  /** Other content of an order, which nothing is searched anew for. */
  public void rewrite(ImagingOrder order) {
    jdbc.sql("update imaging_order set content = :content, chart = :chart where order_key = :key")
        .param("content", StoredOrder.write(order))
        .param("chart", order.chart())
        .param("key", order.key())
        .update();
    rememberPatient(order);
  }

  /** The EHR does not want the order any more. */
  public boolean end(String orderKey, String reason, Instant now) {
    return jdbc.sql(
                """
                update imaging_order
                set state = :ended, reason = :reason, ended_at = :now, requested_at = :now
                where order_key = :key and state <> :ended\
                """)
            .param("ended", OrderState.ENDED.name())
            .param("reason", reason)
            .param("now", Rows.utc(now))
            .param("key", orderKey)
            .update()
        == 1;
  }

  /** The orders that a study was found for. */
  public List<String> ordersLinkedTo(String studyUid) {
    return jdbc.sql("select order_key from order_study where study_uid = :study")
        .param("study", studyUid)
        .query(String.class)
        .list();
  }

  /** Orders that ended in a state, the last first. */
  public List<RememberedOrder> endedIn(OrderState state, Instant since, int limit) {
    return jdbc.sql(
            """
            select %s from imaging_order o where o.state = :state and o.ended_at >= :since
            order by o.ended_at desc, o.order_key limit :limit\
            """
                .formatted(Rows.ORDER))
        .param("state", state.name())
        .param("since", Rows.utc(since))
        .param("limit", limit)
        .query((rows, row) -> Rows.order(rows))
        .list();
  }

  /** How many placed orders were first asked for in a time, and how many nothing has confirmed. */
  public Confirmations confirmations(Instant from, Instant to) {
    return jdbc.sql(
            """
            select count(*) as placed, count(case when not confirmed then 1 end) as unconfirmed
            from imaging_order
            where created_at >= :from and created_at < :to and state not in (:complete, :ended)
              or created_at >= :from and created_at < :to and state = :complete and confirmed\
            """)
        .param("from", Rows.utc(from))
        .param("to", Rows.utc(to))
        .param("complete", OrderState.COMPLETE.name())
        .param("ended", OrderState.ENDED.name())
        .query((rows, row) -> new Confirmations(rows.getInt("placed"), rows.getInt("unconfirmed")))
        .single();
  }

  /** The order is asked for again, perhaps with other content: searching starts anew. */
  public void renew(ImagingOrder order, Instant now) {
    jdbc.sql(
            """
            update imaging_order
            set content = :content, state = :state, reason = null, requested_at = :now, polls = 0,
              ended_at = null, confirmed = confirmed or :confirmed
            where order_key = :key\
            """)
        .param("key", order.key())
        .param("content", StoredOrder.write(order))
        .param("state", OrderState.SEARCHING.name())
        .param("now", Rows.utc(now))
        .param("confirmed", confirmed(order))
        .update();
    rememberPatient(order);
  }

  /** What the last search left the order in; nothing if the order was renewed meanwhile. */
  public boolean searched(RememberedOrder order) {
    return jdbc.sql(
                """
                update imaging_order
                set state = :state, reason = :reason, notices = :notices,
                  searched_at = :searchedAt, changed_at = :changedAt, polls = :polls,
                  ended_at = :endedAt, confirmed = confirmed or :confirmed
                where order_key = :key and requested_at = :requestedAt\
                """)
            .param("key", order.order().key())
            .param("requestedAt", Rows.utc(order.requestedAt()))
            .param("state", order.state().name())
            .param("reason", order.reason().map(Rows::shortened).orElse(null))
            .param(
                "notices",
                order.notices().stream()
                    .map(OrderAnswer.Notice::name)
                    .sorted()
                    .collect(Collectors.joining(",")))
            .param("searchedAt", order.searchedAt().map(Rows::utc).orElse(null))
            .param("changedAt", order.changedAt().map(Rows::utc).orElse(null))
            .param("polls", order.polls())
            .param("endedAt", order.over() ? order.searchedAt().map(Rows::utc).orElse(null) : null)
            .param("confirmed", order.confirmed())
            .update()
        == 1;
  }

  public List<LinkedStudy> links(String orderKey) {
    return jdbc.sql(
            "select study_uid, study_instances, radiographs, own from order_study"
                + " where order_key = :key")
        .param("key", orderKey)
        .query(
            (rows, row) ->
                new LinkedStudy(
                    rows.getString("study_uid"),
                    rows.getInt("study_instances"),
                    rows.getInt("radiographs"),
                    rows.getBoolean("own")))
        .list();
  }

  public void replaceLinks(String orderKey, Collection<LinkedStudy> studies) {
    jdbc.sql("delete from order_study where order_key = :key").param("key", orderKey).update();
    for (LinkedStudy study : studies) {
      jdbc.sql(
              "insert into order_study (order_key, study_uid, study_instances, radiographs, own)"
                  + " values (:key, :study, :instances, :radiographs, :own)")
          .param("key", orderKey)
          .param("study", study.studyUid())
          .param("instances", study.instances())
          .param("radiographs", study.radiographs())
          .param("own", study.own())
          .update();
    }
  }

  /** The orders that a study's images were made for, ended ones too. */
  public List<RememberedOrder> rememberedFor(String studyUid) {
    return jdbc.sql(
            """
            select %s from imaging_order o join order_study s on s.order_key = o.order_key
            where s.study_uid = :study and s.own order by o.created_at, o.order_key\
            """
                .formatted(Rows.ORDER))
        .param("study", studyUid)
        .query((rows, row) -> Rows.order(rows))
        .list();
  }

  /** The orders that a study's images were made for. */
  public List<ImagingOrder> ordersOf(String studyUid) {
    return jdbc
        .sql(
            """
            select o.content from imaging_order o join order_study s on s.order_key = o.order_key
            where s.study_uid = :study and s.own and o.state <> :ended
            order by o.created_at, o.order_key\
            """)
        .param("study", studyUid)
        .param("ended", OrderState.ENDED.name())
        .query(String.class)
        .list()
        .stream()
        .map(StoredOrder::read)
        .toList();
  }
}

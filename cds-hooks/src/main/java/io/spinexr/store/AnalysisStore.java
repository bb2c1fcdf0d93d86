package io.spinexr.store;

import io.spinexr.archive.LinkedStudy;
import io.spinexr.archive.patient.PatientHash;
import io.spinexr.archive.patient.StatedIdentity;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.StudyFindings;
import io.spinexr.finding.Verdict;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderStage;
import io.spinexr.state.Confirmations;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderState;
import io.spinexr.state.OrderStatus;
import io.spinexr.state.Reception;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.state.WorklistEntry;
import io.spinexr.state.WorklistEntry.Said;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Remembered orders, the studies they found, and what became of each: all SQL on these tables. */
public final class AnalysisStore {
  private static final int LONGEST_REASON = 1000;

  /** What an analysis is read from. */
  private static final String ANALYSIS =
      """
      a.*, d.study_uid is not null as disputed, m.hidden_at is not null as set_hidden,
      %s as restricted
      from study_analysis a
      left join study_dispute d on d.study_uid = a.study_uid and d.decision is null
      left join known_model_set m on m.model_set = a.model_set
      """
          .formatted(PrivacyStore.RESTRICTED);

  /**
   * What an entry of the worklist is read from: the findings only where the version before wrote
   * them, without their types.
   */
  private static final String WORKLIST_ENTRY =
      """
      a.study_uid, a.state, a.reason, a.reading_priority, a.study_date, a.description, a.verdict,
      a.probability, a.finding_types,
      case when a.finding_types_at = a.analysed_at and a.verdict is not null then null
        else a.findings end as findings,
      a.report_status, a.interpreted, a.task_status, a.withdrawn_by, a.withdrawn_at,
      d.study_uid is not null as disputed, m.hidden_at is not null as set_hidden,
      false as restricted
      from study_analysis a
      left join study_dispute d on d.study_uid = a.study_uid and d.decision is null
      left join known_model_set m on m.model_set = a.model_set
      """;

  /** What a remembered order is read from. */
  private static final String ORDER =
      """
      o.content, o.state as order_state, o.reason as order_reason, o.notices, o.created_at,
      o.requested_at as order_requested_at, o.searched_at, o.changed_at, o.polls, o.confirmed\
      """;

  /**
   * The verdict that a study is sorted by. Before the AI has said anything, its silence counts as
   * that about an image which cannot be analysed. The version before writes no verdict.
   */
  private static final String VERDICT =
      "coalesce(a.verdict, case when a.abnormal then '%s' else '%s' end)"
          .formatted(Verdict.ABNORMAL_BY_CLASSIFIER.code(), Verdict.NOT_ANALYSABLE.code());

  private static final String FORGET_FINDINGS =
      """
      update study_analysis set findings = null, verdict = null, abnormal = null,
        probability = null, finding_types = null, finding_types_at = null
      where study_uid = :study\
      """;

  private final JdbcClient jdbc;
  private final boolean withheld;

  public AnalysisStore(DataSource dataSource) {
    this(dataSource, false);
  }

  /**
   * @param withheld whether no result is to be shown, whatever the database says
   */
  public AnalysisStore(DataSource dataSource, boolean withheld) {
    jdbc = JdbcClient.create(dataSource);
    this.withheld = withheld;
  }

  /** Whether no result is to be shown, whatever the database says. */
  public boolean withheld() {
    return withheld;
  }

  /** An order and the analyses of its patient's studies, read in one statement. */
  public Optional<OrderStatus> status(String orderKey, String modelSet) {
    List<RememberedOrder> orders = new ArrayList<>();
    List<StudyAnalysis> studies = new ArrayList<>();
    Set<String> own = new HashSet<>();
    jdbc.sql(
            """
            select %s, s.own, a.*,
              d.study_uid is not null as disputed, m.hidden_at is not null as set_hidden,
              %s as restricted
            from imaging_order o
            left join order_study s on s.order_key = o.order_key and s.radiographs > 0
            left join study_analysis a on a.study_uid = s.study_uid and a.model_set = :modelSet
            left join study_dispute d on d.study_uid = a.study_uid and d.decision is null
            left join known_model_set m on m.model_set = a.model_set
            where o.order_key = :key\
            """
                .formatted(ORDER, PrivacyStore.RESTRICTED))
        .param("modelSet", modelSet)
        .param("key", orderKey)
        .query(
            rows -> {
              if (orders.isEmpty()) {
                orders.add(order(rows));
              }
              if (rows.getString("study_uid") != null) {
                studies.add(analysis(rows));
                if (rows.getBoolean("own")) {
                  own.add(rows.getString("study_uid"));
                }
              }
            });
    return orders.stream().findFirst().map(order -> new OrderStatus(order, studies, own));
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
                    .formatted(ORDER)
                + lock)
        .param("key", orderKey)
        .query((rows, row) -> order(rows))
        .optional();
  }

  public void insert(ImagingOrder order, Instant now) {
    jdbc.sql(
            """
            insert into imaging_order
              (order_key, draft_key, content, state, notices, created_at, requested_at, polls,
               confirmed)
            values (:key, :draft, :content, :state, '', :now, :now, 0, :confirmed)\
            """)
        .param("key", order.key())
        .param("draft", order.named() ? null : order.draftKey())
        .param("content", StoredOrder.write(order))
        .param("state", OrderState.SEARCHING.name())
        .param("now", utc(now))
        .param("confirmed", confirmed(order))
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
        .param("since", utc(since))
        .param("ended", OrderState.ENDED.name())
        .query(String.class)
        .optional()
        .map(content -> StoredOrder.read(content).id());
  }

  /** How many unnamed orders of the same patient for the same examination there ever were. */
  public int unnamedSoFar(ImagingOrder order) {
    return jdbc.sql("select count(*) from imaging_order where draft_key = :draft")
        .param("draft", order.draftKey())
        .query(Integer.class)
        .single();
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

  /** Other content of an order, which nothing is searched anew for. */
  public void rewrite(ImagingOrder order) {
    jdbc.sql("update imaging_order set content = :content where order_key = :key")
        .param("content", StoredOrder.write(order))
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
            .param("now", utc(now))
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
                .formatted(ORDER))
        .param("state", state.name())
        .param("since", utc(since))
        .param("limit", limit)
        .query((rows, row) -> order(rows))
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
        .param("from", utc(from))
        .param("to", utc(to))
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
        .param("now", utc(now))
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
            .param("requestedAt", utc(order.requestedAt()))
            .param("state", order.state().name())
            .param("reason", order.reason().map(AnalysisStore::shortened).orElse(null))
            .param(
                "notices",
                order.notices().stream()
                    .map(OrderAnswer.Notice::name)
                    .sorted()
                    .collect(Collectors.joining(",")))
            .param("searchedAt", order.searchedAt().map(AnalysisStore::utc).orElse(null))
            .param("changedAt", order.changedAt().map(AnalysisStore::utc).orElse(null))
            .param("polls", order.polls())
            .param(
                "endedAt",
                order.over() ? order.searchedAt().map(AnalysisStore::utc).orElse(null) : null)
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

  public Optional<StudyAnalysis> analysis(String studyUid, String modelSet) {
    return jdbc.sql("select " + ANALYSIS + " where a.study_uid = :study and a.model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .query((rows, row) -> analysis(rows))
        .optional();
  }

  /** The orders by which the studies of these patients were matched. */
  public List<ImagingOrder> matchedBy(Collection<String> patients, String modelSet) {
    return jdbc
        .sql(
            """
            select distinct o.content from imaging_order o
            join study_analysis a on a.order_key = o.order_key
            where a.patient in (:patients) and a.model_set = :set\
            """)
        .param("patients", patients)
        .param("set", modelSet)
        .query(String.class)
        .list()
        .stream()
        .map(StoredOrder::read)
        .toList();
  }

  /** The analyses by one model set of studies of the patients with these hashes. */
  public List<StudyAnalysis> analysesOf(Collection<String> patients, String modelSet) {
    return jdbc.sql("select " + ANALYSIS + " where a.patient in (:patients) and a.model_set = :set")
        .param("patients", patients)
        .param("set", modelSet)
        .query((rows, row) -> analysis(rows))
        .list();
  }

  /**
   * In reading order: priority, verdict, probability, age; what is withdrawn last. Of a hidden set
   * by age alone: the order would tell what the AI said. Without studies of patients for whom
   * nothing may be shown.
   */
  public List<WorklistEntry> worklist(String modelSet, int limit) {
    return jdbc.sql(
            """
            select %s where a.model_set = :set and not %s
            order by case a.state when 'WITHDRAWN' then 1 else 0 end,
              case when :withheld or m.hidden_at is not null then 0 else %s end,
              case when :withheld or m.hidden_at is not null then 0 else %s end,
              case when :withheld or m.hidden_at is not null then 0
                else coalesce(a.probability, 0) end desc,
              a.requested_at, a.study_uid
            limit :limit\
            """
                .formatted(
                    WORKLIST_ENTRY,
                    PrivacyStore.RESTRICTED,
                    rank("a.reading_priority"),
                    rank(VERDICT, Verdict.values(), Verdict::code, Verdict::place)))
        .param("set", modelSet)
        .param("withheld", withheld)
        .param("limit", limit)
        .query((rows, row) -> worklistEntry(rows))
        .list();
  }

  public Map<StudyState, Long> studiesByState(String modelSet) {
    Map<StudyState, Long> counts = new EnumMap<>(StudyState.class);
    jdbc.sql(
            "select state, count(*) as studies from study_analysis where model_set = :set"
                + " group by state")
        .param("set", modelSet)
        .query(
            rows -> {
              counts.put(StudyState.valueOf(rows.getString("state")), rows.getLong("studies"));
            });
    return counts;
  }

  /** How many there are in each state; a state without any is absent. */
  public record Counts(Map<StudyState, Long> studies, Map<OrderState, Long> orders) {}

  /** The studies of a model set and all orders, counted in one statement. */
  public Counts counts(String modelSet) {
    Counts counts = new Counts(new EnumMap<>(StudyState.class), new EnumMap<>(OrderState.class));
    jdbc.sql(
            """
            select 'study' as what, state, count(*) as many
            from study_analysis where model_set = :set group by state
            union all
            select 'order', state, count(*) from imaging_order group by state\
            """)
        .param("set", modelSet)
        .query(
            rows -> {
              String state = rows.getString("state");
              if (rows.getString("what").equals("study")) {
                counts.studies().put(StudyState.valueOf(state), rows.getLong("many"));
              } else {
                counts.orders().put(OrderState.valueOf(state), rows.getLong("many"));
              }
            });
    return counts;
  }

  /** Studies that another model set left unfinished and this one does not know. */
  public List<StudyAnalysis> unfinishedByOthers(String modelSet) {
    return jdbc.sql(
            """
            select %s where a.state = :queued and a.model_set <> :set
            and not exists (
              select 1 from study_analysis b
              where b.study_uid = a.study_uid and b.model_set = :set)\
            """
                .formatted(ANALYSIS))
        .param("queued", StudyState.QUEUED.name())
        .param("set", modelSet)
        .query((rows, row) -> analysis(rows))
        .list();
  }

  /**
   * What an analysis is asked for with.
   *
   * @param priority of the order that asks
   */
  public record Request(
      String studyUid,
      String modelSet,
      String orderKey,
      String patient,
      int radiographs,
      ReadingPriority priority,
      Optional<LocalDate> studyDate,
      String description) {}

  /** Asks for an analysis: for the first time, or once more. What is withdrawn stays so. */
  public void request(Request request, Instant now) {
    int updated =
        write(
            request,
            now,
            """
            update study_analysis
            set order_key = :order, patient = :patient, radiographs = :radiographs,
              request = request + 1, attempts = 0, state = :state, reason = null,
              reading_priority = case when %s < %s then reading_priority else :priority end,
              study_date = :studyDate, description = :description, requested_at = :now,
              failed_at = null
            where study_uid = :study and model_set = :set and state <> :withdrawn\
            """
                .formatted(rank("reading_priority"), rank(":priority")));
    if (updated == 0) {
      write(
          request,
          now,
          """
          insert into study_analysis
            (study_uid, model_set, order_key, patient, radiographs, request, attempts, state,
             reading_priority, study_date, description, requested_at)
          select :study, :set, :order, :patient, :radiographs, 1, 0, :state,
             :priority, cast(:studyDate as date), :description, :now
          where not exists (
            select 1 from study_analysis
            where study_uid = :study and model_set = :set and state = :withdrawn)\
          """);
    }
  }

  private int write(Request request, Instant now, String sql) {
    return jdbc.sql(sql)
        .param("study", request.studyUid())
        .param("set", request.modelSet())
        .param("order", request.orderKey())
        .param("patient", request.patient())
        .param("radiographs", request.radiographs())
        .param("state", StudyState.QUEUED.name())
        .param("withdrawn", StudyState.WITHDRAWN.name())
        .param("priority", request.priority().code())
        .param("studyDate", request.studyDate().orElse(null))
        .param("description", shortened(request.description()))
        .param("now", utc(now))
        .update();
  }

  /** Who the images are of is to be checked again: until then nothing of them is shown. */
  public void forgetFindings(String studyUid) {
    jdbc.sql(FORGET_FINDINGS).param("study", studyUid).update();
  }

  /** Of one model set: they could not be recorded. */
  public void forgetFindings(String studyUid, String modelSet) {
    jdbc.sql(FORGET_FINDINGS + " and model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .update();
  }

  /** Where our own FHIR server has the report. */
  public void recorded(String studyUid, String modelSet, Optional<String> report) {
    jdbc.sql(
            "update study_analysis set report = :report"
                + " where study_uid = :study and model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .param("report", report.orElse(null))
        .update();
  }

  /**
   * Whether a statement about a patient is news: newer than what was known, and different.
   *
   * @param statement names what was said by its content
   */
  public boolean news(String patient, String statement, Instant statedAt) {
    int updated =
        jdbc.sql(
                """
                update patient_statement set statement = :statement, stated_at = :at
                where patient = :patient and stated_at < :at and statement <> :statement\
                """)
            .param("patient", patient)
            .param("statement", statement)
            .param("at", utc(statedAt))
            .update();
    if (updated == 1) {
      return true;
    }
    return jdbc.sql(
                """
                insert into patient_statement (patient, statement, stated_at)
                select :patient, :statement, :at where not exists (
                  select 1 from patient_statement where patient = :patient)\
                """)
            .param("patient", patient)
            .param("statement", statement)
            .param("at", utc(statedAt))
            .update()
        == 1;
  }

  /** From now on a patient with the retired identifier has the surviving one too. */
  public void merged(String retired, PatientIdentifier surviving, Instant now) {
    jdbc.sql("delete from patient_merge where retired = :retired")
        .param("retired", retired)
        .update();
    jdbc.sql(
            """
            insert into patient_merge (retired, surviving_system, surviving_value, merged_at)
            values (:retired, :system, :value, :now)\
            """)
        .param("retired", retired)
        .param("system", surviving.system())
        .param("value", surviving.value())
        .param("now", utc(now))
        .update();
  }

  /** The hashes of identifiers that one of these replaced. */
  public List<String> retiredBy(Collection<PatientIdentifier> surviving) {
    return surviving.stream()
        .flatMap(
            identifier ->
                jdbc
                    .sql(
                        """
                        select retired from patient_merge
                        where surviving_system = :system and surviving_value = :value\
                        """)
                    .param("system", identifier.system())
                    .param("value", identifier.value())
                    .query(String.class)
                    .list()
                    .stream())
        .toList();
  }

  /** The identifiers that replaced some of these. */
  public List<PatientIdentifier> survivors(Collection<String> patients) {
    if (patients.isEmpty()) {
      return List.of();
    }
    return jdbc.sql(
            """
            select surviving_system, surviving_value from patient_merge
            where retired in (:patients) order by surviving_system, surviving_value\
            """)
        .param("patients", patients)
        .query(
            (rows, row) ->
                new PatientIdentifier(
                    rows.getString("surviving_system"), rows.getString("surviving_value")))
        .list();
  }

  /** Counts an attempt before it starts, so that one that ends the process counts too. */
  public void attempt(String studyUid, String modelSet) {
    jdbc.sql(
            "update study_analysis set attempts = attempts + 1"
                + " where study_uid = :study and model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .update();
  }

  /**
   * @param counts whether it was an attempt at all
   */
  public void attemptFailed(String studyUid, String modelSet, String reason, boolean counts) {
    jdbc.sql(
            """
            update study_analysis
            set reason = :reason, attempts = greatest(attempts - :uncounted, 0)
            where study_uid = :study and model_set = :set and state <> :withdrawn\
            """)
        .param("withdrawn", StudyState.WITHDRAWN.name())
        .param("uncounted", counts ? 0 : 1)
        .param("study", studyUid)
        .param("set", modelSet)
        .param("reason", shortened(reason))
        .update();
  }

  /**
   * Keeps a result.
   *
   * @param priority in which the study should be read
   * @return false if the analysis was asked for again meanwhile: it has to run once more
   */
  public boolean done(
      StudyAnalysis started,
      StudyFindings findings,
      ReadingPriority triage,
      ReadingPriority priority,
      SpineRegion region,
      Set<StatedIdentity> stated,
      Instant now) {
    if (!finish(started, StudyState.DONE, null, null)) {
      return false; // what it is based on may not hold any more
    }
    jdbc.sql(
            """
            update study_analysis
            set triage = :triage, reading_priority = :priority, verdict = :verdict,
              abnormal = :abnormal, probability = :probability, analysed_at = :now,
              findings = :findings, finding_types = :types, finding_types_at = :now,
              region = :region, stated_identity = :stated
            where study_uid = :study and model_set = :set\
            """)
        .param("study", started.studyUid())
        .param("set", started.modelSet())
        .param("triage", triage.code())
        .param("priority", priority.code())
        .param("verdict", findings.verdict().code())
        .param("abnormal", findings.abnormal()) // the version before sorts by it
        .param("probability", findings.probability())
        .param("findings", StoredFindings.write(findings))
        .param(
            "types",
            Said.of(findings).types().stream()
                .map(LesionType::code)
                .collect(Collectors.joining(",")))
        .param("stated", StatedIdentity.text(stated))
        .param("region", region.name().toLowerCase(Locale.ROOT))
        .param("now", utc(now))
        .update();
    return true;
  }

  /**
   * Gives an analysis up.
   *
   * @return false if it was asked for again meanwhile: it has to run once more
   */
  public boolean gaveUp(StudyAnalysis started, StudyState state, String reason, Instant now) {
    return finish(started, state, shortened(reason), utc(now));
  }

  private boolean finish(
      StudyAnalysis started,
      StudyState state,
      @Nullable String reason,
      @Nullable OffsetDateTime failedAt) {
    return jdbc.sql(
                """
                update study_analysis set state = :state, reason = :reason, failed_at = :failedAt
                where study_uid = :study and model_set = :set and request = :request\
                """)
            .param("study", started.studyUid())
            .param("set", started.modelSet())
            .param("request", started.request())
            .param("state", state.name())
            .param("reason", reason)
            .param("failedAt", failedAt)
            .update()
        == 1;
  }

  private static RememberedOrder order(ResultSet rows) throws SQLException {
    String notices = rows.getString("notices");
    return new RememberedOrder(
        StoredOrder.read(rows.getString("content")),
        OrderState.valueOf(rows.getString("order_state")),
        Optional.ofNullable(rows.getString("order_reason")),
        notices.isEmpty()
            ? Set.of()
            : Arrays.stream(notices.split(","))
                .map(OrderAnswer.Notice::valueOf)
                .collect(Collectors.toUnmodifiableSet()),
        instant(rows, "created_at").orElseThrow(),
        instant(rows, "order_requested_at").orElseThrow(),
        instant(rows, "searched_at"),
        instant(rows, "changed_at"),
        rows.getInt("polls"),
        rows.getBoolean("confirmed"));
  }

  private StudyAnalysis analysis(ResultSet rows) throws SQLException {
    return new StudyAnalysis(
        rows.getString("study_uid"),
        rows.getString("model_set"),
        new StudyAnalysis.Asked(
            rows.getString("order_key"),
            rows.getString("patient"),
            rows.getInt("radiographs"),
            rows.getInt("request"),
            instant(rows, "requested_at").orElseThrow()),
        new StudyAnalysis.Progress(
            StudyState.valueOf(rows.getString("state")),
            rows.getInt("attempts"),
            Optional.ofNullable(rows.getString("reason")),
            instant(rows, "failed_at")),
        priority(rows.getString("reading_priority")),
        new StudyAnalysis.About(
            Optional.ofNullable(rows.getObject("study_date", LocalDate.class)),
            rows.getString("description"),
            region(rows),
            stated(rows)),
        new StudyAnalysis.Outcome(
            Optional.ofNullable(rows.getString("findings")).map(StoredFindings::read),
            Optional.ofNullable(rows.getString("triage")).map(AnalysisStore::priority),
            instant(rows, "analysed_at"),
            Optional.ofNullable(rows.getString("report"))),
        reception(rows));
  }

  private WorklistEntry worklistEntry(ResultSet rows) throws SQLException {
    return new WorklistEntry(
        rows.getString("study_uid"),
        StudyState.valueOf(rows.getString("state")),
        Optional.ofNullable(rows.getString("reason")),
        priority(rows.getString("reading_priority")),
        Optional.ofNullable(rows.getObject("study_date", LocalDate.class)),
        rows.getString("description"),
        reception(rows),
        said(rows));
  }

  private static Optional<Said> said(ResultSet rows) throws SQLException {
    String findings = rows.getString("findings");
    if (findings != null) {
      return Optional.of(Said.of(StoredFindings.read(findings)));
    }
    String verdict = rows.getString("verdict");
    return verdict == null
        ? Optional.empty()
        : Optional.of(
            new Said(
                Verdict.valueOf(verdict.toUpperCase(Locale.ROOT).replace('-', '_')),
                rows.getDouble("probability"),
                Arrays.stream(rows.getString("finding_types").split(","))
                    .flatMap(code -> LesionType.named(code).stream())
                    .toList()));
  }

  /** The version before did not keep it: then the study's description tells. */
  private static SpineRegion region(ResultSet rows) throws SQLException {
    String region = rows.getString("region");
    return region == null
        ? SpineRegion.named(rows.getString("description"))
        : SpineRegion.valueOf(region.toUpperCase(Locale.ROOT));
  }

  /** The version before did not keep it. */
  private static Set<StatedIdentity> stated(ResultSet rows) throws SQLException {
    String stated = rows.getString("stated_identity");
    return stated == null ? Set.of() : StatedIdentity.parse(stated);
  }

  private Reception reception(ResultSet rows) throws SQLException {
    String withdrawnBy = rows.getString("withdrawn_by");
    return new Reception(
        Optional.ofNullable(rows.getString("report_status")),
        rows.getBoolean("interpreted"),
        Optional.ofNullable(rows.getString("task_status")),
        rows.getBoolean("disputed"),
        withheld || rows.getBoolean("set_hidden"),
        rows.getBoolean("restricted"),
        instant(rows, "withdrawn_at").map(at -> new Reception.Withdrawn(at, withdrawnBy)));
  }

  private static Optional<Instant> instant(ResultSet rows, String column) throws SQLException {
    return Optional.ofNullable(rows.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /** Microseconds, as both databases keep them: what is read back compares equal. */
  public static OffsetDateTime utc(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  static String shortened(String text) {
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
  }

  /** A priority's place in reading order, in SQL: the codes do not sort. */
  private static String rank(String priority) {
    return rank(
        priority, ReadingPriority.values(), ReadingPriority::code, ReadingPriority::ordinal);
  }

  private static <E> String rank(
      String code, E[] values, Function<E, String> codeOf, ToIntFunction<E> placeOf) {
    return Arrays.stream(values)
        .map(value -> "when '%s' then %d".formatted(codeOf.apply(value), placeOf.applyAsInt(value)))
        .collect(Collectors.joining(" ", "case " + code + " ", " end"));
  }

  private static ReadingPriority priority(String code) {
    return ReadingPriority.valueOf(code.toUpperCase(Locale.ROOT));
  }
}

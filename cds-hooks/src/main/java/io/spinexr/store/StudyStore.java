package io.spinexr.store;

import io.spinexr.archive.patient.StatedIdentity;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.StudyFindings;
import io.spinexr.finding.Verdict;
import io.spinexr.order.ImagingOrder;
import io.spinexr.radiograph.Provenance;
import io.spinexr.state.OrderState;
import io.spinexr.state.OrderStatus;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.state.WorklistEntry;
import io.spinexr.state.WorklistEntry.Said;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Studies, and what became of their analyses by each model set and of the orders they are for. */
public final class StudyStore {
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
        probability = null, finding_types = null, finding_types_at = null,
        provenance = null, provenance_at = null
      where study_uid = :study\
      """;

  private final JdbcClient jdbc;
  private final boolean withheld;

  public StudyStore(DataSource dataSource) {
    this(dataSource, false);
  }

  /**
   * @param withheld whether no result is to be shown, whatever the database says
   */
  public StudyStore(DataSource dataSource, boolean withheld) {
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
                .formatted(Rows.ORDER, PrivacyStore.RESTRICTED))
        .param("modelSet", modelSet)
        .param("key", orderKey)
        .query(
            rows -> {
              if (orders.isEmpty()) {
                orders.add(Rows.order(rows));
              }
              if (rows.getString("study_uid") != null) {
                studies.add(Rows.analysis(rows, withheld));
                if (rows.getBoolean("own")) {
                  own.add(rows.getString("study_uid"));
                }
              }
            });
    return orders.stream().findFirst().map(order -> new OrderStatus(order, studies, own));
  }

  public Optional<StudyAnalysis> analysis(String studyUid, String modelSet) {
    return jdbc.sql("select " + ANALYSIS + " where a.study_uid = :study and a.model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .query((rows, row) -> Rows.analysis(rows, withheld))
        .optional();
  }

  /** The analyses of a study by every model set, the last first. */
  public List<StudyAnalysis> analyses(String studyUid) {
    return jdbc.sql(
            "select "
                + ANALYSIS
                + " where a.study_uid = :study"
                + " order by a.requested_at desc, a.model_set")
        .param("study", studyUid)
        .query((rows, row) -> Rows.analysis(rows, withheld))
        .list();
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
        .query((rows, row) -> Rows.analysis(rows, withheld))
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
        .query((rows, row) -> Rows.worklistEntry(rows, withheld))
        .list();
  }

  /** The failed and unmatched ones, the last first. */
  public List<WorklistEntry> failures(String modelSet, int limit) {
    return jdbc.sql(
            """
            select %s where a.model_set = :set and a.state in ('FAILED', 'NOT_MATCHED') and not %s
            order by a.requested_at desc, a.study_uid limit :limit\
            """
                .formatted(WORKLIST_ENTRY, PrivacyStore.RESTRICTED))
        .param("set", modelSet)
        .param("limit", limit)
        .query((rows, row) -> Rows.worklistEntry(rows, withheld))
        .list();
  }

  /** UIDs of those whose analysis was given up, the last first. */
  public List<String> failed(String modelSet, int limit) {
    return jdbc.sql(
            """
            select study_uid from study_analysis where model_set = :set and state = 'FAILED'
            order by failed_at desc, study_uid limit :limit\
            """)
        .param("set", modelSet)
        .param("limit", limit)
        .query(String.class)
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
        .query((rows, row) -> Rows.analysis(rows, withheld))
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
        .param("description", Rows.shortened(request.description()))
        .param("now", Rows.utc(now))
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
        .param("reason", Rows.shortened(reason))
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
        .param("region", StoredJson.code(region))
        .param("now", Rows.utc(now))
        .update();
    return true;
  }

  /** Keeps what a result came from, together with the result. */
  public void cameFrom(StudyAnalysis started, Provenance provenance, Instant now) {
    jdbc.sql(
            """
            update study_analysis set provenance = :provenance, provenance_at = :now
            where study_uid = :study and model_set = :set\
            """)
        .param("study", started.studyUid())
        .param("set", started.modelSet())
        .param("provenance", StoredProvenance.write(provenance))
        .param("now", Rows.utc(now))
        .update();
  }

  /**
   * Gives an analysis up.
   *
   * @return false if it was asked for again meanwhile: it has to run once more
   */
  public boolean gaveUp(StudyAnalysis started, StudyState state, String reason, Instant now) {
    return finish(started, state, Rows.shortened(reason), Rows.utc(now));
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
}

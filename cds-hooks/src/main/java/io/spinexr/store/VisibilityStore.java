package io.spinexr.store;

import io.spinexr.state.Dispute;
import io.spinexr.state.Dispute.Decision;
import io.spinexr.state.HiddenSet;
import io.spinexr.state.StudyState;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What must not be shown, and what people made of results: all SQL on it. */
public final class VisibilityStore {
  private final JdbcClient jdbc;

  public VisibilityStore(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  /**
   * Withdraws a result, for good: its findings are forgotten, and an analysis under way counts no
   * more.
   *
   * @return false if there is none, or it is withdrawn already
   */
  public boolean withdraw(String studyUid, String modelSet, String reason, String by, Instant now) {
    return jdbc.sql(
                """
                update study_analysis
                set state = :withdrawn, findings = null, verdict = null, abnormal = null,
                  probability = null, finding_types = null, finding_types_at = null,
                  reason = :reason, withdrawn_at = :now, withdrawn_by = :by, request = request + 1
                where study_uid = :study and model_set = :set and state <> :withdrawn\
                """)
            .param("withdrawn", StudyState.WITHDRAWN.name())
            .param("reason", reason)
            .param("now", Rows.utc(now))
            .param("by", by)
            .param("study", studyUid)
            .param("set", modelSet)
            .update()
        == 1;
  }

  /** The model sets that a study has results or pending analyses of. */
  public List<String> setsOf(String studyUid) {
    return jdbc.sql("select model_set from study_analysis where study_uid = :study order by 1")
        .param("study", studyUid)
        .query(String.class)
        .list();
  }

  /** The studies of a set whose results are not withdrawn yet. */
  public List<String> studiesOf(String modelSet) {
    return jdbc.sql(
            "select study_uid from study_analysis where model_set = :set and state <> :withdrawn"
                + " order by 1")
        .param("set", modelSet)
        .param("withdrawn", StudyState.WITHDRAWN.name())
        .query(String.class)
        .list();
  }

  /**
   * Somebody says that a study's images are another patient's.
   *
   * @return false if that is being looked into already
   */
  public boolean dispute(String studyUid, String by, Instant now) {
    jdbc.sql("delete from study_dispute where study_uid = :study and decision is not null")
        .param("study", studyUid)
        .update();
    return jdbc.sql(
                """
                insert into study_dispute (study_uid, reported_by, reported_at)
                select :study, :by, :now where not exists (
                  select 1 from study_dispute where study_uid = :study)\
                """)
            .param("study", studyUid)
            .param("by", by)
            .param("now", Rows.utc(now))
            .update()
        == 1;
  }

  /**
   * @return false if there is nothing to decide
   */
  public boolean decide(String studyUid, Decision decision, String by, Instant now) {
    return jdbc.sql(
                """
                update study_dispute
                set decision = :decision, decided_by = :by, decided_at = :now
                where study_uid = :study and decision is null\
                """)
            .param("decision", decision.code())
            .param("by", by)
            .param("now", Rows.utc(now))
            .param("study", studyUid)
            .update()
        == 1;
  }

  /** The open disputes, oldest first. */
  public List<Dispute> disputes() {
    return jdbc.sql(
            "select study_uid, reported_at from study_dispute where decision is null"
                + " order by reported_at, study_uid")
        .query(
            (rows, row) ->
                new Dispute(
                    rows.getString("study_uid"), Rows.instant(rows, "reported_at").orElseThrow()))
        .list();
  }

  /** Stops showing a set's results, or shows them again. */
  public boolean hide(String modelSet, Optional<String> reason, String by, Instant now) {
    return jdbc.sql(
                """
                update known_model_set
                set hidden_at = :now, hidden_by = :by, hidden_reason = :reason
                where model_set = :set and recalled_at is null\
                """)
            .param("now", reason.isPresent() ? Rows.utc(now) : null)
            .param("by", reason.isPresent() ? by : null)
            .param("reason", reason.orElse(null))
            .param("set", modelSet)
            .update()
        == 1;
  }

  public boolean recall(String modelSet, String reason, String by, Instant now) {
    return jdbc.sql(
                """
                update known_model_set
                set recalled_at = :now, hidden_at = :now, hidden_by = :by, hidden_reason = :reason
                where model_set = :set\
                """)
            .param("now", Rows.utc(now))
            .param("by", by)
            .param("reason", reason)
            .param("set", modelSet)
            .update()
        == 1;
  }

  /** What stands in the way of showing a set's results; empty if nothing does. */
  public Optional<HiddenSet> hidden(String modelSet) {
    return jdbc.sql(
            """
            select hidden_reason, recalled_at is not null as recalled
            from known_model_set where model_set = :set and hidden_at is not null\
            """)
        .param("set", modelSet)
        .query(
            (rows, row) ->
                new HiddenSet(rows.getString("hidden_reason"), rows.getBoolean("recalled")))
        .optional();
  }

  /** What became of a report: only what changed is written. */
  public void report(String studyUid, String modelSet, String status, boolean interpreted) {
    jdbc.sql(
            """
            update study_analysis set report_status = :status, interpreted = :interpreted
            where study_uid = :study and model_set = :set\
            """)
        .param("status", status)
        .param("interpreted", interpreted)
        .param("study", studyUid)
        .param("set", modelSet)
        .update();
  }

  public void task(String studyUid, String modelSet, String status) {
    jdbc.sql(
            """
            update study_analysis set task_status = :status
            where study_uid = :study and model_set = :set\
            """)
        .param("status", status)
        .param("study", studyUid)
        .param("set", modelSet)
        .update();
  }

  /** A written result of which nobody has told yet what became of it. */
  public record Untold(String studyUid, String modelSet) {}

  /** Results of the version before, which did not follow what became of them. */
  public List<Untold> untold(int limit) {
    return jdbc.sql(
            """
            select study_uid, model_set from study_analysis
            where report is not null and report_status is null
            order by study_uid, model_set limit :limit\
            """)
        .param("limit", limit)
        .query((rows, row) -> new Untold(rows.getString("study_uid"), rows.getString("model_set")))
        .list();
  }
}

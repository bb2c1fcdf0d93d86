package io.spinexr.store;

import io.spinexr.result.AnalysedStudy;
import io.spinexr.state.OutputState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What outputs have to bring, and what they are given for it: all SQL on it. */
public final class OutputStore {
  /** Of a document that no output waits for. */
  private static final String UNWANTED =
      """
      not exists (
        select 1 from result_output o
        where o.study_uid = result_document.study_uid
          and o.model_set = result_document.model_set and o.state = :waiting)\
      """;

  /** Unless there is more to do by now. */
  private static final String UNCHANGED =
      """
       where study_uid = :study and model_set = :set and output = :output
        and request = :request\
      """;

  private final JdbcClient jdbc;

  public OutputStore(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  /**
   * What one output has to do about one result.
   *
   * @param request counts up whenever there is something to do
   * @param touched whether something may have reached it that was not taken back
   */
  public record Item(
      String studyUid,
      String modelSet,
      String output,
      OutputState state,
      int request,
      boolean touched,
      Optional<String> reason,
      Instant askedAt) {}

  /** To be called inside the transaction that keeps the result. */
  public void keep(String studyUid, String modelSet, AnalysedStudy result) {
    String document = StoredResult.write(result);
    int updated =
        document(
            "update result_document set document = :document where study_uid = :study and"
                + " model_set = :set",
            studyUid,
            modelSet,
            document);
    if (updated == 0) {
      document(
          "insert into result_document (study_uid, model_set, document) values (:study, :set,"
              + " :document)",
          studyUid,
          modelSet,
          document);
    }
  }

  private int document(String sql, String studyUid, String modelSet, String document) {
    return jdbc.sql(sql)
        .param("study", studyUid)
        .param("set", modelSet)
        .param("document", document)
        .update();
  }

  /** Empty when no output waits for it any more. */
  public Optional<AnalysedStudy> result(String studyUid, String modelSet) {
    return jdbc.sql(
            "select document from result_document where study_uid = :study and model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .query(String.class)
        .optional()
        .map(StoredResult::read);
  }

  /** Gives an output something to do: for the first time, or once more. */
  public void ask(String studyUid, String modelSet, String output, Instant now) {
    int updated =
        ask(
            studyUid,
            modelSet,
            output,
            now,
            """
            update result_output
            set state = :waiting, request = request + 1, reason = null, asked_at = :now,
              changed_at = :now
            where study_uid = :study and model_set = :set and output = :output\
            """);
    if (updated == 0) {
      ask(
          studyUid,
          modelSet,
          output,
          now,
          """
          insert into result_output
            (study_uid, model_set, output, state, request, touched, asked_at, changed_at)
          values (:study, :set, :output, :waiting, 1, false, :now, :now)\
          """);
    }
  }

  private int ask(String studyUid, String modelSet, String output, Instant now, String sql) {
    return jdbc.sql(sql)
        .param("study", studyUid)
        .param("set", modelSet)
        .param("output", output)
        .param("waiting", OutputState.WAITING.code())
        .param("now", Rows.utc(now))
        .update();
  }

  public Optional<Item> find(String studyUid, String modelSet, String output) {
    return of(studyUid, modelSet).stream().filter(item -> item.output().equals(output)).findFirst();
  }

  public List<Item> of(String studyUid, String modelSet) {
    return jdbc.sql(
            "select * from result_output where study_uid = :study and model_set = :set order by"
                + " output")
        .param("study", studyUid)
        .param("set", modelSet)
        .query((rows, row) -> item(rows))
        .list();
  }

  /** What outputs refused, the last first. */
  public List<Item> refused(int limit) {
    return jdbc.sql(
            """
            select * from result_output where state = :refused
            order by changed_at desc, study_uid, model_set, output limit :limit\
            """)
        .param("refused", OutputState.REFUSED.code())
        .param("limit", limit)
        .query((rows, row) -> item(rows))
        .list();
  }

  private static Item item(ResultSet rows) throws SQLException {
    return new Item(
        rows.getString("study_uid"),
        rows.getString("model_set"),
        rows.getString("output"),
        OutputState.of(rows.getString("state")),
        rows.getInt("request"),
        rows.getBoolean("touched"),
        Optional.ofNullable(rows.getString("reason")),
        Rows.instant(rows, "asked_at").orElseThrow());
  }

  /**
   * To be called before something is brought, so that a crash in between is known of.
   *
   * @return false if there is something else to do by now
   */
  public boolean touch(Item item) {
    return jdbc.sql("update result_output set touched = true" + UNCHANGED)
            .param("study", item.studyUid())
            .param("set", item.modelSet())
            .param("output", item.output())
            .param("request", item.request())
            .update()
        == 1;
  }

  /** Whether something of a result may be in a chart, or wherever else outputs bring it. */
  public boolean touched(String studyUid, String modelSet) {
    return of(studyUid, modelSet).stream().anyMatch(Item::touched);
  }

  /** Why it still waits. */
  public void delayed(Item item, String reason, Instant now) {
    update(item, OutputState.WAITING, Optional.of(reason), now);
  }

  /**
   * Ends what an output had to do. The result itself is forgotten with the last of them, so the
   * analysis' row is locked first: others who end or ask wait.
   *
   * @return false if there is more to do by now
   */
  public boolean end(Item item, OutputState state, Optional<String> reason, Instant now) {
    lock(item.studyUid(), item.modelSet());
    boolean ended = update(item, state, reason, now) == 1;
    forgetUnwanted(item.studyUid(), item.modelSet());
    return ended;
  }

  private void lock(String studyUid, String modelSet) {
    jdbc.sql(
            "select study_uid from study_analysis where study_uid = :study and model_set = :set for"
                + " update")
        .param("study", studyUid)
        .param("set", modelSet)
        .query(String.class)
        .list();
  }

  private void forgetUnwanted(String studyUid, String modelSet) {
    jdbc.sql(
            "delete from result_document where study_uid = :study and model_set = :set and "
                + UNWANTED)
        .param("study", studyUid)
        .param("set", modelSet)
        .param("waiting", OutputState.WAITING.code())
        .update();
  }

  /** Forgets a result that is not brought anywhere any more, though it may be taken back. */
  public void forget(String studyUid, String modelSet) {
    jdbc.sql("delete from result_document where study_uid = :study and model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .update();
  }

  private int update(Item item, OutputState state, Optional<String> reason, Instant now) {
    return jdbc.sql(
            "update result_output set state = :state, touched = touched and not :withdrawn,"
                + " reason = :reason, changed_at = :now"
                + UNCHANGED)
        .param("state", state.code())
        .param("withdrawn", state == OutputState.WITHDRAWN)
        .param("reason", reason.map(Rows::shortened).orElse(null))
        .param("now", Rows.utc(now))
        .param("study", item.studyUid())
        .param("set", item.modelSet())
        .param("output", item.output())
        .param("request", item.request())
        .update();
  }

  private record Key(String studyUid, String modelSet) {}

  /**
   * Drops the results that wait for outputs that are not there any more. What is to be taken back
   * there waits on: the output may come back. To be called inside a transaction; locks the analyses
   * as {@link #end} does.
   */
  public void dropOthers(Collection<String> outputs, Instant now) {
    List<Key> keys =
        jdbc.sql(
                """
                select study_uid, model_set from result_output
                where state = :waiting and output not in (:outputs)
                group by study_uid, model_set order by study_uid, model_set\
                """)
            .param("waiting", OutputState.WAITING.code())
            .param("outputs", outputs)
            .query((rows, row) -> new Key(rows.getString("study_uid"), rows.getString("model_set")))
            .list();
    for (Key key : keys) {
      lock(key.studyUid(), key.modelSet());
      jdbc.sql(
              """
              update result_output set state = :dropped, changed_at = :now
              where study_uid = :study and model_set = :set
                and state = :waiting and output not in (:outputs)
                and exists (
                  select 1 from result_document d
                  where d.study_uid = result_output.study_uid
                    and d.model_set = result_output.model_set)\
              """)
          .param("study", key.studyUid())
          .param("set", key.modelSet())
          .param("dropped", OutputState.DROPPED.code())
          .param("waiting", OutputState.WAITING.code())
          .param("outputs", outputs)
          .param("now", Rows.utc(now))
          .update();
      forgetUnwanted(key.studyUid(), key.modelSet());
    }
  }

  /** How many results each output has in a state; an output without any is absent. */
  public Map<String, Long> count(OutputState state) {
    Map<String, Long> counts = new HashMap<>();
    jdbc.sql(
            "select output, count(*) as results from result_output where state = :state"
                + " group by output")
        .param("state", state.code())
        .query(
            rows -> {
              counts.put(rows.getString("output"), rows.getLong("results"));
            });
    return counts;
  }

  /** Why an output last failed, or refused something, of what is in a state. */
  public Optional<String> lastReason(String output, OutputState state) {
    return jdbc.sql(
            """
            select reason from result_output
            where output = :output and state = :state and reason is not null
            order by changed_at desc limit 1\
            """)
        .param("output", output)
        .param("state", state.code())
        .query(String.class)
        .optional();
  }
}

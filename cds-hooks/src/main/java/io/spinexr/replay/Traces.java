package io.spinexr.replay;

import io.spinexr.replay.Trace.Answer;
import io.spinexr.replay.Trace.Order;
import io.spinexr.replay.Trace.Result;
import io.spinexr.replay.Trace.ShownCard;
import io.spinexr.state.Reception.Withdrawn;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.store.OrderStore;
import io.spinexr.store.StoredFindings;
import io.spinexr.store.StoredProvenance;
import io.spinexr.store.StudyStore;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The traces that the database tells. */
public final class Traces {
  private final OrderStore orders;
  private final StudyStore studies;
  private final JdbcClient jdbc;

  /**
   * @param dataSource is only read
   */
  public Traces(DataSource dataSource) {
    orders = new OrderStore(dataSource);
    studies = new StudyStore(dataSource);
    jdbc = JdbcClient.create(dataSource);
  }

  /** Empty if nothing is known of the study. */
  public Optional<Trace> of(String studyUid) {
    List<StudyAnalysis> analyses = studies.analyses(studyUid);
    return analyses.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Trace(
                Trace.FORMAT,
                studyUid,
                orders.rememberedFor(studyUid).stream().map(Traces::order).toList(),
                analyses.stream().map(Traces::result).toList(),
                cards(studyUid)));
  }

  private static Order order(RememberedOrder remembered) {
    return new Order(
        remembered.order().source(),
        remembered.order().id(),
        remembered.order().key(),
        remembered.order().requesters().stream().sorted().toList(),
        remembered.order().priority().code(),
        remembered.state().name(),
        remembered.createdAt().toString());
  }

  private static Result result(StudyAnalysis analysis) {
    Optional<Withdrawn> withdrawn = analysis.reception().withdrawn();
    return new Result(
        analysis.modelSet(),
        analysis.state().name(),
        analysis.analysedAt().map(Instant::toString).orElse(null),
        analysis.findings().map(found -> found.verdict().code()).orElse(null),
        analysis.report().orElse(null),
        withdrawn.map(one -> one.at().toString()).orElse(null),
        withdrawn.map(Withdrawn::by).orElse(null),
        analysis.reception().restricted(),
        analysis.findings().map(StoredFindings::tree).orElse(null),
        analysis.provenance().map(StoredProvenance::tree).orElse(null));
  }

  private List<ShownCard> cards(String studyUid) {
    return jdbc.sql("select * from cds_card where study_uid = :study order by issued_at, uuid")
        .param("study", studyUid)
        .query((row, number) -> card(row))
        .list();
  }

  private ShownCard card(ResultSet row) throws SQLException {
    String uuid = row.getString("uuid");
    return new ShownCard(
        uuid,
        row.getString("service"),
        row.getString("model_set"),
        time(row, "issued_at"),
        row.getString("issuer"),
        row.getString("user_id"),
        row.getString("findings_hash"),
        feedback(uuid));
  }

  private List<Answer> feedback(String card) {
    return jdbc.sql("select * from cds_feedback where card = :card order by received_at, id")
        .param("card", card)
        .query(
            (row, number) ->
                new Answer(
                    row.getString("outcome"),
                    row.getString("reason_code"),
                    row.getString("user_comment"),
                    time(row, "outcome_at")))
        .list();
  }

  private static String time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant().toString();
  }
}

package io.spinexr.store;

import io.spinexr.archive.patient.StatedIdentity;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.Verdict;
import io.spinexr.radiograph.Provenance;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderState;
import io.spinexr.state.Reception;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.state.WorklistEntry;
import io.spinexr.state.WorklistEntry.Said;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How rows become values, and values columns. */
final class Rows {
  /** What a remembered order is read from. */
  static final String ORDER =
      """
      o.content, o.state as order_state, o.reason as order_reason, o.notices, o.created_at,
      o.requested_at as order_requested_at, o.searched_at, o.changed_at, o.polls, o.confirmed\
      """;

  private static final int LONGEST_REASON = 1000;

  private Rows() {}

  static RememberedOrder order(ResultSet rows) throws SQLException {
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

  /**
   * @param withheld whether no result is to be shown, whatever the database says
   */
  static StudyAnalysis analysis(ResultSet rows, boolean withheld) throws SQLException {
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
            Optional.ofNullable(rows.getString("triage")).map(Rows::priority),
            instant(rows, "analysed_at"),
            Optional.ofNullable(rows.getString("report")),
            provenance(rows)),
        reception(rows, withheld));
  }

  /** As {@link #analysis}. */
  static WorklistEntry worklistEntry(ResultSet rows, boolean withheld) throws SQLException {
    return new WorklistEntry(
        rows.getString("study_uid"),
        StudyState.valueOf(rows.getString("state")),
        Optional.ofNullable(rows.getString("reason")),
        priority(rows.getString("reading_priority")),
        Optional.ofNullable(rows.getObject("study_date", LocalDate.class)),
        rows.getString("description"),
        reception(rows, withheld),
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
                StoredJson.constant(Verdict.class, verdict),
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
        : StoredJson.constant(SpineRegion.class, region);
  }

  /** The version before did not keep it. */
  private static Set<StatedIdentity> stated(ResultSet rows) throws SQLException {
    String stated = rows.getString("stated_identity");
    return stated == null ? Set.of() : StatedIdentity.parse(stated);
  }

  /** The version before does not keep it, and leaves what was kept of an earlier analysis. */
  private static Optional<Provenance> provenance(ResultSet rows) throws SQLException {
    Optional<Instant> keptAt = instant(rows, "provenance_at");
    return keptAt.isPresent() && keptAt.equals(instant(rows, "analysed_at"))
        ? Optional.ofNullable(rows.getString("provenance")).map(StoredProvenance::read)
        : Optional.empty();
  }

  private static Reception reception(ResultSet rows, boolean withheld) throws SQLException {
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

  static Optional<Instant> instant(ResultSet rows, String column) throws SQLException {
    return Optional.ofNullable(rows.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /** Microseconds, as both databases keep them: what is read back compares equal. */
  static OffsetDateTime utc(Instant instant) {
    return instant.truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
  }

  static String shortened(String text) {
    return text.length() <= LONGEST_REASON ? text : text.substring(0, LONGEST_REASON);
  }

  private static ReadingPriority priority(String code) {
    return StoredJson.constant(ReadingPriority.class, code);
  }
}

package io.spinexr.cds.feedback;

import io.spinexr.cds.feedback.Feedback.OverrideReason;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Feedback, kept durably: once, however often the client sends it. */
public final class FeedbackStore {
  private final JdbcClient database;
  private final Clock clock;

  public FeedbackStore(DataSource dataSource, Clock clock) {
    this.database = JdbcClient.create(dataSource);
    this.clock = clock;
  }

  /**
   * Every entry is written by itself; a call that breaks off can be repeated as a whole.
   *
   * @param service id that was called
   * @param client who says so, if clients are authenticated
   */
  public void save(String service, Optional<String> client, List<Feedback> feedback) {
    feedback.forEach(entry -> save(service, client, entry));
  }

  private void save(String service, Optional<String> client, Feedback entry) {
    Optional<OverrideReason> reason = entry.overrideReason();
    try {
      database
          .sql(
              """
              insert into cds_feedback (id, service, card, issuer, outcome, suggestions,
                reason_code, reason_system, user_comment, outcome_at, received_at, to_hide)
              values (:id, :service, :card, :issuer, :outcome, :suggestions, :code, :system,
                :comment, :outcomeAt, :receivedAt, :toHide)
              """)
          .param("id", key(service, client, entry))
          .param("service", service)
          .param("issuer", client.orElse(null))
          .param("card", entry.card().toString())
          .param("outcome", entry.outcome().wireName())
          .param(
              "suggestions",
              entry.acceptedSuggestions().stream()
                  .map(UUID::toString)
                  .collect(Collectors.joining(" ")))
          .param("code", reason.flatMap(OverrideReason::code).orElse(null))
          .param("system", reason.flatMap(OverrideReason::system).orElse(null))
          .param("comment", reason.flatMap(OverrideReason::userComment).orElse(null))
          .param("outcomeAt", Timestamp.from(entry.outcomeAt()))
          .param("receivedAt", Timestamp.from(clock.instant()))
          .param("toHide", entry.saysWrongPatient())
          .update();
    } catch (DuplicateKeyException e) {
      // The client sent it before.
    }
  }

  /** Another client's word is another entry. */
  private static String key(String service, Optional<String> client, Feedback entry) {
    return entry.key(client.map(name -> service + "\n" + name).orElse(service));
  }

  /**
   * A clinician's word that a card showed another patient's images, on which nothing was done yet.
   *
   * @param id of the feedback
   * @param client who sent it, if clients are authenticated
   * @param issuer whose card it was; empty when the card is unknown or was issued before that was
   *     kept
   * @param user who saw the card
   * @param studyUid empty when the card is not about a study, or is not ours
   */
  public record WrongPatient(
      String id,
      Optional<String> client,
      Optional<String> issuer,
      Optional<String> user,
      Optional<String> studyUid) {}

  public List<WrongPatient> toHide() {
    return database
        .sql(
            """
            select f.id, f.issuer as client, c.issuer, c.user_id, c.study_uid
            from cds_feedback f left join cds_card c on c.uuid = f.card
            where f.to_hide order by f.received_at
            """)
        .query(
            (row, number) ->
                new WrongPatient(
                    row.getString("id"),
                    Optional.ofNullable(row.getString("client")),
                    Optional.ofNullable(row.getString("issuer")),
                    Optional.ofNullable(row.getString("user_id")),
                    Optional.ofNullable(row.getString("study_uid"))))
        .list();
  }

  /** Nothing more is to be done for this feedback. */
  public void done(WrongPatient wrongPatient) {
    database
        .sql("update cds_feedback set to_hide = false where id = :id")
        .param("id", wrongPatient.id())
        .update();
  }

  /**
   * What to look for.
   *
   * @param since received at this time or later
   * @param limit of entries, newest first
   */
  record Query(
      Optional<String> service,
      Optional<String> card,
      Optional<String> study,
      Optional<String> outcome,
      Optional<Instant> since,
      int limit) {}

  /**
   * Feedback beside what its card was about.
   *
   * @param studyUid null when the card was not about findings, or is not ours
   */
  record Entry(
      String service,
      String card,
      String outcome,
      List<String> acceptedSuggestions,
      String reasonCode,
      String reasonSystem,
      String userComment,
      Instant outcomeTimestamp,
      Instant receivedAt,
      String studyUid,
      String modelSet) {}

  List<Entry> find(Query query) {
    return database
        .sql(
            """
            select f.*, c.study_uid, c.model_set
            from cds_feedback f left join cds_card c on c.uuid = f.card
            where f.service = coalesce(:service, f.service)
              and f.card = coalesce(:card, f.card)
              and f.outcome = coalesce(:outcome, f.outcome)
              and coalesce(c.study_uid, '') = coalesce(:study, c.study_uid, '')
              and f.received_at >= :since
            order by f.received_at desc, f.id
            limit :limit
            """)
        .param("service", query.service().orElse(null))
        .param("card", query.card().orElse(null))
        .param("outcome", query.outcome().orElse(null))
        .param("study", query.study().orElse(null))
        .param("since", Timestamp.from(query.since().orElse(Instant.EPOCH)))
        .param("limit", query.limit())
        .query((row, number) -> entry(row))
        .list();
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getString("service"),
        row.getString("card"),
        row.getString("outcome"),
        Arrays.stream(row.getString("suggestions").split(" ")).filter(s -> !s.isEmpty()).toList(),
        row.getString("reason_code"),
        row.getString("reason_system"),
        row.getString("user_comment"),
        row.getTimestamp("outcome_at").toInstant(),
        row.getTimestamp("received_at").toInstant(),
        row.getString("study_uid"),
        row.getString("model_set"));
  }
}

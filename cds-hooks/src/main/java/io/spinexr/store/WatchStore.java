package io.spinexr.store;

import io.spinexr.finding.StudyFindings;
import io.spinexr.state.Absence;
import io.spinexr.state.StudyState;
import io.spinexr.state.WatchedStudy;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The studies that are followed in the archive: all SQL on them. */
public final class WatchStore {
  private final JdbcClient jdbc;

  public WatchStore(DataSource dataSource) {
    jdbc = JdbcClient.create(dataSource);
  }

  public Optional<WatchedStudy> find(String studyUid, String modelSet) {
    return jdbc.sql("select * from study_watch where study_uid = :study and model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .query((rows, row) -> watched(rows))
        .optional();
  }

  /**
   * A result is followed, with these radiographs.
   *
   * @return whether it was not, or with others
   */
  public boolean follow(String studyUid, String modelSet, Set<String> instances, Instant now) {
    Optional<WatchedStudy> known = find(studyUid, modelSet);
    if (known.isPresent() && known.get().instances().equals(instances)) {
      return false;
    }
    jdbc.sql(
            known.isPresent()
                ? """
                update study_watch
                set instances = :instances, changed_at = :now, looks = 0, last_seen = :now
                where study_uid = :study and model_set = :set\
                """
                : """
                insert into study_watch
                  (study_uid, model_set, instances, followed_at, changed_at, looks, last_seen)
                values (:study, :set, :instances, :now, :now, 0, :now)\
                """)
        .param("study", studyUid)
        .param("set", modelSet)
        .param("instances", instances.stream().sorted().collect(Collectors.joining("\n")))
        .param("now", Rows.utc(now))
        .update();
    return true;
  }

  /** Keeps what a look told. */
  public void looked(WatchedStudy study) {
    jdbc.sql(
            """
            update study_watch
            set looks = :looks, last_seen = :seen, missing_since = :since,
              missing_searches = :searches, reported_at = :reported
            where study_uid = :study and model_set = :set\
            """)
        .param("study", study.studyUid())
        .param("set", study.modelSet())
        .param("looks", study.looks())
        .param("seen", Rows.utc(study.lastSeen()))
        .param("since", study.absence().map(a -> Rows.utc(a.since())).orElse(null))
        .param("searches", study.absence().map(Absence::searches).orElse(0))
        .param("reported", study.absence().flatMap(Absence::reportedAt).map(Rows::utc).orElse(null))
        .update();
  }

  public void remove(String studyUid, String modelSet) {
    jdbc.sql("delete from study_watch where study_uid = :study and model_set = :set")
        .param("study", studyUid)
        .param("set", modelSet)
        .update();
  }

  /**
   * Other studies that were in the archive when this one last was, the last seen first. The archive
   * is to be asked for them: those of restricted patients are not among them.
   */
  public List<String> neighbours(WatchedStudy study, int limit) {
    return jdbc.sql(
            """
            select study_uid from study_watch w
            where model_set = :set and study_uid <> :study and followed_at <= :seen
            and not exists (
              select 1 from study_analysis a
              where a.study_uid = w.study_uid and a.model_set = w.model_set and %s)
            order by last_seen desc, study_uid limit :limit\
            """
                .formatted(PrivacyStore.RESTRICTED))
        .param("set", study.modelSet())
        .param("study", study.studyUid())
        .param("seen", Rows.utc(study.lastSeen()))
        .param("limit", limit)
        .query(String.class)
        .list();
  }

  /** Results of the version before, which followed none: what they are about. */
  public List<StudyFindings> unwatched(String modelSet, Instant since) {
    return jdbc
        .sql(
            """
            select a.findings from study_analysis a
            where a.model_set = :set and a.state = :done and a.findings is not null
            and a.analysed_at >= :since and not exists (
              select 1 from study_watch w
              where w.study_uid = a.study_uid and w.model_set = a.model_set)\
            """)
        .param("set", modelSet)
        .param("done", StudyState.DONE.name())
        .param("since", Rows.utc(since))
        .query(String.class)
        .list()
        .stream()
        .map(StoredFindings::read)
        .toList();
  }

  private static WatchedStudy watched(ResultSet rows) throws SQLException {
    Optional<Instant> since = Rows.instant(rows, "missing_since");
    int searches = rows.getInt("missing_searches");
    Optional<Instant> reported = Rows.instant(rows, "reported_at");
    return new WatchedStudy(
        rows.getString("study_uid"),
        rows.getString("model_set"),
        rows.getString("instances").lines().collect(Collectors.toUnmodifiableSet()),
        Rows.instant(rows, "followed_at").orElseThrow(),
        Rows.instant(rows, "changed_at").orElseThrow(),
        rows.getInt("looks"),
        Rows.instant(rows, "last_seen").orElseThrow(),
        since.map(from -> new Absence(from, searches, reported)));
  }
}

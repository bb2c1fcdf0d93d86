package io.spinexr.state;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A study whose result is followed in the archive.
 *
 * @param instances SOP instance UIDs of the radiographs that the result is about
 * @param followedAt since when
 * @param changedAt when its radiographs last were other ones
 * @param looks since then
 * @param lastSeen when the archive last listed all of the radiographs
 * @param absence while it does not
 */
public record WatchedStudy(
    String studyUid,
    String modelSet,
    Set<String> instances,
    Instant followedAt,
    Instant changedAt,
    int looks,
    Instant lastSeen,
    Optional<Absence> absence) {
  public WatchedStudy {
    instances = Set.copyOf(instances);
  }

  /**
   * Nothing is expected any more. A study that is missing is not let go before people know, unless
   * the archive has long told nothing.
   */
  public boolean over(Duration watchFor, Instant now) {
    Instant from = absence.map(Absence::settled).orElse(changedAt);
    return !now.isBefore(from.plus(watchFor));
  }

  /** Whether people were asked what became of it. */
  public boolean reported() {
    return absence.flatMap(Absence::reportedAt).isPresent();
  }

  public WatchedStudy seen(Instant now) {
    return looked(now, Optional.empty());
  }

  public WatchedStudy missed(Instant now) {
    return looked(
        lastSeen,
        Optional.of(absence.map(a -> a.again(now)).orElseGet(() -> Absence.noticed(now))));
  }

  /** A look that told nothing. */
  public WatchedStudy unclear() {
    return looked(lastSeen, absence);
  }

  private WatchedStudy looked(Instant seen, Optional<Absence> missing) {
    return new WatchedStudy(
        studyUid, modelSet, instances, followedAt, changedAt, looks + 1, seen, missing);
  }
}

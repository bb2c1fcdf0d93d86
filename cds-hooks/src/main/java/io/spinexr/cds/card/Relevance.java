package io.spinexr.cds.card;

import io.spinexr.finding.Finding;
import io.spinexr.state.StudyResult;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;

/** Which studies matter to an order; docs/clinical-safety.md tells the rules and why. */
final class Relevance {
  private final TriagePolicy triage;
  private final Duration relevantFor;
  private final Clock clock;

  /**
   * @param relevantFor how long after its date a study of the same region matters
   */
  Relevance(TriagePolicy triage, Duration relevantFor, Clock clock) {
    this.triage = triage;
    this.relevantFor = relevantFor;
    this.clock = clock;
  }

  /** Whether who places the order should be told what was found in the study. */
  boolean matters(StudyResult study, Knowledge.Order order) {
    return current(study, order) || sameRegion(study, order) && graveAndUnread(study);
  }

  /**
   * The studies whose findings may make the order more urgent: its own, the newest one that is
   * current, and those of the same region with a grave finding that nobody has read. None whose
   * report a person has taken over.
   *
   * @param studies newest first
   */
  List<StudyResult> raising(List<StudyResult> studies, Knowledge.Order order) {
    List<StudyResult> current = studies.stream().filter(study -> current(study, order)).toList();
    return studies.stream()
        .filter(study -> !study.standing().finalised())
        .filter(
            study ->
                own(study, order)
                    || current.indexOf(study) == 0
                    || sameRegion(study, order) && graveAndUnread(study))
        .toList();
  }

  /** A finding for which triage asks for more than routine, in a study that nobody has read. */
  boolean graveAndUnread(StudyResult study) {
    return study.standing().readingOpen()
        && !study.standing().finalised()
        && study.findings().findings().stream().anyMatch(this::grave);
  }

  private boolean grave(Finding finding) {
    return triage.priority(finding).outranks(ReadingPriority.ROUTINE);
  }

  private boolean current(StudyResult study, Knowledge.Order order) {
    return own(study, order) || sameRegion(study, order) && young(study);
  }

  private static boolean own(StudyResult study, Knowledge.Order order) {
    return study.standing().orders().contains(order.key());
  }

  /** A date in the future, beyond what time zones explain, is no date to go by. */
  private boolean young(StudyResult study) {
    LocalDate today = LocalDate.now(clock);
    return study
        .studyDate()
        .filter(date -> !date.isBefore(today.minusDays(relevantFor.toDays())))
        .filter(date -> !date.isAfter(today.plusDays(1)))
        .isPresent();
  }

  private static boolean sameRegion(StudyResult study, Knowledge.Order order) {
    return study.region().overlaps(order.order().order().examination().region());
  }
}

package io.spinexr.analysis;

import com.github.kagkarlsson.scheduler.task.Task;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.result.Withdrawal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes back what the AI said: of one study, or of a whole model set. It is gone from cards and
 * pages in the same moment, and for good; the chart follows by a durable job. Nothing revives it:
 * neither an order signed again nor an analysis that was under way.
 */
public final class Withdrawals {
  /** Who acts while nobody signs in. */
  public static final String UNAUTHENTICATED = "unauthenticated";

  private static final int LONGEST_REASON = 500;
  private static final int LONGEST_NAME = 200;

  private final VisibilityStore visibility;
  private final boolean withheld;
  private final AnalysisStore store;
  private final Transactions transactions;
  private final Jobs jobs;
  private final Changes changes;
  private final Clock clock;
  private final Errand<Notice> errand;

  /**
   * @param withheld whether nothing of the active model set is shown because it is for research
   */
  Withdrawals(
      VisibilityStore visibility,
      boolean withheld,
      AnalysisStore store,
      Transactions transactions,
      Jobs jobs,
      Changes changes,
      FhirRecord record,
      Optional<FhirRecord> ehr,
      Errand.Surroundings surroundings) {
    this.visibility = visibility;
    this.withheld = withheld;
    this.store = store;
    this.transactions = transactions;
    this.jobs = jobs;
    this.changes = changes;
    this.clock = surroundings.clock();
    List<FhirRecord> records = new ArrayList<>(List.of(record));
    ehr.ifPresent(records::add);
    this.errand =
        new Errand<>(
            "withdraw",
            Notice.class,
            notice -> records.forEach(each -> each.withdraw(notice.withdrawal())),
            surroundings);
  }

  /**
   * A withdrawal on its way to the charts: format 1.
   *
   * @param at ISO 8601
   */
  record Notice(String studyUid, String modelSet, String reason, String by, String at) {
    private Withdrawal withdrawal() {
      return new Withdrawal(studyUid, modelSet, reason, by, Instant.parse(at));
    }
  }

  /**
   * Withdraws the result of one study by one model set.
   *
   * @param reason a clause that everybody with access to the patient may read, without personal
   *     data
   * @param by who says so
   * @return whether there was anything to withdraw
   * @throws IllegalArgumentException if reason or name are blank or too long
   */
  public boolean withdraw(String studyUid, String modelSet, String reason, String by) {
    requireText("reason", reason, LONGEST_REASON);
    requireText("person", by, LONGEST_NAME);
    boolean withdrawn =
        transactions.call(() -> withdrawNow(studyUid, modelSet, reason, by, clock.instant()));
    announce(studyUid);
    return withdrawn;
  }

  /**
   * Withdraws every result of a model set; it analyses nothing any more.
   *
   * @return how many results there were; empty if the set is unknown
   * @throws IllegalArgumentException if reason or name are blank or too long
   */
  public Optional<Integer> recall(String modelSet, String reason, String by) {
    requireText("reason", reason, LONGEST_REASON);
    requireText("person", by, LONGEST_NAME);
    // Hidden first, in one moment; then one study after another.
    boolean known =
        transactions.call(() -> visibility.recall(modelSet, reason, by, clock.instant()));
    if (!known) {
      return Optional.empty();
    }
    int withdrawn = 0;
    for (String study : visibility.studiesOf(modelSet)) {
      withdrawn += withdraw(study, modelSet, reason, by) ? 1 : 0;
    }
    return Optional.of(withdrawn);
  }

  /**
   * The kill switch: from now on nothing of a model set is shown on cards and pages, until {@link
   * #show}. Nothing is withdrawn.
   *
   * @return whether the set is known and not recalled
   * @throws IllegalArgumentException if reason or name are blank or too long
   */
  public boolean hide(String modelSet, String reason, String by) {
    requireText("reason", reason, LONGEST_REASON);
    requireText("person", by, LONGEST_NAME);
    return transactions.call(
        () -> visibility.hide(modelSet, Optional.of(reason), by, clock.instant()));
  }

  /**
   * Ends {@link #hide}.
   *
   * @return whether the set is known and not recalled
   */
  public boolean show(String modelSet, String by) {
    requireText("person", by, LONGEST_NAME);
    return transactions.call(
        () -> visibility.hide(modelSet, Optional.empty(), by, clock.instant()));
  }

  /** Why nothing of the active set is shown; empty if it is. */
  public Optional<HiddenSet> hidden(String modelSet) {
    return visibility
        .hidden(modelSet)
        .or(() -> withheld ? Optional.of(HiddenSet.FOR_RESEARCH) : Optional.empty());
  }

  /**
   * As {@link #withdraw}, inside a transaction that somebody else has begun: {@link #announce} has
   * to follow it.
   */
  boolean withdrawNow(String studyUid, String modelSet, String reason, String by, Instant now) {
    boolean withdrawn = visibility.withdraw(studyUid, modelSet, reason, by, now);
    if (withdrawn) {
      errand.send(
          studyUid + "/" + modelSet,
          new Notice(studyUid, modelSet, reason, by, now.toString()),
          now);
    }
    return withdrawn;
  }

  /** Something was written that was withdrawn while it was under way. */
  void again(StudyAnalysis withdrawn) {
    Reception.Withdrawn first = withdrawn.reception().withdrawn().orElseThrow();
    Instant now = clock.instant();
    errand.send(
        String.join("/", withdrawn.studyUid(), withdrawn.modelSet(), now.toString()),
        new Notice(
            withdrawn.studyUid(),
            withdrawn.modelSet(),
            withdrawn.reason().orElse("withdrawn"),
            first.by(),
            first.at().toString()),
        now);
  }

  void announce(String studyUid) {
    jobs.checkNow();
    changes.happened(store.ordersLinkedTo(studyUid));
  }

  Task<Notice> task() {
    return errand.task();
  }

  static void requireText(String what, String text, int longest) {
    if (text == null || text.isBlank() || text.length() > longest) {
      throw new IllegalArgumentException(
          "The %s must have 1 to %d characters".formatted(what, longest));
    }
  }
}

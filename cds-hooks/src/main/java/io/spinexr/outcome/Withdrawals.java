package io.spinexr.outcome;

import io.spinexr.job.Work;
import io.spinexr.state.HiddenSet;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.store.OrderStore;
import io.spinexr.store.StudyStore;
import io.spinexr.store.VisibilityStore;
import io.spinexr.text.PortableText;
import java.time.Instant;
import java.util.Optional;

/**
 * Takes back what the AI said: of one study, or of a whole model set. It is gone from cards and
 * pages in the same moment, and for good; every output follows by a durable job. Nothing revives
 * it: neither an order signed again nor an analysis that was under way.
 */
public final class Withdrawals {
  /** Who acts while nobody signs in. */
  public static final String UNAUTHENTICATED = "unauthenticated";

  /** Who takes back what was rejected, for readers. */
  private static final String ARCHIVE = "the archive";

  private static final int LONGEST_REASON = 500;
  private static final int LONGEST_NAME = 200;

  private final VisibilityStore visibility;
  private final boolean withheld;
  private final OrderStore orders;
  private final StudyStore studies;
  private final Outputs outputs;
  private final Work work;

  /**
   * @param withheld whether nothing of the active model set is shown because it is for research
   */
  public Withdrawals(
      VisibilityStore visibility,
      boolean withheld,
      OrderStore orders,
      StudyStore studies,
      Outputs outputs,
      Work work) {
    this.visibility = visibility;
    this.withheld = withheld;
    this.orders = orders;
    this.studies = studies;
    this.outputs = outputs;
    this.work = work;
  }

  /**
   * Withdraws the result of one study by one model set. Repeated, it asks again whoever refused the
   * withdrawal; reason and person stay the first ones.
   *
   * @param reason a clause that everybody with access to the patient may read, without personal
   *     data
   * @param by who says so
   * @return whether there was anything to withdraw, or to ask again for
   * @throws IllegalArgumentException if reason or name are blank or too long
   */
  public boolean withdraw(String studyUid, String modelSet, String reason, String by) {
    requireText("reason", reason, LONGEST_REASON);
    requireText("person", by, LONGEST_NAME);
    return work.call(
        () ->
            withdrawNow(studyUid, modelSet, reason, by, work.now())
                || outputs.withdrawAgain(studyUid, modelSet, work.now()));
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
    boolean known = work.call(() -> visibility.recall(modelSet, reason, by, work.now()));
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
    return work.call(() -> visibility.hide(modelSet, Optional.of(reason), by, work.now()));
  }

  /**
   * Ends {@link #hide}.
   *
   * @return whether the set is known and not recalled
   */
  public boolean show(String modelSet, String by) {
    requireText("person", by, LONGEST_NAME);
    return work.call(() -> visibility.hide(modelSet, Optional.empty(), by, work.now()));
  }

  /** Why nothing of the active set is shown; empty if it is. */
  public Optional<HiddenSet> hidden(String modelSet) {
    return visibility
        .hidden(modelSet)
        .or(() -> withheld ? Optional.of(HiddenSet.FOR_RESEARCH) : Optional.empty());
  }

  /** As {@link #withdraw}, once, inside a transaction that somebody else has begun. */
  boolean withdrawNow(String studyUid, String modelSet, String reason, String by, Instant now) {
    boolean withdrawn = visibility.withdraw(studyUid, modelSet, reason, by, now);
    if (withdrawn) {
      outputs.withdraw(studyUid, modelSet, now);
      work.changed(orders.ordersLinkedTo(studyUid));
    }
    return withdrawn;
  }

  /**
   * The archive rejects every image that a result is about, by whichever model set. To be called as
   * {@link #withdrawNow}.
   *
   * @return false if the analysis was asked for again meanwhile
   */
  public boolean rejectedByArchive(StudyAnalysis analysed, String reason, Instant now) {
    String studyUid = analysed.studyUid();
    boolean current =
        studies
            .analysis(studyUid, analysed.modelSet())
            .filter(analysis -> analysis.request() == analysed.request())
            .isPresent();
    if (current) {
      visibility.setsOf(studyUid).forEach(set -> withdrawNow(studyUid, set, reason, ARCHIVE, now));
    }
    return current;
  }

  public static void requireText(String what, String text, int longest) {
    if (text == null
        || text.isBlank()
        || text.length() > longest
        || !PortableText.isPortable(text)) {
      throw new IllegalArgumentException(
          "The %s must have 1 to %d characters, no control characters among them"
              .formatted(what, longest));
    }
  }
}

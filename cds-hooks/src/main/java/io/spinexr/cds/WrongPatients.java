package io.spinexr.cds;

import io.spinexr.cds.feedback.FeedbackStore;
import io.spinexr.cds.wire.PlainText;
import io.spinexr.cds.wire.WithoutMessages;
import io.spinexr.service.OrderAnalyses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feedback that images are another patient's is not only kept: their study is hidden from everybody
 * until a person decides. What fails is tried again, by any node.
 */
public final class WrongPatients {
  private static final Logger LOG = LoggerFactory.getLogger(WrongPatients.class);
  private static final int LONGEST_NAME = 200;

  private final OrderAnalyses analyses;
  private final FeedbackStore feedback;
  private final CdsMetrics metrics;

  public WrongPatients(OrderAnalyses analyses, FeedbackStore feedback, CdsMetrics metrics) {
    this.analyses = analyses;
    this.feedback = feedback;
    this.metrics = metrics;
  }

  /**
   * Hides every study that is to be hidden; safe to repeat, and never fails.
   *
   * @return whether none is left
   */
  public boolean hide() {
    boolean done = true;
    try {
      for (FeedbackStore.WrongPatient wrong : feedback.toHide()) {
        done &= hidden(wrong);
      }
    } catch (RuntimeException e) {
      failed(e);
      return false;
    }
    return done;
  }

  private boolean hidden(FeedbackStore.WrongPatient wrong) {
    try {
      if (wrong.studyUid().isPresent() && isSendersCard(wrong)) {
        analyses.dispute(wrong.studyUid().get(), reporter(wrong));
      } else {
        metrics.failure();
        LOG.error(
            "A card is said to show another patient's images, but was not issued to who says so:"
                + " see /admin/cds-feedback");
      }
      feedback.done(wrong);
      return true;
    } catch (RuntimeException e) {
      failed(e);
      return false;
    }
  }

  private void failed(RuntimeException e) {
    metrics.failure();
    LOG.error(
        "A study that may be another patient's could not be hidden; it is tried again",
        WithoutMessages.of(e));
  }

  /** What is not known speaks for hiding. */
  private static boolean isSendersCard(FeedbackStore.WrongPatient wrong) {
    return wrong.client().isEmpty()
        || wrong.issuer().isEmpty()
        || wrong.issuer().equals(wrong.client());
  }

  private static String reporter(FeedbackStore.WrongPatient wrong) {
    String issuer = wrong.issuer().or(wrong::client).orElse("cds-client");
    return PlainText.line(issuer + " " + wrong.user().orElse("(user not named)"), LONGEST_NAME);
  }
}

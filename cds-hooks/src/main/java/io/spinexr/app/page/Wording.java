package io.spinexr.app.page;

import io.spinexr.state.OrderState;
import io.spinexr.state.Reception;
import io.spinexr.state.StudyState;
import io.spinexr.triage.ReadingPriority;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How values are put into words, the same on every page. */
final class Wording {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private Wording() {}

  static String time(Instant instant, ZoneId zone) {
    return TIME.format(instant.atZone(zone));
  }

  /** Two decimals: {@code 0.87}. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** Nothing where a result is hidden or withdrawn: the priority was the AI's word, too. */
  static String priority(ReadingPriority priority, Reception reception) {
    return reception.visible() ? priority.code() : "";
  }

  static String state(StudyState state, Reception reception) {
    if (reception.restricted()) {
      return "not shown: the record is confidential, or the patient has opted out of AI";
    }
    if (reception.disputed()) {
      return "hidden: a clinician says that these are another patient's images";
    }
    if (reception.setHidden() && state == StudyState.DONE) {
      return "hidden";
    }
    if (reception.finalised() && state == StudyState.DONE) {
      return "reported by a person";
    }
    return switch (state) {
      case QUEUED -> "analysis running";
      case DONE -> "analysed";
      case FAILED -> "analysis failed";
      case NOT_MATCHED -> "images not matched to the patient";
      case WITHDRAWN -> "result withdrawn";
    };
  }

  static String title(String description) {
    return description.isBlank() ? "Spine radiographs" : description;
  }

  /** For people. */
  static String state(OrderState state) {
    return switch (state) {
      case SEARCHING -> "The image archive is being searched.";
      case WAITING -> "The archive is asked again until the order's own images are complete.";
      case COMPLETE -> "Complete: no more images are waited for.";
      case GIVEN_UP -> "Given up.";
      case EXPIRED -> "Given up: nothing confirmed that this order, which has no id, was placed.";
      case ENDED -> "Ended.";
    };
  }
}

package io.spinexr.app.page;

import io.spinexr.analysis.StudyAnalysis;
import io.spinexr.analysis.StudyState;
import io.spinexr.finding.StudyFindings;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** How values are put into words, the same on every page. */
final class Wording {
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  private Wording() {}

  static String time(Instant instant) {
    return TIME.format(instant.atZone(ZoneId.systemDefault()));
  }

  /** Two decimals: {@code 0.87}. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  static String state(StudyState state) {
    return switch (state) {
      case QUEUED -> "analysis running";
      case DONE -> "analysed";
      case FAILED -> "analysis failed";
      case NOT_MATCHED -> "images not matched to the patient";
    };
  }

  /** What may be shown: nothing of images that are another patient's. */
  static Optional<StudyFindings> findings(StudyAnalysis study) {
    return study.state() == StudyState.NOT_MATCHED ? Optional.empty() : study.findings();
  }

  static String verdict(StudyFindings findings) {
    if (findings.images().isEmpty()) {
      return "no image could be analysed";
    }
    if (findings.abnormal()) {
      return "abnormal";
    }
    return findings.suspicious()
        ? "normal, but the detector found something"
        : "no abnormality found";
  }

  static String title(StudyAnalysis study) {
    return study.description().isBlank() ? "Spine radiographs" : study.description();
  }
}

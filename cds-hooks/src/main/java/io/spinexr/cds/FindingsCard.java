package io.spinexr.cds;

import io.spinexr.analysis.StudyResult;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.triage.ReadingPriority;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The words of a card about one analysed study. */
final class FindingsCard {
  /** A clinician reads no longer table on a card; the page has them all. */
  private static final int MAX_ROWS = 15;

  private static final int SUMMARY_LIMIT = 139;

  private final StudyResult result;
  private final StudyFindings study;
  private final ZoneId zone;

  /**
   * @param zone of the times that clinicians are shown
   */
  FindingsCard(StudyResult result, ZoneId zone) {
    this.result = result;
    this.study = result.findings();
    this.zone = zone;
  }

  /**
   * Loud when the study should be read before routine ones, or could not be read in full. Never
   * critical: nobody has confirmed the findings yet.
   */
  Card.Indicator indicator() {
    return result.priority().outranks(ReadingPriority.ROUTINE)
        ? Card.Indicator.WARNING
        : Card.Indicator.INFO;
  }

  String summary() {
    String when = result.studyDate().map(date -> " of " + date).orElse("");
    return PlainText.line(
        "AI, not a diagnosis: spine X-ray" + when + ": " + verdict(), SUMMARY_LIMIT);
  }

  private String verdict() {
    if (study.images().isEmpty()) {
      return "no image could be analysed";
    }
    String unread =
        study.rejected().isEmpty()
            ? ""
            : "; %d of %d images not analysed"
                .formatted(
                    study.rejected().size(), study.rejected().size() + study.images().size());
    return verdictOnAnalysed() + unread;
  }

  private String verdictOnAnalysed() {
    Set<LesionType> types =
        study.findings().stream()
            .map(Finding::type)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    if (types.isEmpty()) {
      return (study.abnormal() ? "abnormal, no lesion localised" : "no abnormality found")
          + " (probability "
          + percent(study.probability())
          + ")";
    }
    String named =
        types.stream()
            .limit(3)
            .map(type -> type.display().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
    return types.size() > 3 ? named + " and " + (types.size() - 3) + " more" : named;
  }

  /** GitHub-flavoured Markdown. */
  String detail() {
    List<String> paragraphs = new ArrayList<>();
    paragraphs.add("**AI result, not a diagnosis.** No radiologist has confirmed it.");
    paragraphs.add(provenance());
    if (!study.findings().isEmpty()) {
      paragraphs.add(table());
    }
    if (!study.images().isEmpty()) {
      paragraphs.add(probabilities());
    }
    if (!study.rejected().isEmpty()) {
      paragraphs.add(rejected());
    }
    paragraphs.add("Suggested reading priority: **" + result.priority().code() + "**.");
    paragraphs.add(models());
    return String.join("\n\n", paragraphs);
  }

  private String provenance() {
    String description =
        result.description().isBlank()
            ? ""
            : " \"" + PlainText.markdown(result.description()) + "\"";
    return "Study%s of %s, analysed %s."
        .formatted(
            description,
            result.studyDate().map(Object::toString).orElse("unknown date"),
            DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                result.analysedAt().truncatedTo(ChronoUnit.MINUTES).atZone(zone)));
  }

  private record Row(int image, Finding finding) {}

  private String table() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < study.images().size(); i++) {
      for (Finding finding : study.images().get(i).findings()) {
        rows.add(new Row(i + 1, finding));
      }
    }
    rows.sort(Comparator.comparingDouble((Row row) -> row.finding().score()).reversed());
    StringBuilder table = new StringBuilder("| Finding | Score | Image |\n| --- | ---: | ---: |");
    rows.stream()
        .limit(MAX_ROWS)
        .forEach(
            row ->
                table.append(
                    "\n| %s | %s | %d |"
                        .formatted(
                            row.finding().type().display(),
                            percent(row.finding().score()),
                            row.image())));
    if (rows.size() > MAX_ROWS) {
      table.append("\n\n").append(rows.size() - MAX_ROWS).append(" more on the findings page.");
    }
    return table.toString();
  }

  private String probabilities() {
    List<String> images = new ArrayList<>();
    for (ImageFindings image : study.images().stream().limit(MAX_ROWS).toList()) {
      images.add(
          "image %d %s (threshold %s: %s)"
              .formatted(
                  images.size() + 1,
                  percent(image.probability()),
                  percent(image.threshold()),
                  image.abnormal() ? "abnormal" : "not abnormal"));
    }
    return "Probability of abnormality: " + String.join(", ", images) + ".";
  }

  private String rejected() {
    return study.rejected().stream()
        .limit(MAX_ROWS)
        .map(RejectedImage::reason)
        .map(reason -> "- " + PlainText.markdown(reason))
        .collect(
            Collectors.joining(
                "\n", study.rejected().size() + " image(s) not analysable:\n\n", ""));
  }

  private String models() {
    return "Model set %s %s: %s."
        .formatted(
            PlainText.markdown(study.models().name()),
            PlainText.markdown(study.models().version()),
            study.models().models().stream()
                .map(FindingsCard::model)
                .collect(Collectors.joining(", ")));
  }

  private static String model(ModelVersion model) {
    return PlainText.markdown(model.name()) + " " + PlainText.markdown(model.version());
  }

  /**
   * Whole per cent, but never 0 or 100 for what is not: certainty is the last thing to round to.
   */
  private static String percent(double probability) {
    if (probability > 0 && probability < 0.01) {
      return "<1 %";
    }
    if (probability < 1 && probability > 0.99) {
      return ">99 %";
    }
    return Math.round(100 * probability) + " %";
  }
}

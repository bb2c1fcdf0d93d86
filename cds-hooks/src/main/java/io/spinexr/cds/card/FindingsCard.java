package io.spinexr.cds.card;

import io.spinexr.cds.wire.PlainText;
import io.spinexr.finding.Finding;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelVersion;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.finding.StudyFindings;
import io.spinexr.finding.Verdict;
import io.spinexr.scope.Scope;
import io.spinexr.state.StudyResult;
import io.spinexr.triage.ReadingPriority;
import io.spinexr.triage.TriagePolicy;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** The words of a card about one analysed study. */
final class FindingsCard {
  /** A clinician reads no longer table on a card; the page has them all. */
  private static final int MAX_ROWS = 15;

  /** As many lesion types as a summary names, unless triage acts on more. */
  private static final int MAX_TYPES = 3;

  private static final int SUMMARY_LIMIT = 139;

  private final StudyResult result;
  private final StudyFindings study;
  private final TriagePolicy triage;
  private final boolean unfinished;
  private final ZoneId zone;
  private final List<Row> shown;
  private final int folded;

  /**
   * @param triage says which findings are graver than others
   * @param displayScore findings below it are only counted, unless triage acts on them
   * @param unfinished whether there may be more images than the result tells of
   * @param zone of the times that clinicians are shown
   */
  FindingsCard(
      StudyResult result,
      TriagePolicy triage,
      double displayScore,
      boolean unfinished,
      ZoneId zone) {
    this.result = result;
    this.study = result.findings();
    this.triage = triage;
    this.unfinished = unfinished;
    this.zone = zone;
    List<Row> rows = gravestFirst();
    this.shown =
        rows.stream()
            .filter(row -> row.finding().score() >= displayScore || grave(row.finding()))
            .toList();
    this.folded = rows.size() - shown.size();
  }

  /**
   * @param image counted from 1
   */
  private record Row(int image, Finding finding) {}

  private List<Row> gravestFirst() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < study.images().size(); i++) {
      for (Finding finding : study.images().get(i).findings()) {
        rows.add(new Row(i + 1, finding));
      }
    }
    rows.sort(
        Comparator.comparing((Row row) -> triage.priority(row.finding()))
            .thenComparing(row -> row.finding().score(), Comparator.reverseOrder()));
    return rows;
  }

  private boolean grave(Finding finding) {
    return triage.priority(finding).outranks(ReadingPriority.ROUTINE);
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
    String start = "AI, not a diagnosis: spine X-ray" + when + ": ";
    String end = unread() + (unfinished ? "; AI not finished" : "");
    int room = SUMMARY_LIMIT - start.length() - end.length();
    return start + PlainText.line(verdict(room), room) + end;
  }

  /** Without images that others stand for: those hide nothing. */
  private String unread() {
    int silent = study.rejected().size() - study.rejected(Kind.SUPERSEDED).size();
    return silent == 0 || study.images().isEmpty()
        ? ""
        : "; %d of %d images not analysed".formatted(silent, silent + study.images().size());
  }

  private String verdict(int room) {
    Verdict verdict = study.verdict();
    if (study.images().isEmpty()) {
      return verdict.display();
    }
    if (!shown.isEmpty()) {
      return types(room);
    }
    String localised =
        folded > 0
            ? ", only findings with low scores"
            : verdict.abnormal() ? ", no lesion localised" : "";
    return verdict.display() + localised + " (probability " + percent(study.probability()) + ")";
  }

  /** Gravest first; all that triage acts on, if they fit. */
  private String types(int room) {
    Set<LesionType> reported =
        shown.stream()
            .map(Row::finding)
            .filter(Finding::reported)
            .map(Finding::type)
            .collect(Collectors.toSet());
    List<String> types =
        shown.stream()
            .map(Row::finding)
            .map(
                finding ->
                    reported.contains(finding.type())
                        ? finding.type().display()
                        : finding.display())
            .map(words -> words.toLowerCase(Locale.ROOT))
            .distinct()
            .toList();
    long grave =
        shown.stream().map(Row::finding).filter(this::grave).map(Finding::type).distinct().count();
    int named = Math.min(types.size(), (int) Math.max(MAX_TYPES, grave));
    while (named > 1 && types(types, named).length() > room) {
      named--;
    }
    return types(types, named);
  }

  private static String types(List<String> types, int named) {
    String text = String.join(", ", types.subList(0, named));
    return types.size() > named ? text + " and " + (types.size() - named) + " more" : text;
  }

  /** GitHub-flavoured Markdown. */
  String detail() {
    List<String> paragraphs = new ArrayList<>();
    paragraphs.add("**AI result, not a diagnosis.** No radiologist has confirmed it.");
    if (study.models().labelling().research()) {
      paragraphs.add("**The models are " + Labelling.Status.RESEARCH.display() + ".**");
    }
    if (unfinished) {
      paragraphs.add(
          "The AI has not finished: images of this patient may be missing from what it says here.");
    }
    paragraphs.add(provenance());
    if (!shown.isEmpty()) {
      paragraphs.add(table());
    }
    if (!more().isEmpty()) {
      paragraphs.add(more());
    }
    if (!study.images().isEmpty()) {
      paragraphs.add(probabilities());
      Scope.notChecked(study.models())
          .ifPresent(doubt -> paragraphs.add("Every image: " + doubt.text() + "."));
    }
    for (Kind kind : Kind.values()) {
      if (!study.rejected(kind).isEmpty()) {
        paragraphs.add(rejected(kind));
      }
    }
    paragraphs.add("Suggested reading priority: **" + result.priority().code() + "**.");
    paragraphs.add(models());
    return String.join("\n\n", paragraphs);
  }

  /** One line about the study in a list of several. */
  String listItem() {
    String probability =
        study.images().isEmpty() || shown.isEmpty()
            ? ""
            : " (probability of abnormality " + percent(study.probability()) + ")";
    return "- %s%s: %s%s%s. Model set %s %s."
        .formatted(
            result.studyDate().map(Object::toString).orElse("unknown date"),
            description(),
            verdict(SUMMARY_LIMIT),
            probability,
            unread(),
            PlainText.markdown(study.models().name()),
            PlainText.markdown(study.models().version()));
  }

  private String provenance() {
    return "Study%s of %s, analysed %s."
        .formatted(
            description(),
            result.studyDate().map(Object::toString).orElse("unknown date"),
            DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                result.analysedAt().truncatedTo(ChronoUnit.MINUTES).atZone(zone)));
  }

  private String description() {
    return result.description().isBlank()
        ? ""
        : " \"" + PlainText.markdown(result.description()) + "\"";
  }

  private String table() {
    StringBuilder table = new StringBuilder("| Finding | Score | Image |\n| --- | ---: | ---: |");
    shown.stream()
        .limit(MAX_ROWS)
        .forEach(
            row ->
                table.append(
                    "\n| %s | %s | %d |"
                        .formatted(
                            row.finding().display(), percent(row.finding().score()), row.image())));
    return table.toString();
  }

  private String more() {
    List<String> more = new ArrayList<>();
    if (shown.size() > MAX_ROWS) {
      more.add((shown.size() - MAX_ROWS) + " more");
    }
    if (folded > 0) {
      more.add(folded + " more with lower scores");
    }
    return more.isEmpty() ? "" : String.join(" and ", more) + " on the findings page.";
  }

  private String probabilities() {
    List<String> images = new ArrayList<>();
    for (ImageFindings image : study.images().stream().limit(MAX_ROWS).toList()) {
      images.add(
          "image %d %s (threshold %s), %s"
              .formatted(
                  images.size() + 1,
                  percent(image.probability()),
                  percent(image.threshold()),
                  image.verdict().display()));
    }
    return "Probability of abnormality: " + String.join("; ", images) + ".";
  }

  private String rejected(Kind kind) {
    List<RejectedImage> images = study.rejected(kind);
    return images.stream()
        .limit(MAX_ROWS)
        .map(RejectedImage::reason)
        .map(reason -> "- " + PlainText.markdown(reason))
        .collect(
            Collectors.joining("\n", images.size() + " image(s) " + kind.display() + ":\n\n", ""));
  }

  private String models() {
    Labelling labelling = study.models().labelling();
    return "Model set %s %s: %s.%s"
        .formatted(
            PlainText.markdown(study.models().name()),
            PlainText.markdown(study.models().version()),
            study.models().models().stream()
                .map(FindingsCard::model)
                .collect(Collectors.joining(", ")),
            labelling.research() ? "" : " It is " + PlainText.markdown(labelling.display()) + ".");
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

package io.spinexr.evaluation.calibration;

import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.DetectionCounts;
import io.spinexr.evaluation.RankedDetections;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.CertaintyScores;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The scores of a lesion type that serve best on annotated images: from {@code report} on
 * detections have the highest F1 at IoU 0.5, from {@code display} on, at most {@code report}, the
 * highest F2, to which recall counts double. Of equally good scores the highest counts.
 *
 * @param scores what was chosen
 * @param pooled whether it was chosen over all types together, because too few lesions of this one
 *     are annotated or no detection of it is right
 * @param displayed detections of this type from {@code display} on
 * @param reported detections of this type from {@code report} on
 */
public record ChosenScores(
    CertaintyScores scores, boolean pooled, DetectionCounts displayed, DetectionCounts reported) {
  /** A type with fewer annotated lesions has no scores of its own. */
  public static final int FEWEST_LESIONS = 10;

  /** How they are chosen, for people. */
  public static final String WORDS =
      "report by the highest F1 and display by the highest F2 of its type at IoU 0.5 after the"
          + " decision rule; of all types together where fewer than "
          + FEWEST_LESIONS
          + " lesions are annotated";

  private static final double IOU = 0.5;

  /**
   * Chooses the scores of each type; empty if no detection of any type is right.
   *
   * @param images with the detections that the decision rule keeps
   */
  public static Map<LesionType, ChosenScores> of(
      List<LesionType> types, List<EvaluatedImage> images) {
    Map<LesionType, RankedDetections> ranked = new LinkedHashMap<>();
    types.forEach(type -> ranked.put(type, RankedDetections.of(type, IOU, images)));
    List<DetectionCounts> ofAll = RankedDetections.counts(List.copyOf(ranked.values()));
    Map<LesionType, ChosenScores> chosen = new LinkedHashMap<>();
    if (anyCorrect(ofAll)) {
      CertaintyScores pooled = best(ofAll);
      ranked.forEach((type, detections) -> chosen.put(type, of(detections, pooled)));
    }
    return chosen;
  }

  private static ChosenScores of(RankedDetections detections, CertaintyScores pooled) {
    List<DetectionCounts> counts = RankedDetections.counts(List.of(detections));
    boolean own = detections.annotated() >= FEWEST_LESIONS && anyCorrect(counts);
    CertaintyScores scores = own ? best(counts) : pooled;
    return new ChosenScores(
        scores,
        !own,
        from(scores.display(), counts, detections.annotated()),
        from(scores.report(), counts, detections.annotated()));
  }

  private static boolean anyCorrect(List<DetectionCounts> counts) {
    return counts.stream().anyMatch(at -> at.correct() > 0);
  }

  private static CertaintyScores best(List<DetectionCounts> counts) {
    double report = best(counts, 1);
    return new CertaintyScores(Math.min(best(counts, 2), report), report);
  }

  /** Counts begin with the highest score, and {@code min} takes the first of equal ones. */
  private static double best(List<DetectionCounts> counts, double beta) {
    return counts.stream().min(Comparator.comparingDouble(at -> -at.f(beta))).orElseThrow().score();
  }

  private static DetectionCounts from(double score, List<DetectionCounts> counts, int annotated) {
    return counts.stream()
        .filter(at -> at.score() >= score)
        .reduce((higher, lower) -> lower)
        .map(at -> new DetectionCounts(score, at.correct(), at.wrong(), annotated))
        .orElse(new DetectionCounts(score, 0, 0, annotated));
  }
}

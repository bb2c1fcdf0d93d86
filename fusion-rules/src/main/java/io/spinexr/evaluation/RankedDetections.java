package io.spinexr.evaluation;

import io.spinexr.cores.Cores;
import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.Probability;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * The detections of one lesion type on all images, matched to the annotations and ranked by score.
 * Matching is done once; figures are then read from the ranks, on these images or on any resample
 * of them.
 */
public final class RankedDetections {
  private static final int MAXIMUM_DETECTIONS = 100;

  /** No overlap is asked to be more than this, as in COCO's evaluation. */
  private static final double HIGHEST_IOU = 1 - 1e-10;

  /** The recalls 0, 0.01, ..., 1 as {@code numpy.linspace(0, 1, 101)} rounds them. */
  private static final double[] RECALLS = recalls();

  /** The images' numbers of annotations of this type, crowds not counted. */
  private final int[] annotations;

  /** By descending score. */
  private final List<Match> ranked;

  private final List<Rise> rises;

  /** The images of the wrong detections that are in no rise, by descending score. */
  private final int[] wrong;

  /** How a detection was matched; one that only overlaps a crowd is left out. */
  private record Match(int image, double score, boolean correct) {}

  /**
   * Detections of one image and score of which at least one is correct: here recall rises.
   *
   * @param wrongBefore how many of {@link #wrong} have a higher rank
   */
  private record Rise(int image, int wrongBefore, List<Match> matches) {}

  private RankedDetections(int[] annotations, List<Match> ranked) {
    this.annotations = annotations;
    this.ranked = ranked;
    this.rises = new ArrayList<>();
    List<Integer> between = new ArrayList<>();
    int end;
    for (int i = 0; i < ranked.size(); i = end) {
      Match first = ranked.get(i);
      end = i + 1;
      while (end < ranked.size()
          && ranked.get(end).image() == first.image()
          && ranked.get(end).score() == first.score()) {
        end++;
      }
      List<Match> tied = ranked.subList(i, end);
      if (tied.stream().anyMatch(Match::correct)) {
        rises.add(new Rise(first.image(), between.size(), tied));
      } else {
        tied.forEach(match -> between.add(match.image()));
      }
    }
    this.wrong = between.stream().mapToInt(Integer::intValue).toArray();
  }

  private static double[] recalls() {
    double[] recalls = new double[101];
    for (int i = 0; i < recalls.length; i++) {
      recalls[i] = i * (1.0 / 100);
    }
    return recalls;
  }

  /**
   * @param minimumIou the overlap that makes a detection correct, in [0,1]
   * @param images in the order that ranks detections of equal scores
   */
  public static RankedDetections of(
      LesionType type, double minimumIou, List<EvaluatedImage> images) {
    double iou = Math.min(Probability.require("minimumIou", minimumIou), HIGHEST_IOU);
    int[] annotations =
        images.stream().mapToInt(image -> boxes(image, type, false).size()).toArray();
    List<List<Match>> matches = new ArrayList<>(Collections.nCopies(annotations.length, null));
    Cores.each(annotations.length, i -> matches.set(i, match(i, images.get(i), type, iou)));
    List<Match> ranked =
        matches.stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingDouble(Match::score).reversed())
            .toList();
    return new RankedDetections(annotations, ranked);
  }

  private static List<BoundingBox> boxes(EvaluatedImage image, LesionType type, boolean crowd) {
    return image.annotations().stream()
        .filter(annotation -> annotation.type() == type && annotation.crowd() == crowd)
        .map(Annotation::box)
        .toList();
  }

  private static List<Finding> detections(EvaluatedImage image, LesionType type) {
    return image.findings().stream()
        .filter(finding -> finding.type() == type)
        .sorted(Comparator.comparingDouble(Finding::score).reversed())
        .limit(MAXIMUM_DETECTIONS)
        .toList();
  }

  private static List<Match> match(
      int index, EvaluatedImage image, LesionType type, double minimumIou) {
    List<BoundingBox> lesions = boxes(image, type, false);
    List<BoundingBox> crowds = boxes(image, type, true);
    List<Match> matches = new ArrayList<>();
    boolean[] taken = new boolean[lesions.size()];
    for (Finding detection : detections(image, type)) {
      int best = -1;
      double bestIou = minimumIou;
      for (int i = 0; i < taken.length; i++) {
        double iou = taken[i] ? -1 : detection.box().iou(lesions.get(i));
        // Of equal overlaps the last one counts, as in COCO's evaluation.
        if (iou >= bestIou) {
          best = i;
          bestIou = iou;
        }
      }
      if (best >= 0) {
        taken[best] = true;
      }
      if (best >= 0 || crowds.stream().noneMatch(c -> covered(detection, c) >= minimumIou)) {
        matches.add(new Match(index, detection.score(), best >= 0));
      }
    }
    return matches;
  }

  /** The share of a detection's area that lies in a crowd's box, in [0,1]. */
  private static double covered(Finding detection, BoundingBox crowd) {
    BoundingBox box = detection.box();
    double width = Math.min(box.xMax(), crowd.xMax()) - Math.max(box.xMin(), crowd.xMin());
    double height = Math.min(box.yMax(), crowd.yMax()) - Math.max(box.yMin(), crowd.yMin());
    return width > 0 && height > 0 ? width * height / box.area() : 0;
  }

  /** How many lesions are annotated, crowds not counted. */
  public int annotated() {
    return Arrays.stream(annotations).sum();
  }

  /** AP on these images, in [0,1]; NaN if nothing is annotated. */
  public double averagePrecision() {
    int[] once = new int[annotations.length];
    Arrays.fill(once, 1);
    return averagePrecision(once);
  }

  /**
   * AP on a resample, in [0,1]; NaN if nothing is annotated there. It is what COCO's evaluation
   * finds if the copies of an image follow one another.
   *
   * @param counts how often the resample has each image
   */
  public double averagePrecision(int[] counts) {
    long annotated = 0;
    for (int i = 0; i < counts.length; i++) {
      annotated += (long) counts[i] * annotations[i];
    }
    if (annotated == 0) {
      return Double.NaN;
    }
    // Recall rises and precision has its peaks where a detection is correct.
    double[] recall = new double[(int) annotated];
    double[] precision = new double[(int) annotated];
    int truePositives = 0;
    int falsePositives = 0;
    int next = 0;
    for (Rise rise : rises) {
      for (; next < rise.wrongBefore(); next++) {
        falsePositives += counts[wrong[next]];
      }
      for (int copy = counts[rise.image()]; copy > 0; copy--) {
        for (Match match : rise.matches()) {
          if (match.correct()) {
            truePositives++;
            recall[truePositives - 1] = (double) truePositives / annotated;
            precision[truePositives - 1] =
                truePositives / (falsePositives + truePositives + Math.ulp(1.0));
          } else {
            falsePositives++;
          }
        }
      }
    }
    double sum = 0;
    double highest = 0;
    int point = RECALLS.length - 1;
    for (int i = truePositives - 1; i >= 0; i--) {
      double before = i == 0 ? -1 : recall[i - 1];
      while (point >= 0 && RECALLS[point] > recall[i]) {
        point--;
      }
      highest = Math.max(highest, precision[i]);
      while (point >= 0 && RECALLS[point] > before) {
        sum += highest;
        point--;
      }
    }
    return sum / RECALLS.length;
  }

  /**
   * The free-response ROC curve of several types together: one point per distinct score, from the
   * highest to the lowest.
   *
   * @param perType on the same images
   * @throws IllegalArgumentException if nothing is annotated
   */
  static List<FrocCurve.Point> froc(List<RankedDetections> perType) {
    if (perType.stream().noneMatch(type -> type.annotated() > 0)) {
      throw new IllegalArgumentException(
          "a FROC curve needs annotated lesions, but there are none");
    }
    double images = perType.get(0).annotations.length;
    return counts(perType).stream()
        .map(at -> new FrocCurve.Point(at.score(), at.wrong() / images, at.recall()))
        .toList();
  }

  /**
   * What there is from each distinct score on, of several types together; from the highest score to
   * the lowest.
   *
   * @param perType on the same images
   */
  public static List<DetectionCounts> counts(List<RankedDetections> perType) {
    int annotated = perType.stream().mapToInt(RankedDetections::annotated).sum();
    List<Match> ranked =
        perType.stream()
            .flatMap(type -> type.ranked.stream())
            .sorted(Comparator.comparingDouble(Match::score).reversed())
            .toList();
    List<DetectionCounts> counts = new ArrayList<>();
    int correct = 0;
    for (int i = 0; i < ranked.size(); i++) {
      double score = ranked.get(i).score();
      correct += ranked.get(i).correct() ? 1 : 0;
      if (i + 1 == ranked.size() || ranked.get(i + 1).score() < score) {
        counts.add(new DetectionCounts(score, correct, i + 1 - correct, annotated));
      }
    }
    return counts;
  }
}

package io.spinexr.evaluation;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Average precision of a detector per lesion type, by the rules of the COCO evaluation (its area
 * range "all"): per image at most 100 detections of a type, highest scores first, each matched to
 * the free annotation that it overlaps most; precision made monotone and read at the 101 recalls 0,
 * 0.01, ..., 1.
 */
public final class AveragePrecision {
  /**
   * What is annotated on an image.
   *
   * @param crowd whether the box is around many lesions that are not told apart (COCO's {@code
   *     iscrowd}): nobody has to find it, and detections inside it are neither right nor wrong
   */
  public record Annotation(LesionType type, BoundingBox box, boolean crowd) {
    /** One lesion. */
    public Annotation(LesionType type, BoundingBox box) {
      this(type, box, false);
    }
  }

  /** One evaluated image: what is there and what was detected. */
  public record EvaluatedImage(List<Annotation> annotations, List<Finding> findings) {
    public EvaluatedImage {
      annotations = List.copyOf(annotations);
      findings = List.copyOf(findings);
    }
  }

  private AveragePrecision() {}

  /**
   * AP in [0,1] of each type that is annotated at least once; a type that never is has no AP and is
   * left out.
   *
   * @param types that the detector knows; their order is the result's
   * @param minimumIou the overlap that makes a detection correct, in [0,1]; the paper's is 0.5
   * @param images in the order that ranks detections of equal scores
   */
  public static Map<LesionType, Double> perType(
      List<LesionType> types, double minimumIou, List<EvaluatedImage> images) {
    Map<LesionType, Double> result = new LinkedHashMap<>();
    for (LesionType type : types) {
      RankedDetections detections = RankedDetections.of(type, minimumIou, images);
      if (detections.annotated() > 0) {
        result.put(type, detections.averagePrecision());
      }
    }
    return result;
  }

  /** The mean over types (mAP); NaN if there are none. */
  public static double mean(Map<LesionType, Double> perType) {
    return perType.values().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}

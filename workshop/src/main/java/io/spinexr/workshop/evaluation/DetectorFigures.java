package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.AveragePrecision;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.finding.LesionType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Average precision in [0,1] of each measured type that is annotated at least once.
 *
 * @param ap50 at IoU 0.5
 * @param ap20 at IoU 0.2
 */
public record DetectorFigures(Map<LesionType, Double> ap50, Map<LesionType, Double> ap20) {
  public DetectorFigures {
    ap50 = Collections.unmodifiableMap(new LinkedHashMap<>(ap50));
    ap20 = Collections.unmodifiableMap(new LinkedHashMap<>(ap20));
  }

  static DetectorFigures of(List<LesionType> types, List<EvaluatedImage> images) {
    return new DetectorFigures(
        AveragePrecision.perType(types, 0.5, images), AveragePrecision.perType(types, 0.2, images));
  }

  /** Mean over the types at IoU 0.5; NaN if nothing is annotated. */
  public double map50() {
    return mean(ap50);
  }

  /** Mean over the types at IoU 0.2; NaN if nothing is annotated. */
  public double map20() {
    return mean(ap20);
  }

  private static double mean(Map<LesionType, Double> perType) {
    return perType.values().stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}

package io.spinexr.evaluation.bootstrap;

import io.spinexr.finding.LesionType;
import java.util.List;

/**
 * Average precision in [0,1], averaged over those of some types that are annotated: of one type its
 * AP, of all the mAP.
 */
public record DetectorFigure(List<LesionType> types) {
  public DetectorFigure {
    types = List.copyOf(types);
  }

  /** The AP of one type. */
  public static DetectorFigure of(LesionType type) {
    return new DetectorFigure(List.of(type));
  }
}

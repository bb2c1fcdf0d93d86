package io.spinexr.evaluation.bootstrap;

import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.RankedDetections;
import io.spinexr.finding.LesionType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A detector with its detections matched to the annotations once. */
public final class ResampledDetector implements Resampled<DetectorFigure> {
  private final List<LesionType> types;
  private final int images;
  private final List<RankedDetections> perType;

  /**
   * @param types that the detector knows
   * @param minimumIou the overlap that makes a detection correct, in [0,1]
   */
  public ResampledDetector(List<LesionType> types, double minimumIou, List<EvaluatedImage> images) {
    this.types = List.copyOf(types);
    this.images = images.size();
    this.perType =
        types.stream().map(type -> RankedDetections.of(type, minimumIou, images)).toList();
  }

  @Override
  public int images() {
    return images;
  }

  /** The AP of each type, then the mAP over those that are annotated. */
  @Override
  public List<DetectorFigure> figures() {
    List<DetectorFigure> figures = new ArrayList<>();
    types.forEach(type -> figures.add(DetectorFigure.of(type)));
    figures.add(new DetectorFigure(types));
    return figures;
  }

  @Override
  public double[] on(int[] counts) {
    double[] figures = new double[perType.size() + 1];
    for (int i = 0; i < perType.size(); i++) {
      figures[i] = perType.get(i).averagePrecision(counts);
    }
    figures[perType.size()] =
        Arrays.stream(figures, 0, perType.size())
            .filter(value -> !Double.isNaN(value))
            .average()
            .orElse(Double.NaN);
    return figures;
  }
}

package io.spinexr.workshop.evaluation;

import io.spinexr.evaluation.AveragePrecision;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.bootstrap.Bootstrap;
import io.spinexr.evaluation.bootstrap.DetectorFigure;
import io.spinexr.evaluation.bootstrap.ResampledDetector;
import io.spinexr.evaluation.bootstrap.Resampling;
import io.spinexr.finding.LesionType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Average precision at one IoU.
 *
 * @param perType of each measured type that is annotated at least once, in the detector's order
 * @param mean over these types (mAP)
 * @param gain what the mean has more than that of the detector that it is compared with, paired
 *     over the resamples
 */
public record DetectorFigures(Map<LesionType, Measure> perType, Measure mean, Measure gain) {
  /** A tenth of the classifiers', because each takes longer. */
  public static final int RESAMPLES = 1000;

  private static final long SEED = 0;

  public DetectorFigures {
    perType = Collections.unmodifiableMap(new LinkedHashMap<>(perType));
  }

  /**
   * Figures of several detectors on the same images, each compared with the first.
   *
   * @param iou the overlap that makes a detection correct, in [0,1]
   * @param compared at least one; the images with each detector's findings, in the same order
   */
  static List<DetectorFigures> of(
      List<LesionType> types, double iou, List<List<EvaluatedImage>> compared) {
    Bootstrap<DetectorFigure> bootstrap =
        Bootstrap.of(
            Resampling.ofImages(compared.get(0).size(), RESAMPLES, SEED),
            compared.stream().map(images -> new ResampledDetector(types, iou, images)).toList());
    DetectorFigure mean = new DetectorFigure(types);
    double first = AveragePrecision.mean(AveragePrecision.perType(types, iou, compared.get(0)));
    List<DetectorFigures> figures = new ArrayList<>();
    for (int i = 0; i < compared.size(); i++) {
      int place = i;
      Map<LesionType, Double> values = AveragePrecision.perType(types, iou, compared.get(i));
      Map<LesionType, Measure> perType = new LinkedHashMap<>();
      values.forEach(
          (type, value) ->
              perType.put(
                  type,
                  Measure.of(value, () -> bootstrap.interval(place, DetectorFigure.of(type)))));
      double map = AveragePrecision.mean(values);
      figures.add(
          new DetectorFigures(
              perType,
              Measure.of(map, () -> bootstrap.interval(place, mean)),
              Measure.of(map - first, () -> bootstrap.difference(place, 0, mean))));
    }
    return figures;
  }
}

package io.spinexr.workshop.benchmark.evaluation;

import io.spinexr.evaluation.AveragePrecision.Annotation;
import io.spinexr.evaluation.AveragePrecision.EvaluatedImage;
import io.spinexr.evaluation.ScoredLabel;
import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Predictions drawn at random, in the numbers of the paper's test set: half of the images abnormal,
 * three lesions on each of those, 100 detections on every image.
 */
record DrawnPredictions(List<ScoredLabel> labels, List<EvaluatedImage> images) {
  private static final int LESIONS = 3;
  private static final int DETECTIONS = 100;

  /** Share of osteophytes among the lesions; the other types share the rest. */
  private static final double OSTEOPHYTES = 0.85;

  static final List<LesionType> TYPES = LesionType.REFERENCE_LABELS;

  static DrawnPredictions of(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<ScoredLabel> labels = new ArrayList<>();
    List<EvaluatedImage> images = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean abnormal = i % 2 == 0;
      labels.add(
          new ScoredLabel(random.nextDouble(abnormal ? 0.2 : 0, abnormal ? 1 : 0.8), abnormal));
      images.add(image(abnormal ? LESIONS : 0, random));
    }
    return new DrawnPredictions(labels, images);
  }

  private static EvaluatedImage image(int lesions, SplittableRandom random) {
    List<Annotation> annotations = new ArrayList<>();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < lesions; i++) {
      BoundingBox box = box(random);
      LesionType type = type(random);
      annotations.add(new Annotation(type, box));
      BoundingBox found = new BoundingBox(box.xMin() + 10, box.yMin(), box.xMax() + 10, box.yMax());
      findings.add(new Finding(type, found, random.nextDouble(0.1, 1)));
    }
    while (findings.size() < DETECTIONS) {
      findings.add(new Finding(type(random), box(random), random.nextDouble(0, 0.6)));
    }
    return new EvaluatedImage(annotations, findings);
  }

  private static LesionType type(SplittableRandom random) {
    return TYPES.get(random.nextDouble() < OSTEOPHYTES ? 0 : random.nextInt(1, TYPES.size()));
  }

  private static BoundingBox box(SplittableRandom random) {
    double x = random.nextDouble(1500);
    double y = random.nextDouble(2300);
    return new BoundingBox(x, y, x + random.nextDouble(50, 150), y + random.nextDouble(50, 150));
  }
}

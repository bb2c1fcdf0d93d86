package io.spinexr.inference;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * A detector of lesions. May be used from several threads at once.
 *
 * <p>Images are never detected on in batches: they keep their aspect ratio and so have many sizes,
 * which a batch would pad to its largest, and padding changes what a network sees at the edge. What
 * is found on an image must not depend on whose images are analysed at the same moment.
 */
public final class Detector {
  private final Model model;
  private final List<LesionType> types;
  private final int most;

  /**
   * @param model a detector, which stays the caller's to close
   */
  public Detector(Model model) {
    this.model = model;
    this.types = model.manifest().lesionTypes();
    this.most = Objects.requireNonNull(model.manifest().selection()).maxDetections();
  }

  /**
   * The lesions on one image of any size: boxes in its pixels, clipped to it, highest score first.
   * Boxes without area are dropped; of the others those with the highest scores are kept, no more
   * than the manifest's {@code maxDetections}, of equal scores the network's first.
   *
   * @throws ModelException if the network fails, answers NaN or a score that is none, or names a
   *     class that the manifest does not list
   */
  public List<Finding> detect(GrayscaleImage image) {
    GrayscaleImage input = model.manifest().prepare(image);
    return model.run(List.of(input), outputs -> read(outputs, image, input));
  }

  private List<Finding> read(Outputs outputs, GrayscaleImage image, GrayscaleImage input) {
    float[] scores = outputs.probabilities("scores", -1);
    int count = scores.length;
    float[] boxes = outputs.floats("boxes", count, 4);
    int[] classes = outputs.ints("classes", count);
    double scaleX = (double) image.width() / input.width();
    double scaleY = (double) image.height() / input.height();
    List<Finding> findings = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double xMin = clip(boxes[4 * i] * scaleX, image.width());
      double yMin = clip(boxes[4 * i + 1] * scaleY, image.height());
      double xMax = clip(boxes[4 * i + 2] * scaleX, image.width());
      double yMax = clip(boxes[4 * i + 3] * scaleY, image.height());
      if (Double.isNaN(xMin + yMin + xMax + yMax)) {
        throw new IllegalArgumentException("a box must consist of numbers, but has NaN");
      }
      if (xMin < xMax && yMin < yMax) {
        findings.add(
            new Finding(type(classes[i]), new BoundingBox(xMin, yMin, xMax, yMax), scores[i]));
      }
    }
    return findings.stream()
        .sorted(Comparator.comparingDouble(Finding::score).reversed())
        .limit(most)
        .toList();
  }

  private LesionType type(int index) {
    if (index < 0 || index >= types.size()) {
      throw new ModelException(
          "the detector in %s answered class %d, but its model.json lists %d labels; correct them"
              .formatted(model.folder(), index, types.size()));
    }
    return types.get(index);
  }

  private static double clip(double value, int limit) {
    return Math.max(0, Math.min(limit, value));
  }
}

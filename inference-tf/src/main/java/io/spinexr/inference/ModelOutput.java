package io.spinexr.inference;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.spinexr.finding.Finding;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelManifest.Task;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one model computes on one image, in the form in which it can be compared with another
 * program. A classifier fills the first two fields, an image check the last, a detector the others.
 *
 * @param probability of being abnormal, in [0,1]
 * @param logit its log-odds
 * @param boxes [xMin, yMin, xMax, yMax] in pixels of the original image
 * @param scores in [0,1], highest first
 * @param labels index of each box's class in the model's labels
 * @param check what an image check says
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelOutput(
    @Nullable Double probability,
    @Nullable Double logit,
    @Nullable List<List<Double>> boxes,
    @Nullable List<Double> scores,
    @Nullable List<Integer> labels,
    @Nullable CheckedImage check) {
  /** A classifier's or a detector's. */
  public ModelOutput(
      @Nullable Double probability,
      @Nullable Double logit,
      @Nullable List<List<Double>> boxes,
      @Nullable List<Double> scores,
      @Nullable List<Integer> labels) {
    this(probability, logit, boxes, scores, labels, null);
  }

  /**
   * Runs the model on an image of any size.
   *
   * @throws ModelException if the network fails or answers what is no probability
   */
  public static ModelOutput of(Model model, GrayscaleImage image) {
    if (model.manifest().task() == Task.IMAGE_CHECK) {
      return new ModelOutput(null, null, null, null, null, new ImageCheck(model).check(image));
    }
    if (model.manifest().task() == Task.CLASSIFICATION) {
      Classification result = new Classifier(List.of(model), Mean.LOGIT).classify(image);
      return new ModelOutput(result.probability(), result.logit(), null, null, null);
    }
    List<Finding> findings = new Detector(model).detect(image);
    return new ModelOutput(
        null,
        null,
        findings.stream()
            .map(Finding::box)
            .map(box -> List.of(box.xMin(), box.yMin(), box.xMax(), box.yMax()))
            .toList(),
        findings.stream().map(Finding::score).toList(),
        findings.stream()
            .map(finding -> model.manifest().lesionTypes().indexOf(finding.type()))
            .toList());
  }
}

package io.spinexr.inference.network;

import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.BoxCoder;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.BoxSelection.Detections;
import io.spinexr.inference.layer.Convention;
import io.spinexr.inference.layer.ImageEdge;
import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * RetinaNet (Lin et al. 2017) with torchvision's keys: a residual network, a feature pyramid, and
 * two convolutional heads shared by all levels.
 *
 * @param backbone the residual network
 * @param firstStage the finest backbone stage that feeds the pyramid; 1 (stride 8) in the
 *     publication
 * @param fpn the pyramid; its channels are also those of the heads
 * @param extraLevels whether P6 and P7 are added to the pyramid
 * @param headDepth 3x3 convolutions in each head before the last one; 4 in the publication
 * @param anchors one level for each pyramid level
 * @param classes number of object classes
 * @param convention torchvision computes P6 from P5, and moves boxes into the image before it
 *     suppresses overlaps; Detectron2 computes P6 from the backbone's last stage, and moves boxes
 *     afterwards
 */
public record RetinaNet(
    ResNet backbone,
    int firstStage,
    Fpn fpn,
    boolean extraLevels,
    int headDepth,
    Anchors anchors,
    int classes,
    Convention convention) {
  /** The probability of an object that the untrained heads start from. */
  private static final double PRIOR = 0.01;

  public RetinaNet {
    int levels = backbone.depths().size() - firstStage + (extraLevels ? 2 : 0);
    if (anchors.levels().size() != levels) {
      throw new IllegalArgumentException(
          "the pyramid has %d levels, but the anchors have %d"
              .formatted(levels, anchors.levels().size()));
    }
  }

  /**
   * What the heads say about one pyramid level.
   *
   * @param logits [batch, anchors, classes]
   * @param differences [batch, anchors, 4], to decode with {@link BoxCoder#RETINANET}
   * @param rows of the grid, scalar
   * @param columns of the grid, scalar
   */
  public record LevelOutput(
      Operand<TFloat32> logits,
      Operand<TFloat32> differences,
      Operand<TInt32> rows,
      Operand<TInt32> columns) {}

  /**
   * The outputs per level, finest first.
   *
   * @param image normalised, [batch, height, width, channels], height and width multiples of 32
   */
  public List<LevelOutput> outputs(Layers layers, Operand<TFloat32> image) {
    List<Operand<TFloat32>> stages = backbone.stages(layers, image, "backbone.body.");
    List<Operand<TFloat32>> levels =
        new ArrayList<>(
            fpn.levels(layers, stages.subList(firstStage, stages.size()), "backbone.fpn."));
    if (extraLevels) {
      List<Operand<TFloat32>> source = convention == Convention.TORCHVISION ? levels : stages;
      levels.addAll(fpn.extraLevels(layers, source.get(source.size() - 1), "backbone.fpn."));
    }
    return levels.stream().map(level -> heads(layers, level)).toList();
  }

  private LevelOutput heads(Layers layers, Operand<TFloat32> level) {
    Ops tf = layers.tf();
    float priorBias = (float) -Math.log((1 - PRIOR) / PRIOR);
    Operand<TFloat32> logits =
        last(
            layers,
            tower(layers, level, "head.classification_head."),
            "head.classification_head.cls_logits",
            classes,
            priorBias);
    Operand<TFloat32> differences =
        last(
            layers,
            tower(layers, level, "head.regression_head."),
            "head.regression_head.bbox_reg",
            4,
            0);
    Operand<TInt32> shape = tf.shape(level);
    return new LevelOutput(logits, differences, element(tf, shape, 1), element(tf, shape, 2));
  }

  private Operand<TFloat32> tower(Layers layers, Operand<TFloat32> x, String prefix) {
    for (int i = 0; i < headDepth; i++) {
      String key = "%sconv.%d.0".formatted(prefix, i);
      x =
          layers
              .tf()
              .nn
              .relu(layers.biasedConvolution(x, key, fpn.channels(), 3, 1, Initializer.he(), 0));
    }
    return x;
  }

  private Operand<TFloat32> last(
      Layers layers, Operand<TFloat32> x, String key, int perAnchor, float bias) {
    Ops tf = layers.tf();
    int channels = anchors.perCell() * perAnchor;
    Operand<TFloat32> y =
        layers.biasedConvolution(x, key, channels, 3, 1, Initializer.normal(0.01), bias);
    Operand<TInt32> batch = element(tf, tf.shape(y), 0);
    Operand<TInt32> shape = tf.stack(List.of(batch, tf.constant(-1), tf.constant(perAnchor)));
    return tf.reshape(y, shape);
  }

  static Operand<TInt32> element(Ops tf, Operand<TInt32> vector, int index) {
    return tf.gather(vector, tf.constant(index), tf.constant(0));
  }

  /**
   * The detections on one image.
   *
   * @param image normalised, [1, height, width, channels] of any size
   * @return boxes in pixels of {@code image}, clipped to it; highest score first
   */
  public Detections detections(Layers layers, Operand<TFloat32> image, BoxSelection selection) {
    Ops tf = layers.tf();
    Operand<TFloat32> padded = ImageEdge.padToMultiple(tf, image, 32);
    List<LevelOutput> outputs = outputs(layers, padded);
    List<Detections> candidates = new ArrayList<>();
    for (int i = 0; i < outputs.size(); i++) {
      LevelOutput output = outputs.get(i);
      candidates.add(
          selection.best(
              tf,
              tf.math.sigmoid(only(tf, output.logits())),
              anchors.boxes(tf, i, output.rows(), output.columns(), padded),
              only(tf, output.differences()),
              BoxCoder.RETINANET));
    }
    Detections all = Detections.concat(tf, candidates);
    return convention == Convention.TORCHVISION
        ? selection.suppress(tf, all.clip(tf, image))
        : selection.suppress(tf, all).clip(tf, image);
  }

  static Operand<TFloat32> only(Ops tf, Operand<TFloat32> batch) {
    return tf.squeeze(batch, Squeeze.axis(List.of(0L)));
  }
}

package io.spinexr.inference.network;

import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.Anchors.Level;
import io.spinexr.inference.layer.Anchors.Shape;
import io.spinexr.inference.layer.Anchors.Spacing;
import io.spinexr.inference.layer.BoxCoder;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.BoxSelection.Detections;
import io.spinexr.inference.layer.ImageEdge;
import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.network.EfficientNet.Origin;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * EfficientDet (Tan et al. 2020) with the keys of effdet
 * (github.com/rwightman/efficientdet-pytorch): an EfficientNet, a weighted bidirectional pyramid,
 * and two heads whose convolutions all levels share, while each level has its own batch
 * normalisations.
 *
 * <p>Weights trained in TensorFlow ({@code tf_efficientdet_*}) and in PyTorch ({@code
 * efficientdet_*}) need different padding, biases and epsilons; see {@link Origin}.
 *
 * @param backbone the network that feeds the pyramid
 * @param pyramid the pyramid; its channels are also those of the heads
 * @param headDepth separable convolutions in each head before the last one
 * @param classes number of object classes
 */
public record EfficientDet(EfficientNet backbone, BiFpn pyramid, int headDepth, int classes) {
  private static final Anchors ANCHORS = anchors();
  private static final double PRIOR = 0.01;

  /** No reasonable box reaches the limit: it is 6250 times the anchor's size. */
  private static final BoxCoder CODER = new BoxCoder(1, 1, 1, 1, (float) Math.log(100000.0 / 16));

  /** Four times the stride, at three scales per octave, square, upright and flat. */
  private static Anchors anchors() {
    List<Level> levels = new ArrayList<>();
    for (int level = 0; level < BiFpn.LEVELS; level++) {
      int stride = 8 << level;
      List<Shape> shapes = new ArrayList<>();
      for (int scale = 0; scale < 3; scale++) {
        double half = 4 * stride * Math.pow(2, scale / 3.0) / 2;
        shapes.add(new Shape((float) half, (float) half));
        shapes.add(new Shape((float) (1.4 * half), (float) (0.7 * half)));
        shapes.add(new Shape((float) (0.7 * half), (float) (1.4 * half)));
      }
      levels.add(new Level(stride, shapes));
    }
    return new Anchors(levels, Spacing.STRIDE);
  }

  /** EfficientDet-D0, for images of 512 pixels. */
  public static EfficientDet d0(int classes, Origin origin) {
    return of(1.0, 1.0, 64, 3, classes, origin);
  }

  /** EfficientDet-D1, for images of 640 pixels. */
  public static EfficientDet d1(int classes, Origin origin) {
    return of(1.0, 1.1, 88, 4, classes, origin);
  }

  /** EfficientDet-D2, for images of 768 pixels. */
  public static EfficientDet d2(int classes, Origin origin) {
    return of(1.1, 1.2, 112, 5, classes, origin);
  }

  private static EfficientDet of(
      double width, double depth, int channels, int cells, int classes, Origin origin) {
    return new EfficientDet(
        new EfficientNet(width, depth, origin), new BiFpn(channels, cells, origin), 3, classes);
  }

  /**
   * Everything between image and detections, finest level first.
   *
   * @param stages of the backbone: strides 8, 16 and 32
   * @param levels of the pyramid: strides 8 to 128
   * @param logits per level, [batch, rows, columns, 9 * classes]
   * @param differences per level in the order y, x, height, width, [batch, rows, columns, 9 * 4]
   */
  public record Outputs(
      List<Operand<TFloat32>> stages,
      List<Operand<TFloat32>> levels,
      List<Operand<TFloat32>> logits,
      List<Operand<TFloat32>> differences) {}

  /**
   * What the network computes.
   *
   * @param image normalised, [batch, height, width, 3], height and width multiples of 128
   */
  public Outputs outputs(Layers layers, Operand<TFloat32> image) {
    List<Operand<TFloat32>> stages = backbone.levels(layers, image, "backbone.");
    List<Operand<TFloat32>> levels = pyramid.levels(layers, stages, "fpn.");
    float bias = (float) -Math.log((1 - PRIOR) / PRIOR);
    return new Outputs(
        stages,
        levels,
        head(layers, levels, "class_net.", classes, bias),
        head(layers, levels, "box_net.", 4, 0));
  }

  private List<Operand<TFloat32>> head(
      Layers layers, List<Operand<TFloat32>> levels, String prefix, int perAnchor, float bias) {
    List<Operand<TFloat32>> outputs = new ArrayList<>();
    for (int level = 0; level < levels.size(); level++) {
      Operand<TFloat32> x = levels.get(level);
      for (int i = 0; i < headDepth; i++) {
        x = pyramid.separableConvolution(layers, x, "%sconv_rep.%d".formatted(prefix, i));
        String norm = "%sbn_rep.%d.%d.bn".formatted(prefix, i, level);
        x = layers.swish(layers.batchNormalization(x, norm, BiFpn.EPSILON));
      }
      x =
          layers.depthwiseConvolution(
              x, prefix + "predict.conv_dw", 3, 1, backbone.origin().padding());
      outputs.add(
          layers.biasedConvolution(
              x,
              prefix + "predict.conv_pw",
              ANCHORS.perCell() * perAnchor,
              1,
              1,
              Initializer.linear(),
              bias));
    }
    return outputs;
  }

  /**
   * The detections on one image. It is padded at the right and at the bottom to a square with the
   * normalisation's mean (effdet rounds that to whole grey levels, which differs by less than 0.01
   * deviations).
   *
   * @param image normalised, [1, height, width, 3] of any size
   * @param selection {@code candidates} counts over all levels together
   * @return boxes in pixels of {@code image}, clipped to it; highest score first
   */
  public Detections detections(Layers layers, Operand<TFloat32> image, BoxSelection selection) {
    Ops tf = layers.tf();
    Operand<TFloat32> padded = ImageEdge.padToSquare(tf, image, 128);
    Outputs outputs = outputs(layers, padded);
    List<Operand<TFloat32>> anchors = new ArrayList<>();
    for (int i = 0; i < BiFpn.LEVELS; i++) {
      Operand<TInt32> shape = tf.shape(outputs.levels().get(i));
      Operand<TInt32> rows = RetinaNet.element(tf, shape, 1);
      Operand<TInt32> columns = RetinaNet.element(tf, shape, 2);
      // EfficientDet centres its anchors on the cells' centres, not on their corners.
      Operand<TFloat32> halfCell = tf.constant(ANCHORS.levels().get(i).stride() / 2f);
      anchors.add(tf.math.add(ANCHORS.boxes(tf, i, rows, columns, padded), halfCell));
    }
    Operand<TInt32> first = tf.constant(0);
    Operand<TInt32> xyWidthHeight = tf.constant(new int[] {1, 0, 3, 2});
    Detections candidates =
        selection.best(
            tf,
            tf.math.sigmoid(rows(tf, outputs.logits(), classes)),
            tf.concat(anchors, first),
            tf.gather(rows(tf, outputs.differences(), 4), xyWidthHeight, tf.constant(1)),
            CODER);
    return selection.suppress(tf, candidates.clip(tf, image));
  }

  /** One row per anchor, level by level. */
  private static Operand<TFloat32> rows(Ops tf, List<Operand<TFloat32>> levels, int perAnchor) {
    Operand<TInt32> shape = tf.constant(new int[] {-1, perAnchor});
    return tf.concat(
        levels.stream().map(level -> (Operand<TFloat32>) tf.reshape(level, shape)).toList(),
        tf.constant(0));
  }
}

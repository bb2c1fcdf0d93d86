package io.spinexr.inference.network;

import io.spinexr.inference.layer.Anchors;
import io.spinexr.inference.layer.BoxCoder;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.BoxSelection.Detections;
import io.spinexr.inference.layer.Convention;
import io.spinexr.inference.layer.ImageEdge;
import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.RoiAlign;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Faster R-CNN (Ren et al. 2015) with a feature pyramid and torchvision's keys: a network that
 * proposes regions, and a second stage that classifies and refines them.
 *
 * @param backbone the residual network
 * @param anchors of the five levels with strides 4 to 64
 * @param roiAlign how the second stage reads the pyramid
 * @param classes number of object classes, without the background
 * @param convention whose order of classes and rules for small boxes it follows: torchvision's
 *     first class is the background, and it drops proposals of less than 1/1000 pixel and
 *     detections of less than 1/100; Detectron2's last class is the background, and it drops
 *     proposals without area
 */
public record FasterRcnn(
    ResNet backbone, Anchors anchors, RoiAlign roiAlign, int classes, Convention convention) {
  private static final int CHANNELS = 256;
  private static final int HIDDEN = 1024;

  /** The proposals: 1000 per level, suppressed within each level at 0.7, 1000 in all. */
  private static final BoxSelection PROPOSALS =
      new BoxSelection(-Float.MAX_VALUE, 1000, 0.7f, 1000);

  /**
   * The detections on one image.
   *
   * @param image normalised, [1, height, width, 3] of any size
   * @param selection {@code candidates} is not used: every proposal of every class is one
   * @return boxes in pixels of {@code image}, clipped to it; highest score first
   */
  public Detections detections(Layers layers, Operand<TFloat32> image, BoxSelection selection) {
    Ops tf = layers.tf();
    Operand<TFloat32> padded = ImageEdge.padToMultiple(tf, image, 32);
    List<Operand<TFloat32>> stages = backbone.stages(layers, padded, "backbone.body.");
    List<Operand<TFloat32>> levels = new Fpn(CHANNELS).levels(layers, stages, "backbone.fpn.");
    Operand<TFloat32> proposals = proposals(layers, levels, image, padded);
    return selection.suppress(tf, candidates(layers, levels, proposals, image));
  }

  private Operand<TFloat32> proposals(
      Layers layers,
      List<Operand<TFloat32>> levels,
      Operand<TFloat32> image,
      Operand<TFloat32> padded) {
    Ops tf = layers.tf();
    List<Operand<TFloat32>> all = new ArrayList<>(levels);
    Operand<TFloat32> last = levels.get(levels.size() - 1);
    Operand<TInt32> single = tf.constant(new int[] {1, 1, 1, 1});
    Operand<TInt32> everySecond = tf.constant(new int[] {1, 2, 2, 1});
    all.add(tf.nn.maxPool(last, single, everySecond, "VALID"));
    List<Detections> candidates = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Detections best = bestAnchors(layers, all.get(i), i, padded);
      Operand<TInt32> level = tf.math.add(tf.zerosLike(best.classes()), tf.constant(i));
      candidates.add(new Detections(best.boxes(), best.scores(), level));
    }
    Detections clipped = Detections.concat(tf, candidates).clip(tf, image);
    // Any extent above 0; smaller numbers than this one may be treated as 0.
    float smallest = torchvision() ? 1e-3f : Float.MIN_NORMAL;
    return PROPOSALS.suppress(tf, clipped.withoutSmall(tf, smallest)).boxes();
  }

  /** The best anchors of one level; their scores are logits. */
  private Detections bestAnchors(
      Layers layers, Operand<TFloat32> level, int index, Operand<TFloat32> padded) {
    Ops tf = layers.tf();
    Operand<TFloat32> hidden =
        tf.nn.relu(
            layers.biasedConvolution(
                level, "rpn.head.conv.0.0", CHANNELS, 3, 1, Initializer.normal(0.01), 0));
    Operand<TFloat32> logits = head(layers, hidden, "rpn.head.cls_logits", 1);
    Operand<TFloat32> differences = head(layers, hidden, "rpn.head.bbox_pred", 4);
    Operand<TInt32> size = tf.shape(level);
    Operand<TFloat32> boxes =
        anchors.boxes(
            tf, index, RetinaNet.element(tf, size, 1), RetinaNet.element(tf, size, 2), padded);
    return PROPOSALS.best(tf, logits, boxes, differences, BoxCoder.RETINANET);
  }

  private Operand<TFloat32> head(Layers layers, Operand<TFloat32> x, String key, int perAnchor) {
    Ops tf = layers.tf();
    Operand<TFloat32> y =
        layers.biasedConvolution(
            x, key, anchors.perCell() * perAnchor, 1, 1, Initializer.normal(0.01), 0);
    return tf.reshape(y, tf.constant(new int[] {-1, perAnchor}));
  }

  /** Every proposal as every class. */
  private Detections candidates(
      Layers layers,
      List<Operand<TFloat32>> levels,
      Operand<TFloat32> proposals,
      Operand<TFloat32> image) {
    Ops tf = layers.tf();
    Operand<TFloat32> features = roiAlign.features(tf, levels, proposals);
    // PyTorch flattens channel by channel.
    int size = roiAlign.size() * roiAlign.size() * CHANNELS;
    Operand<TFloat32> flat =
        tf.ensureShape(
            tf.reshape(
                tf.linalg.transpose(features, tf.constant(new int[] {0, 3, 1, 2})),
                tf.constant(new int[] {-1, size})),
            Shape.of(-1, size));
    Operand<TFloat32> hidden = tf.nn.relu(layers.linear(flat, "roi_heads.box_head.fc6", HIDDEN));
    hidden = tf.nn.relu(layers.linear(hidden, "roi_heads.box_head.fc7", HIDDEN));
    Operand<TFloat32> scores =
        tf.nn.softmax(layers.linear(hidden, "roi_heads.box_predictor.cls_score", classes + 1));
    // torchvision refines a box for the background too, Detectron2 does not.
    int refined = torchvision() ? classes + 1 : classes;
    Operand<TFloat32> differences =
        tf.reshape(
            layers.linear(hidden, "roi_heads.box_predictor.bbox_pred", 4 * refined),
            tf.constant(new int[] {-1, refined, 4}));
    int first = torchvision() ? 1 : 0;
    Operand<TFloat32> classScores =
        tf.slice(scores, tf.constant(new int[] {0, first}), tf.constant(new int[] {-1, classes}));
    Operand<TFloat32> classDifferences =
        tf.slice(
            differences,
            tf.constant(new int[] {0, first, 0}),
            tf.constant(new int[] {-1, classes, 4}));
    Operand<TFloat32> flatScores = tf.reshape(classScores, tf.constant(new int[] {-1}));
    Operand<TInt32> index = tf.range(tf.constant(0), tf.size(flatScores), tf.constant(1));
    Operand<TFloat32> references =
        tf.gather(proposals, tf.math.floorDiv(index, tf.constant(classes)), tf.constant(0));
    Operand<TFloat32> boxes =
        BoxCoder.FASTER_RCNN.decode(
            tf, references, tf.reshape(classDifferences, tf.constant(new int[] {-1, 4})));
    Detections all =
        new Detections(boxes, flatScores, tf.math.floorMod(index, tf.constant(classes)))
            .clip(tf, image);
    return torchvision() ? all.withoutSmall(tf, 1e-2f) : all;
  }

  private boolean torchvision() {
    return convention == Convention.TORCHVISION;
  }
}

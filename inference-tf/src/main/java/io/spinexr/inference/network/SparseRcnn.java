package io.spinexr.inference.network;

import io.spinexr.inference.layer.BoxCoder;
import io.spinexr.inference.layer.BoxSelection;
import io.spinexr.inference.layer.BoxSelection.Detections;
import io.spinexr.inference.layer.ImageEdge;
import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.RoiAlign;
import io.spinexr.inference.layer.Variables.Layout;
import io.spinexr.inference.layer.Variables.Weight;
import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.nn.TopK;
import org.tensorflow.op.train.BatchMatMul;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Sparse R-CNN (Sun et al. 2021), the detector that VinDr-SpineXR deploys, with the keys of the
 * reference implementation's heads: a fixed number of learned boxes and feature vectors that a
 * series of heads refines.
 *
 * @param backbone the residual network
 * @param proposals learned boxes per image
 * @param heads refinements in a row
 * @param classes number of object classes
 */
public record SparseRcnn(ResNet backbone, int proposals, int heads, int classes) {
  /** Learned boxes per image of the deployed network. */
  public static final int PROPOSALS = 100;

  private static final int CHANNELS = 256;
  private static final int ATTENTION_HEADS = 8;
  private static final int DYNAMIC = 64;
  private static final int HIDDEN = 2048;
  private static final int CLASS_LAYERS = 1;
  private static final int BOX_LAYERS = 3;
  private static final double PRIOR = 0.01;
  private static final RoiAlign ROI_ALIGN = new RoiAlign(7, 2, true);
  private static final int BINS = 49;

  /** The network with the deployed numbers: 100 proposals, 6 heads. */
  public static SparseRcnn of(ResNet backbone, int classes) {
    return new SparseRcnn(backbone, PROPOSALS, 6, classes);
  }

  /**
   * What one head says.
   *
   * @param logits [proposals, classes]
   * @param boxes xMin, yMin, xMax, yMax in pixels of the image, not clipped, [proposals, 4]
   */
  public record HeadOutput(Operand<TFloat32> logits, Operand<TFloat32> boxes) {}

  /**
   * Every intermediate result that can be compared with another implementation.
   *
   * @param levels the pyramid, strides 4 to 32, [1, height, width, 256]
   * @param heads in order; the last one's output counts
   */
  public record Outputs(List<Operand<TFloat32>> levels, List<HeadOutput> heads) {}

  /**
   * @param image normalised, [1, height, width, 3] of any size
   */
  public Outputs outputs(Layers layers, Operand<TFloat32> image) {
    Ops tf = layers.tf();
    List<Operand<TFloat32>> stages =
        backbone.stages(layers, ImageEdge.padToMultiple(tf, image, 32), "backbone.body.");
    List<Operand<TFloat32>> levels = new Fpn(CHANNELS).levels(layers, stages, "backbone.fpn.");
    Operand<TFloat32> boxes = initialBoxes(layers, image);
    Operand<TFloat32> features =
        table(layers, "init_proposal_features.weight", CHANNELS, Initializer.normal(1));
    List<HeadOutput> outputs = new ArrayList<>();
    for (int i = 0; i < heads; i++) {
      String key = "head.head_series.%d.".formatted(i);
      features = refine(layers, key, levels, boxes, features);
      Operand<TFloat32> logits =
          layers.linear(
              tower(layers, features, key + "cls_module.", CLASS_LAYERS),
              key + "class_logits",
              classes,
              (float) -Math.log((1 - PRIOR) / PRIOR));
      Operand<TFloat32> differences =
          layers.linear(
              tower(layers, features, key + "reg_module.", BOX_LAYERS), key + "bboxes_delta", 4, 0);
      boxes = BoxCoder.SPARSE_RCNN.decode(tf, boxes, differences);
      outputs.add(new HeadOutput(logits, boxes));
    }
    return new Outputs(levels, outputs);
  }

  /** Learned as centre, width and height in [0,1] of the image. */
  private Operand<TFloat32> initialBoxes(Layers layers, Operand<TFloat32> image) {
    Ops tf = layers.tf();
    Initializer wholeImage =
        (shape, random) -> {
          float[] values = new float[(int) shape.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = i % 4 < 2 ? 0.5f : 1;
          }
          return values;
        };
    Operand<TFloat32> learned = table(layers, "init_proposal_boxes.weight", 4, wholeImage);
    Operand<TFloat32> center = columns(tf, learned, 0);
    Operand<TFloat32> half = tf.math.mul(columns(tf, learned, 2), tf.constant(0.5f));
    Operand<TFloat32> relative =
        tf.concat(List.of(tf.math.sub(center, half), tf.math.add(center, half)), tf.constant(1));
    Operand<TInt32> size =
        tf.gather(tf.shape(image), tf.constant(new int[] {2, 1, 2, 1}), tf.constant(0));
    return tf.math.mul(relative, tf.dtypes.cast(size, TFloat32.class));
  }

  private Operand<TFloat32> table(Layers layers, String key, int columns, Initializer initializer) {
    Shape shape = Shape.of(proposals, columns);
    return layers.variables().get(new Weight(key, shape, Layout.SAME, true, initializer));
  }

  /** One head's new feature vectors: self-attention, dynamic interaction, feed-forward. */
  private Operand<TFloat32> refine(
      Layers layers,
      String key,
      List<Operand<TFloat32>> levels,
      Operand<TFloat32> boxes,
      Operand<TFloat32> features) {
    Ops tf = layers.tf();
    Operand<TFloat32> regions = ROI_ALIGN.features(tf, levels, boxes);
    Operand<TFloat32> attended = attention(layers, features, key + "self_attn.");
    Operand<TFloat32> x = layers.layerNormalization(tf.math.add(features, attended), key + "norm1");
    Operand<TFloat32> interaction = interaction(layers, x, regions, key + "inst_interact.");
    x = layers.layerNormalization(tf.math.add(x, interaction), key + "norm2");
    Operand<TFloat32> hidden = tf.nn.relu(layers.linear(x, key + "linear1", HIDDEN));
    Operand<TFloat32> forward = layers.linear(hidden, key + "linear2", CHANNELS);
    return layers.layerNormalization(tf.math.add(x, forward), key + "norm3");
  }

  /** Multi-head self-attention over the proposals (Vaswani et al. 2017), in PyTorch's layout. */
  private Operand<TFloat32> attention(Layers layers, Operand<TFloat32> x, String key) {
    Ops tf = layers.tf();
    Operand<TFloat32> projected = layers.attentionInput(x, key, CHANNELS);
    int width = CHANNELS / ATTENTION_HEADS;
    // [proposals, 3, heads, width] to [3, heads, proposals, width]
    Operand<TFloat32> split =
        tf.linalg.transpose(
            tf.reshape(projected, tf.constant(new int[] {-1, 3, ATTENTION_HEADS, width})),
            tf.constant(new int[] {1, 2, 0, 3}));
    Operand<TFloat32> query =
        tf.math.mul(part(tf, split, 0), tf.constant((float) (1 / Math.sqrt(width))));
    Operand<TFloat32> affinity =
        tf.nn.softmax(
            tf.train.batchMatMul(
                query, part(tf, split, 1), TFloat32.class, BatchMatMul.adjY(true)));
    Operand<TFloat32> values = tf.train.batchMatMul(affinity, part(tf, split, 2), TFloat32.class);
    Operand<TFloat32> joined =
        tf.reshape(
            tf.linalg.transpose(values, tf.constant(new int[] {1, 0, 2})),
            tf.constant(new int[] {-1, CHANNELS}));
    return layers.linear(joined, key + "out_proj", CHANNELS);
  }

  private static Operand<TFloat32> part(Ops tf, Operand<TFloat32> split, int index) {
    return tf.gather(split, tf.constant(index), tf.constant(0));
  }

  /**
   * Each proposal's feature vector makes the two 1x1 convolutions that its region passes through.
   */
  private Operand<TFloat32> interaction(
      Layers layers, Operand<TFloat32> x, Operand<TFloat32> regions, String key) {
    Ops tf = layers.tf();
    Operand<TFloat32> parameters =
        tf.reshape(
            layers.linear(x, key + "dynamic_layer", 2 * CHANNELS * DYNAMIC),
            tf.constant(new int[] {-1, 2, CHANNELS * DYNAMIC}));
    Operand<TFloat32> first = parameters(tf, parameters, 0, CHANNELS, DYNAMIC);
    Operand<TFloat32> second = parameters(tf, parameters, 1, DYNAMIC, CHANNELS);
    Operand<TFloat32> y = tf.reshape(regions, tf.constant(new int[] {-1, BINS, CHANNELS}));
    y = tf.train.batchMatMul(y, first, TFloat32.class);
    y = tf.nn.relu(layers.layerNormalization(y, key + "norm1"));
    y = tf.train.batchMatMul(y, second, TFloat32.class);
    y = tf.nn.relu(layers.layerNormalization(y, key + "norm2"));
    y =
        tf.ensureShape(
            tf.reshape(y, tf.constant(new int[] {-1, BINS * CHANNELS})),
            Shape.of(-1, BINS * CHANNELS));
    y = layers.linear(y, key + "out_layer", CHANNELS);
    return tf.nn.relu(layers.layerNormalization(y, key + "norm3"));
  }

  private static Operand<TFloat32> parameters(
      Ops tf, Operand<TFloat32> both, int index, int in, int out) {
    return tf.reshape(
        tf.gather(both, tf.constant(index), tf.constant(1)), tf.constant(new int[] {-1, in, out}));
  }

  private static Operand<TFloat32> tower(
      Layers layers, Operand<TFloat32> x, String key, int depth) {
    for (int i = 0; i < depth; i++) {
      x = layers.linearWithoutBias(x, key + (3 * i), CHANNELS);
      x = layers.tf().nn.relu(layers.layerNormalization(x, key + (3 * i + 1)));
    }
    return x;
  }

  private static Operand<TFloat32> columns(Ops tf, Operand<TFloat32> boxes, int from) {
    return tf.slice(boxes, tf.constant(new int[] {0, from}), tf.constant(new int[] {-1, 2}));
  }

  /**
   * The detections on one image: of all pairs of proposal and class the best {@code proposals},
   * clipped, with suppression within each class.
   *
   * @param image normalised, [1, height, width, 3] of any size
   */
  public Detections detections(Layers layers, Operand<TFloat32> image, BoxSelection selection) {
    Ops tf = layers.tf();
    List<HeadOutput> outputs = outputs(layers, image).heads();
    HeadOutput last = outputs.get(outputs.size() - 1);
    Operand<TFloat32> scores =
        tf.reshape(tf.math.sigmoid(last.logits()), tf.constant(new int[] {-1}));
    TopK<TFloat32, TInt32> top = tf.nn.topK(scores, tf.constant(proposals), new TopK.Options[0]);
    Operand<TInt32> proposal = tf.math.floorDiv(top.indices(), tf.constant(classes));
    Operand<TFloat32> boxes = tf.gather(last.boxes(), proposal, tf.constant(0));
    // The reference clips after suppression.
    return selection
        .suppress(
            tf,
            new Detections(
                boxes, top.values(), tf.math.floorMod(top.indices(), tf.constant(classes))))
        .clip(tf, image);
  }
}

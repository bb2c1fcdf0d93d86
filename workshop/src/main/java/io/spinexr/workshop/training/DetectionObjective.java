package io.spinexr.workshop.training;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.network.RetinaNet;
import io.spinexr.inference.network.RetinaNet.LevelOutput;
import io.spinexr.workshop.dataset.LabelledImage;
import io.spinexr.workshop.training.loss.BoxLosses;
import io.spinexr.workshop.training.loss.ClassLosses;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

/**
 * RetinaNet's objective: focal loss (alpha 0.25, gamma 2) over the classes of all anchors and the
 * absolute error of box differences over the anchors with a lesion, both per anchor with a lesion.
 *
 * @param size of the shorter edge in pixels; drawn up to 10 % smaller or larger
 */
record DetectionObjective(
    RetinaNet network, Normalization normalization, int size, PhantomStream phantoms, int batchSize)
    implements Objective {
  private static final float ALPHA = 0.25f;
  private static final float GAMMA = 2;

  @Override
  public Operand<TFloat32> loss(Layers layers) {
    Ops tf = layers.tf();
    Operand<TUint8> image =
        tf.withName("image").placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1)));
    Operand<TInt32> classes =
        tf.withName("classes").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));
    Operand<TFloat32> wanted =
        tf.withName("differences")
            .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, -1, 4)));
    List<LevelOutput> outputs = network.outputs(layers, normalization.apply(tf, image));
    Operand<TFloat32> logits =
        tf.concat(outputs.stream().map(LevelOutput::logits).toList(), tf.constant(1));
    Operand<TFloat32> differences =
        tf.concat(outputs.stream().map(LevelOutput::differences).toList(), tf.constant(1));
    Operand<TFloat32> foreground = atLeast(tf, classes, 0);
    Operand<TFloat32> learns = atLeast(tf, classes, AnchorMatcher.BACKGROUND);
    Operand<TFloat32> count = tf.math.maximum(sum(tf, foreground, 0, 1), tf.constant(1f));
    Operand<TFloat32> truth =
        tf.oneHot(classes, tf.constant(network.classes()), tf.constant(1f), tf.constant(0f));
    Operand<TFloat32> classLoss =
        tf.math.mul(sum(tf, ClassLosses.sigmoidFocal(tf, logits, truth, ALPHA, GAMMA), 2), learns);
    Operand<TFloat32> boxLoss =
        tf.math.mul(sum(tf, BoxLosses.absolute(tf, differences, wanted), 2), foreground);
    return tf.math.div(sum(tf, tf.math.add(classLoss, boxLoss), 0, 1), count);
  }

  private static Operand<TFloat32> atLeast(Ops tf, Operand<TInt32> classes, int limit) {
    return tf.dtypes.cast(tf.math.greaterEqual(classes, tf.constant(limit)), TFloat32.class);
  }

  private static Operand<TFloat32> sum(Ops tf, Operand<TFloat32> x, int... axes) {
    return tf.sum(x, tf.constant(axes));
  }

  @Override
  public Map<String, Tensor> batch(long step) {
    SplittableRandom random = new SplittableRandom(phantoms.seed() * 31 + step);
    List<LabelledImage> examples = new ArrayList<>();
    int width = 0;
    int height = 0;
    for (int i = 0; i < batchSize; i++) {
      int edge = (int) Math.round(size * (0.9 + 0.2 * random.nextDouble()));
      LabelledImage example =
          phantoms.get(step * batchSize + i, new InputSize.ShortestEdge(edge, 2 * edge));
      examples.add(example);
      width = Math.max(width, example.image().width());
      height = Math.max(height, example.image().height());
    }
    return tensors(examples, padded(width), padded(height));
  }

  private static int padded(int pixels) {
    return (pixels + 31) / 32 * 32;
  }

  private Map<String, Tensor> tensors(List<LabelledImage> examples, int width, int height) {
    AnchorMatcher matcher = new AnchorMatcher(network.anchors(), width, height);
    int count = examples.size();
    byte[] pixels = new byte[count * height * width];
    int[] classes = new int[count * matcher.size()];
    float[] differences = new float[4 * classes.length];
    for (int i = 0; i < count; i++) {
      LabelledImage example = examples.get(i);
      GrayscaleImage image = example.image();
      for (int y = 0; y < image.height(); y++) {
        System.arraycopy(
            image.pixels(), y * image.width(), pixels, (i * height + y) * width, image.width());
      }
      matcher.match(example.lesions(), classes, differences, i);
    }
    return Map.of(
        "image",
        TUint8.tensorOf(Shape.of(count, height, width), DataBuffers.of(pixels, true, false)),
        "classes",
        TInt32.tensorOf(Shape.of(count, matcher.size()), DataBuffers.of(classes, true, false)),
        "differences",
        TFloat32.tensorOf(
            Shape.of(count, matcher.size(), 4), DataBuffers.of(differences, true, false)));
  }
}

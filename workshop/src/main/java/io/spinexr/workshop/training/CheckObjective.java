package io.spinexr.workshop.training;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.network.CheckNetwork;
import io.spinexr.workshop.training.loss.ClassLosses;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * The image check's objective: cross-entropy of spine against all else, and, on images of the
 * spine, of orientation, region and view.
 */
record CheckObjective(
    CheckNetwork network, Normalization normalization, CheckStream images, int batchSize)
    implements Objective {
  @Override
  public Operand<TFloat32> loss(Layers layers) {
    Ops tf = layers.tf();
    int height = network.size().height();
    int width = network.size().width();
    Operand<TUint8> image =
        tf.withName("image")
            .placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, height, width)));
    CheckNetwork.Logits logits = network.logits(layers, normalization.apply(tf, image));
    Operand<TFloat32> spine = truth(tf, "spine", 1);
    Operand<TFloat32> isSpine = ClassLosses.binaryCrossEntropy(tf, logits.spine(), spine);
    return tf.math.mean(
        tf.math.addN(
            List.of(
                isSpine,
                crossEntropy(tf, "orientation", logits.orientation()),
                crossEntropy(tf, "region", logits.region()),
                crossEntropy(tf, "view", logits.view()))),
        tf.constant(new int[] {0, 1}));
  }

  /** Against the truth of this name, [batch, 1]; 0 where that is a row of zeros: no spine. */
  private static Operand<TFloat32> crossEntropy(Ops tf, String name, Operand<TFloat32> logits) {
    Operand<TFloat32> truth = truth(tf, name, Layers.channels(logits));
    return tf.expandDims(ClassLosses.softmaxCrossEntropy(tf, logits, truth), tf.constant(1));
  }

  private static Operand<TFloat32> truth(Ops tf, String name, int classes) {
    return tf.withName(name).placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, classes)));
  }

  @Override
  public Map<String, Tensor> batch(long step) {
    List<CheckExample> examples = images.batch(step, batchSize);
    Map<String, Tensor> tensors = new HashMap<>();
    tensors.put("image", pixels(examples.stream().map(CheckExample::image).toList()));
    tensors.put("spine", rows(examples.stream().map(one -> one.spine() ? 0 : -1).toList(), 1));
    tensors.put("orientation", rows(examples.stream().map(CheckExample::orientation).toList(), 4));
    tensors.put(
        "region", rows(examples.stream().map(CheckExample::region).toList(), network.regions()));
    tensors.put("view", rows(examples.stream().map(CheckExample::view).toList(), 2));
    return tensors;
  }

  /** Images of one size as one tensor, [batch, height, width]. */
  static TUint8 pixels(List<GrayscaleImage> images) {
    int size = images.get(0).pixels().length;
    byte[] all = new byte[images.size() * size];
    for (int i = 0; i < images.size(); i++) {
      System.arraycopy(images.get(i).pixels(), 0, all, i * size, size);
    }
    return TUint8.tensorOf(
        Shape.of(images.size(), images.get(0).height(), images.get(0).width()),
        DataBuffers.of(all, true, false));
  }

  /** A row for each index, with 1 there and 0 elsewhere; only zeros for -1. */
  private static TFloat32 rows(List<Integer> indices, int classes) {
    float[] values = new float[indices.size() * classes];
    for (int i = 0; i < indices.size(); i++) {
      if (indices.get(i) >= 0) {
        values[i * classes + indices.get(i)] = 1;
      }
    }
    return TFloat32.tensorOf(
        Shape.of(indices.size(), classes), DataBuffers.of(values, true, false));
  }
}

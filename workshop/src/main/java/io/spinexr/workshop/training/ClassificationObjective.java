package io.spinexr.workshop.training;

import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.network.DenseNet;
import io.spinexr.phantom.LesionBox;
import io.spinexr.workshop.dataset.LabelledImage;
import io.spinexr.workshop.training.loss.ClassLosses;
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
 * The classifier's objective: binary cross-entropy of normal against abnormal. A second head, which
 * is left out when the network is exported, learns on each cell of the last feature map which
 * lesions have their centre there; without it a small network on few images takes far longer to
 * find out what it should look at.
 *
 * @param size of the input in pixels, multiples of 32
 */
record ClassificationObjective(
    DenseNet network,
    Normalization normalization,
    InputSize.Fixed size,
    PhantomStream phantoms,
    int batchSize)
    implements Objective {
  /** Weights of the second head start with this. */
  static final String AUXILIARY = "auxiliary";

  private static final int STRIDE = 32;
  private static final float AUXILIARY_WEIGHT = 0.1f;

  @Override
  public Operand<TFloat32> loss(Layers layers) {
    Ops tf = layers.tf();
    int types = LesionType.REFERENCE_LABELS.size();
    Operand<TUint8> image =
        tf.withName("image")
            .placeholder(
                TUint8.class, Placeholder.shape(Shape.of(-1, size.height(), size.width())));
    Operand<TFloat32> abnormal =
        tf.withName("abnormal").placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, 1)));
    Operand<TFloat32> centres =
        tf.withName("centres")
            .placeholder(TFloat32.class, Placeholder.shape(Shape.of(-1, rows(), columns(), types)));
    Operand<TFloat32> features = network.features(layers, normalization.apply(tf, image));
    Operand<TFloat32> cells =
        layers.biasedConvolution(features, AUXILIARY, types, 1, 1, Initializer.normal(0.01), -4);
    Operand<TFloat32> imageLoss =
        crossEntropy(tf, network.logits(layers, features, 1), abnormal, 1);
    Operand<TFloat32> cellLoss = crossEntropy(tf, cells, centres, 1, 2, 3);
    return tf.math.mean(
        tf.math.add(imageLoss, tf.math.mul(cellLoss, tf.constant(AUXILIARY_WEIGHT))),
        tf.constant(0));
  }

  /** Summed over all axes but the batch. */
  private static Operand<TFloat32> crossEntropy(
      Ops tf, Operand<TFloat32> logits, Operand<TFloat32> truth, int... axes) {
    return tf.sum(ClassLosses.binaryCrossEntropy(tf, logits, truth), tf.constant(axes));
  }

  private int rows() {
    return size.height() / STRIDE;
  }

  private int columns() {
    return size.width() / STRIDE;
  }

  @Override
  public Map<String, Tensor> batch(long step) {
    int types = LesionType.REFERENCE_LABELS.size();
    int pixelCount = size.height() * size.width();
    int cellCount = rows() * columns() * types;
    byte[] pixels = new byte[batchSize * pixelCount];
    float[] abnormal = new float[batchSize];
    float[] centres = new float[batchSize * cellCount];
    for (int i = 0; i < batchSize; i++) {
      LabelledImage example = phantoms.get(step * batchSize + i, size);
      System.arraycopy(example.image().pixels(), 0, pixels, i * pixelCount, pixelCount);
      abnormal[i] = example.abnormal() ? 1 : 0;
      for (LesionBox lesion : example.lesions()) {
        centres[i * cellCount + cell(lesion)] = 1;
      }
    }
    return Map.of(
        "image",
        TUint8.tensorOf(
            Shape.of(batchSize, size.height(), size.width()), DataBuffers.of(pixels, true, false)),
        "abnormal",
        TFloat32.tensorOf(Shape.of(batchSize, 1), DataBuffers.of(abnormal, true, false)),
        "centres",
        TFloat32.tensorOf(
            Shape.of(batchSize, rows(), columns(), types), DataBuffers.of(centres, true, false)));
  }

  private int cell(LesionBox lesion) {
    double x = (lesion.box().xMin() + lesion.box().xMax()) / 2;
    double y = (lesion.box().yMin() + lesion.box().yMax()) / 2;
    int column = Math.min(columns() - 1, (int) (x / STRIDE));
    int row = Math.min(rows() - 1, (int) (y / STRIDE));
    int type = LesionType.REFERENCE_LABELS.indexOf(lesion.type());
    return (row * columns() + column) * LesionType.REFERENCE_LABELS.size() + type;
  }
}

package io.spinexr.inference.network;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.DynamicPartition;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * Features of boxes from a pyramid of strides 4, 8, 16, ... by ROIAlign (He et al. 2017), with two
 * samples per bin and axis. Each box reads the level that fits its size: {@code floor(4 +
 * log2(sqrt(area) / 224 + 1e-8))}, where 2 is the finest level (Lin et al. 2017, equation 1).
 *
 * @param size bins per axis
 * @param aligned whether half a pixel is subtracted, so that pixel centres are met (Detectron2's
 *     ROIAlignV2); torchvision's detectors do without
 */
public record RoiAlign(int size, boolean aligned) {
  private static final int FINEST_LEVEL = 2;
  private static final int SAMPLES = 2;

  /**
   * @param levels of the pyramid, [1, height, width, channels], finest first
   * @param boxes xMin, yMin, xMax, yMax in pixels of the image, [n, 4]
   * @return [n, size, size, channels]
   */
  public Operand<TFloat32> features(
      Ops tf, List<Operand<TFloat32>> levels, Operand<TFloat32> boxes) {
    Operand<TInt32> level = level(tf, boxes, levels.size());
    Operand<TInt32> count = tf.size(level);
    DynamicPartition<TInt32> positions =
        tf.dynamicPartition(
            tf.range(tf.constant(0), count, tf.constant(1)), level, (long) levels.size());
    List<Operand<TFloat32>> pooled = new ArrayList<>();
    for (int i = 0; i < levels.size(); i++) {
      Operand<TFloat32> chosen = tf.gather(boxes, positions.outputs().get(i), tf.constant(0));
      float scale = 1f / (1 << (FINEST_LEVEL + i));
      pooled.add(align(tf, levels.get(i), tf.math.mul(chosen, tf.constant(scale))));
    }
    Operand<TFloat32> stitched = tf.dynamicStitch(List.copyOf(positions.outputs()), pooled);
    return tf.ensureShape(stitched, Shape.of(-1, size, size, Layers.channels(levels.get(0))));
  }

  private Operand<TInt32> level(Ops tf, Operand<TFloat32> boxes, int levels) {
    Operand<TFloat32> extent = tf.math.sub(columns(tf, boxes, 2, 2), columns(tf, boxes, 0, 2));
    Operand<TFloat32> area = tf.reduceProd(extent, tf.constant(1));
    Operand<TFloat32> ratio = tf.math.div(tf.math.sqrt(area), tf.constant(224f));
    // Detectron2 adds its epsilon inside the logarithm, torchvision outside.
    Operand<TFloat32> inside = aligned ? tf.math.add(ratio, tf.constant(1e-8f)) : ratio;
    Operand<TFloat32> log = tf.math.div(tf.math.log(inside), tf.constant((float) Math.log(2)));
    Operand<TFloat32> log2 = aligned ? log : tf.math.add(log, tf.constant(1e-6f));
    Operand<TFloat32> level =
        tf.math.floor(tf.math.add(log2, tf.constant((float) (4 - FINEST_LEVEL))));
    Operand<TFloat32> clamped =
        tf.math.maximum(tf.math.minimum(level, tf.constant((float) (levels - 1))), tf.constant(0f));
    return tf.dtypes.cast(clamped, TInt32.class);
  }

  /**
   * ROIAlign on one map by {@code cropAndResize}. PyTorch lets samples up to one pixel outside the
   * map read the border pixel and takes 0 beyond: a mirrored border of one pixel does the same.
   */
  private Operand<TFloat32> align(Ops tf, Operand<TFloat32> map, Operand<TFloat32> boxes) {
    int[][] border = {{0, 0}, {1, 1}, {1, 1}, {0, 0}};
    Operand<TFloat32> padded = tf.mirrorPad(map, tf.constant(border), "SYMMETRIC");
    Operand<TFloat32> corners = aligned ? tf.math.sub(boxes, tf.constant(0.5f)) : boxes;
    Operand<TFloat32> low = columns(tf, corners, 0, 2);
    Operand<TFloat32> extent = tf.math.sub(columns(tf, corners, 2, 2), low);
    if (!aligned) {
      extent = tf.math.maximum(extent, tf.constant(1f));
    }
    // From the outer corner of the first bin to its first sample.
    Operand<TFloat32> inset = tf.math.mul(extent, tf.constant(0.5f / (SAMPLES * size)));
    Operand<TFloat32> one = tf.constant(1f);
    Operand<TFloat32> first = tf.math.add(tf.math.add(low, inset), one);
    Operand<TFloat32> last = tf.math.add(tf.math.sub(tf.math.add(low, extent), inset), one);
    Operand<TFloat32> limits = tf.math.add(widthHeight(tf, map), one);
    Operand<TFloat32> normalized =
        tf.concat(
            List.of(yx(tf, tf.math.div(first, limits)), yx(tf, tf.math.div(last, limits))),
            tf.constant(1));
    Operand<TInt32> image = tf.zeros(tf.expandDims(rows(tf, boxes), tf.constant(0)), TInt32.class);
    int samples = SAMPLES * size;
    Operand<TFloat32> sampled =
        tf.image.cropAndResize(
            padded, normalized, image, tf.constant(new int[] {samples, samples}));
    List<Long> window = List.of(1L, (long) SAMPLES, (long) SAMPLES, 1L);
    return tf.nn.avgPool(sampled, window, window, "VALID");
  }

  private static Operand<TInt32> rows(Ops tf, Operand<TFloat32> boxes) {
    return tf.gather(tf.shape(boxes), tf.constant(0), tf.constant(0));
  }

  private static Operand<TFloat32> widthHeight(Ops tf, Operand<TFloat32> map) {
    Operand<TInt32> shape = tf.gather(tf.shape(map), tf.constant(new int[] {2, 1}), tf.constant(0));
    return tf.dtypes.cast(shape, TFloat32.class);
  }

  private static Operand<TFloat32> yx(Ops tf, Operand<TFloat32> xy) {
    return tf.reverse(xy, tf.constant(new int[] {1}));
  }

  private static Operand<TFloat32> columns(Ops tf, Operand<TFloat32> boxes, int from, int count) {
    return tf.slice(boxes, tf.constant(new int[] {0, from}), tf.constant(new int[] {-1, count}));
  }
}

package io.spinexr.inference.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Squeeze;
import org.tensorflow.op.core.Stack;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TNumber;

/**
 * Features of boxes from a pyramid of strides 4, 8, 16, ... by ROIAlign (He et al. 2017): each box
 * is cut into bins, and a bin's features are the mean of bilinear samples that lie on a regular
 * grid in it. Each box reads the level that fits its size: {@code floor(4 + log2(sqrt(area) / 224 +
 * 1e-8))}, where 2 is the finest level (Lin et al. 2017, equation 1).
 *
 * <p>Bilinear samples and their mean are linear in the features. So all boxes are read by one
 * product of a sparse matrix with the pyramid's cells, which needs no memory for the samples and
 * allows every box its own number of them.
 *
 * @param size bins per axis
 * @param samples per bin and axis; {@link #ADAPTIVE} for as many as keep them at most one cell
 *     apart, which depends on the box: {@code ceil(cells / size)}
 * @param aligned whether half a pixel is subtracted, so that pixel centres are met (Detectron2's
 *     ROIAlignV2); torchvision's detectors do without
 */
public record RoiAlign(int size, int samples, boolean aligned) {
  /** Detectron2's sampling ratio 0. */
  public static final int ADAPTIVE = 0;

  private static final int FINEST_LEVEL = 2;

  /**
   * @param levels of the pyramid, [1, height, width, channels], finest first
   * @param boxes xMin, yMin, xMax, yMax in pixels of the image, finite, [n, 4]; with {@link
   *     #ADAPTIVE} clipped to the image, because the number of samples grows with a box
   * @return [n, size, size, channels]
   */
  public Operand<TFloat32> features(
      Ops tf, List<Operand<TFloat32>> levels, Operand<TFloat32> boxes) {
    int channels = Layers.channels(levels.get(0));
    List<Operand<TFloat32>> cells = new ArrayList<>();
    List<Operand<TInt32>> grids = new ArrayList<>();
    float[] scales = new float[levels.size()];
    for (int i = 0; i < scales.length; i++) {
      cells.add(tf.reshape(levels.get(i), tf.array(-1, channels)));
      grids.add(tf.slice(tf.shape(levels.get(i)), tf.array(1), tf.array(2)));
      scales[i] = 1f / (1 << (FINEST_LEVEL + i));
    }
    Operand<TInt32> rowsColumns = tf.stack(grids);
    Operand<TInt32> sizes = tf.reduceProd(rowsColumns, tf.constant(1));
    Operand<TInt32> firstCells = tf.math.sub(tf.math.cumsum(sizes, tf.constant(0)), sizes);

    Operand<TInt32> level = level(tf, boxes, scales.length);
    Operand<TFloat32> scale = tf.expandDims(gather(tf, tf.constant(scales), level), tf.constant(1));
    Operand<TFloat32> corners = tf.math.mul(boxes, scale);
    if (aligned) {
      corners = tf.math.sub(corners, tf.constant(0.5f));
    }
    Operand<TInt32> grid = gather(tf, rowsColumns, level);
    Operand<TInt32> columns = column(tf, grid, 1);
    Taps y = taps(tf, column(tf, corners, 1), column(tf, corners, 3), column(tf, grid, 0));
    Taps x = taps(tf, column(tf, corners, 0), column(tf, corners, 2), columns);

    // An entry of the matrix is a tap in y with a tap in x of the same box. Its row is the bin,
    // its column the cell; both are sums of a part from y and a part from x.
    Operand<TInt32> box = y.owner();
    Operand<TInt32> binsBefore = tf.math.mul(box, tf.constant(size));
    Operand<TInt64> fromY =
        rowColumn(
            tf,
            tf.math.mul(tf.math.add(binsBefore, y.bin()), tf.constant(size)),
            tf.math.add(
                gather(tf, gather(tf, firstCells, level), box),
                tf.math.mul(y.cell(), gather(tf, columns, box))));
    Operand<TInt64> fromX = rowColumn(tf, x.bin(), x.cell());
    Repetition pairs = Repetition.of(tf, gather(tf, x.counts(), box));
    Operand<TInt32> inX =
        tf.math.add(gather(tf, gather(tf, x.firsts(), box), pairs.owner()), pairs.index());
    Operand<TInt64> indices = tf.math.add(gather(tf, fromY, pairs.owner()), gather(tf, fromX, inX));
    Operand<TFloat32> weights =
        tf.math.mul(gather(tf, y.weight(), pairs.owner()), gather(tf, x.weight(), inX));

    Operand<TFloat32> pyramid = tf.concat(cells, tf.constant(0));
    Operand<TInt32> bins = tf.math.mul(tf.size(level), tf.constant(size * size));
    Operand<TInt64> shape =
        tf.dtypes.cast(tf.stack(List.of(bins, tf.reduceSum(sizes, tf.constant(0)))), TInt64.class);
    Operand<TFloat32> product = tf.sparse.sparseTensorDenseMatMul(indices, weights, shape, pyramid);
    return tf.ensureShape(
        tf.reshape(product, tf.array(-1, size, size, channels)),
        Shape.of(-1, size, size, channels));
  }

  private Operand<TInt32> level(Ops tf, Operand<TFloat32> boxes, int levels) {
    Operand<TFloat32> width = tf.math.sub(column(tf, boxes, 2), column(tf, boxes, 0));
    Operand<TFloat32> height = tf.math.sub(column(tf, boxes, 3), column(tf, boxes, 1));
    Operand<TFloat32> side = tf.math.sqrt(tf.math.mul(width, height));
    // Counted instead of computed by a logarithm, which may round a box of exactly 112 pixels down.
    Operand<TInt32> level = tf.zerosLike(tf.dtypes.cast(side, TInt32.class));
    for (int i = 1; i < levels; i++) {
      double smallest = 224 * Math.pow(2, i + FINEST_LEVEL - 4);
      // torchvision adds 1e-6 to the logarithm; Detectron2's 1e-8 in it is lost in rounding.
      float threshold = (float) (aligned ? smallest : smallest * Math.pow(2, -1e-6));
      level =
          tf.math.add(
              level,
              tf.dtypes.cast(tf.math.greaterEqual(side, tf.constant(threshold)), TInt32.class));
    }
    return level;
  }

  /**
   * What the boxes read along one axis: each sample reads two neighbouring cells, its taps.
   *
   * @param counts taps of each box
   * @param firsts where each box's taps begin
   * @param owner box of each tap
   * @param bin of each tap, in [0, size)
   * @param cell of each tap
   * @param weight of each tap; those of one bin add up to 1, or less where it leaves the map
   */
  private record Taps(
      Operand<TInt32> counts,
      Operand<TInt32> firsts,
      Operand<TInt32> owner,
      Operand<TInt32> bin,
      Operand<TInt32> cell,
      Operand<TFloat32> weight) {}

  /**
   * @param low edge of each box, in cells
   * @param high edge of each box, in cells
   * @param limit number of cells in the map that each box reads
   */
  private Taps taps(Ops tf, Operand<TFloat32> low, Operand<TFloat32> high, Operand<TInt32> limit) {
    Operand<TFloat32> extent = tf.math.sub(high, low);
    if (!aligned) {
      extent = tf.math.maximum(extent, tf.constant(1f));
    }
    Operand<TFloat32> binExtent = tf.math.div(extent, tf.constant((float) size));
    Operand<TInt32> perBin =
        samples == ADAPTIVE
            ? ceilOfQuotient(tf, extent, size)
            : tf.math.add(tf.zerosLike(limit), tf.constant(samples));
    Repetition taps = Repetition.of(tf, tf.math.mul(perBin, tf.constant(2 * size)));
    Operand<TInt32> owner = taps.owner();
    Operand<TInt32> count = gather(tf, perBin, owner);
    Operand<TInt32> sample = tf.math.floorDiv(taps.index(), tf.constant(2));
    Operand<TInt32> upper = tf.math.floorMod(taps.index(), tf.constant(2));
    Operand<TInt32> bin = tf.math.floorDiv(sample, count);

    Operand<TFloat32> number = toFloat(tf, count);
    Operand<TFloat32> step = gather(tf, binExtent, owner);
    Operand<TFloat32> binStart =
        tf.math.add(gather(tf, low, owner), tf.math.mul(toFloat(tf, bin), step));
    Operand<TFloat32> inBin =
        tf.math.add(toFloat(tf, tf.math.floorMod(sample, count)), tf.constant(0.5f));
    Operand<TFloat32> position =
        tf.math.add(binStart, tf.math.div(tf.math.mul(inBin, step), number));

    // Up to one cell outside the map a sample reads the cell at the border, farther out it is 0.
    Operand<TInt32> cells = gather(tf, limit, owner);
    Operand<TFloat32> inside =
        tf.dtypes.cast(
            tf.math.logicalAnd(
                tf.math.greaterEqual(position, tf.constant(-1f)),
                tf.math.lessEqual(position, toFloat(tf, cells))),
            TFloat32.class);
    Operand<TInt32> last = tf.math.sub(cells, tf.constant(1));
    Operand<TFloat32> clamped =
        tf.math.minimum(tf.math.maximum(position, tf.constant(0f)), toFloat(tf, last));
    Operand<TFloat32> lower = tf.math.floor(clamped);
    // The upper cell gets the fraction, the lower one what is missing to 1.
    Operand<TFloat32> share =
        tf.math.abs(
            tf.math.sub(
                tf.math.sub(clamped, lower), toFloat(tf, tf.math.sub(tf.constant(1), upper))));
    Operand<TInt32> cell =
        tf.math.minimum(tf.math.add(tf.dtypes.cast(lower, TInt32.class), upper), last);
    Operand<TFloat32> weight = tf.math.div(tf.math.mul(share, inside), number);
    return new Taps(taps.counts(), taps.firsts(), owner, bin, cell, weight);
  }

  /** Exact, while a division by a constant may be run as a product with the rounded reciprocal. */
  private static Operand<TInt32> ceilOfQuotient(Ops tf, Operand<TFloat32> dividend, int divisor) {
    Operand<TFloat32> floor = tf.math.floorDiv(tf.math.neg(dividend), tf.constant((float) divisor));
    return tf.dtypes.cast(tf.math.neg(floor), TInt32.class);
  }

  /**
   * Things that own a number of places each, in one row of places.
   *
   * @param counts places of each owner
   * @param firsts where each owner's places begin
   * @param owner of each place
   * @param index of each place among its owner's
   */
  private record Repetition(
      Operand<TInt32> counts,
      Operand<TInt32> firsts,
      Operand<TInt32> owner,
      Operand<TInt32> index) {
    static Repetition of(Ops tf, Operand<TInt32> counts) {
      Operand<TInt32> ends = tf.math.cumsum(counts, tf.constant(0));
      Operand<TInt32> firsts = tf.math.sub(ends, counts);
      Operand<TInt32> total = tf.reduceSum(counts, tf.constant(0));
      Operand<TInt32> places = tf.range(tf.constant(0), total, tf.constant(1));
      Operand<TInt32> owner =
          tf.squeeze(
              tf.upperBound(
                  tf.expandDims(ends, tf.constant(0)), tf.expandDims(places, tf.constant(0))),
              Squeeze.axis(List.of(0L)));
      return new Repetition(counts, firsts, owner, tf.math.sub(places, gather(tf, firsts, owner)));
    }
  }

  private static Operand<TInt64> rowColumn(Ops tf, Operand<TInt32> row, Operand<TInt32> column) {
    return tf.dtypes.cast(tf.stack(List.of(row, column), Stack.axis(1L)), TInt64.class);
  }

  private static Operand<TFloat32> toFloat(Ops tf, Operand<TInt32> x) {
    return tf.dtypes.cast(x, TFloat32.class);
  }

  private static <T extends TNumber> Operand<T> gather(
      Ops tf, Operand<T> values, Operand<TInt32> index) {
    return tf.gather(values, index, tf.constant(0));
  }

  private static <T extends TNumber> Operand<T> column(Ops tf, Operand<T> matrix, int index) {
    return tf.gather(matrix, tf.constant(index), tf.constant(1));
  }
}

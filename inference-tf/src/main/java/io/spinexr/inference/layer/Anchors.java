package io.spinexr.inference.layer;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/**
 * The reference boxes of a detector: on every cell of each pyramid level the same set of shapes,
 * centred on the cell's top left corner (torchvision; Detectron2 with offset 0). Boxes are xMin,
 * yMin, xMax, yMax in pixels of the network's input; their order is rows, columns, shapes.
 *
 * @param levels finest first
 * @param spacing of the cells in a graph
 */
public record Anchors(List<Level> levels, Spacing spacing) {
  /** How far apart the cells of a level are. */
  public enum Spacing {
    /** By the level's stride: Detectron2. */
    STRIDE,
    /**
     * By the whole number of times that the grid's size goes into the padded image's, which differs
     * from the stride where the grid was rounded up: torchvision.
     */
    IMAGE_OVER_GRID
  }

  /** Half the width and height of an anchor, in pixels. */
  public record Shape(float halfWidth, float halfHeight) {}

  /**
   * The anchors of one pyramid level.
   *
   * @param stride pixels between cells
   */
  public record Level(int stride, List<Shape> shapes) {
    public Level {
      shapes = List.copyOf(shapes);
    }

    /**
     * Every anchor on a grid, 4 numbers each.
     *
     * @param rows cells from top to bottom
     * @param columns cells from left to right
     */
    public float[] boxes(int rows, int columns) {
      float[] boxes = new float[rows * columns * shapes.size() * 4];
      int i = 0;
      for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
          for (Shape shape : shapes) {
            boxes[i++] = column * stride - shape.halfWidth();
            boxes[i++] = row * stride - shape.halfHeight();
            boxes[i++] = column * stride + shape.halfWidth();
            boxes[i++] = row * stride + shape.halfHeight();
          }
        }
      }
      return boxes;
    }

    private Operand<TFloat32> boxes(
        Ops tf,
        Operand<TInt32> rows,
        Operand<TInt32> columns,
        Operand<TInt32> strideY,
        Operand<TInt32> strideX) {
      Operand<TFloat32> y = shifts(tf, rows, strideY, new int[] {-1, 1, 1, 1});
      Operand<TFloat32> x = shifts(tf, columns, strideX, new int[] {1, -1, 1, 1});
      Operand<TInt32> one = tf.constant(1);
      Operand<TInt32> grid = tf.stack(List.of(rows, columns, one, one));
      Operand<TFloat32> gridX = tf.broadcastTo(x, grid);
      Operand<TFloat32> gridY = tf.broadcastTo(y, grid);
      Operand<TFloat32> corners = tf.concat(List.of(gridX, gridY, gridX, gridY), tf.constant(3));
      float[][] cell = new float[shapes.size()][];
      for (int i = 0; i < cell.length; i++) {
        Shape shape = shapes.get(i);
        cell[i] =
            new float[] {
              -shape.halfWidth(), -shape.halfHeight(), shape.halfWidth(), shape.halfHeight()
            };
      }
      return tf.reshape(tf.math.add(corners, tf.constant(cell)), tf.constant(new int[] {-1, 4}));
    }

    private static Operand<TFloat32> shifts(
        Ops tf, Operand<TInt32> count, Operand<TInt32> stride, int[] axis) {
      Operand<TInt32> index = tf.range(tf.constant(0), count, tf.constant(1));
      Operand<TInt32> pixels = tf.math.mul(index, stride);
      return tf.reshape(tf.dtypes.cast(pixels, TFloat32.class), tf.constant(axis));
    }
  }

  /**
   * Every anchor of one level, for a grid whose size is known when the graph runs.
   *
   * @param level index, finest first
   * @param rows of the grid, scalar
   * @param columns of the grid, scalar
   * @param image padded, [batch, height, width, channels]
   * @return [rows * columns * shapes, 4]
   */
  public Operand<TFloat32> boxes(
      Ops tf, int level, Operand<TInt32> rows, Operand<TInt32> columns, Operand<TFloat32> image) {
    Level cells = levels.get(level);
    if (spacing == Spacing.STRIDE) {
      Operand<TInt32> stride = tf.constant(cells.stride());
      return cells.boxes(tf, rows, columns, stride, stride);
    }
    Operand<TInt32> size = tf.shape(image);
    return cells.boxes(
        tf,
        rows,
        columns,
        tf.math.floorDiv(element(tf, size, 1), rows),
        tf.math.floorDiv(element(tf, size, 2), columns));
  }

  private static Operand<TInt32> element(Ops tf, Operand<TInt32> vector, int index) {
    return tf.gather(vector, tf.constant(index), tf.constant(0));
  }

  public Anchors {
    levels = List.copyOf(levels);
    if (levels.stream().map(level -> level.shapes().size()).distinct().count() != 1) {
      throw new IllegalArgumentException("every level needs the same number of anchor shapes");
    }
  }

  /**
   * RetinaNet's anchors: on each level every size times every scale in every aspect ratio, in
   * torchvision's order (ratios outside, scales inside).
   *
   * @param strides per level, in pixels
   * @param sizes per level: the side of a square anchor of scale 1, in pixels
   * @param scales factors on the size
   * @param ratios height / width
   * @param torchvision whether sizes and their halves are rounded and cells lie as torchvision
   *     places them
   */
  public static Anchors of(
      List<Integer> strides,
      List<Integer> sizes,
      List<Double> scales,
      List<Double> ratios,
      boolean torchvision) {
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < strides.size(); i++) {
      List<Shape> shapes = new ArrayList<>();
      for (double ratio : ratios) {
        for (double scale : scales) {
          double exact = sizes.get(i) * scale;
          double side = torchvision ? Math.floor(exact) : exact;
          float halfWidth = (float) (side / Math.sqrt(ratio) / 2);
          float halfHeight = (float) (side * Math.sqrt(ratio) / 2);
          shapes.add(
              torchvision
                  ? new Shape((float) Math.rint(halfWidth), (float) Math.rint(halfHeight))
                  : new Shape(halfWidth, halfHeight));
        }
      }
      levels.add(new Level(strides.get(i), shapes));
    }
    return new Anchors(levels, torchvision ? Spacing.IMAGE_OVER_GRID : Spacing.STRIDE);
  }

  /**
   * Detectron2's anchors: on each level every size times every scale in every aspect ratio, scales
   * outside, ratios inside, nothing rounded.
   *
   * @param strides per level, in pixels
   * @param sizes per level: the side of a square anchor of scale 1, in pixels
   * @param scales factors on the size
   * @param ratios height / width
   */
  public static Anchors detectron2(
      List<Integer> strides, List<Integer> sizes, List<Double> scales, List<Double> ratios) {
    List<Level> levels = new ArrayList<>();
    for (int i = 0; i < strides.size(); i++) {
      List<Shape> shapes = new ArrayList<>();
      for (double scale : scales) {
        for (double ratio : ratios) {
          double side = sizes.get(i) * scale;
          double width = Math.sqrt(side * side / ratio);
          shapes.add(new Shape((float) (width / 2), (float) (ratio * width / 2)));
        }
      }
      levels.add(new Level(strides.get(i), shapes));
    }
    return new Anchors(levels, Spacing.STRIDE);
  }

  /** Anchors per cell. */
  public int perCell() {
    return levels.get(0).shapes().size();
  }
}

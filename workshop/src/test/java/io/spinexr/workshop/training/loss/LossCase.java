package io.spinexr.workshop.training.loss;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleBiFunction;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Gradients;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;

/**
 * A loss with inputs to try it on: random ones, and those where such losses go wrong.
 *
 * @param name as the reference program knows it
 * @param input one row per example
 * @param truth of the same shape
 * @param graph the loss that is tried
 * @param definition the same as the paper states it, in double precision: a row's sum
 */
record LossCase(
    String name,
    float[][] input,
    float[][] truth,
    LossGraph graph,
    ToDoubleBiFunction<double[], float[]> definition) {
  /** Large enough that the exponential overflows in single precision, and moderately large. */
  private static final float[] LARGE = {0, 9, -9, 16, -16, 40, -40, 90, -90, 1000, -1000};

  interface LossGraph {
    Operand<TFloat32> of(Ops tf, Operand<TFloat32> input, Operand<TFloat32> truth);
  }

  /**
   * @param losses each row's sum
   * @param gradients of the sum of all, by the input
   */
  record Computed(double[] losses, double[][] gradients) {}

  @Override
  public String toString() {
    return name;
  }

  static List<LossCase> all() {
    float[][] logits = logits();
    float[][] truth = zerosAndOnes(logits);
    float[][] boxes = boxes(0);
    float[][] trueBoxes = boxes(1);
    return List.of(
        new LossCase(
            "binary-cross-entropy",
            logits,
            truth,
            ClassLosses::binaryCrossEntropy,
            (x, t) -> sum(x, t, LossCase::crossEntropy)),
        new LossCase(
            "focal-0.25-2",
            logits,
            truth,
            (tf, x, t) -> ClassLosses.sigmoidFocal(tf, x, t, 0.25f, 2),
            (x, t) -> sum(x, t, (one, wanted) -> focal(one, wanted, 0.25, 2))),
        new LossCase(
            "focal-0.6-1.5",
            logits,
            truth,
            (tf, x, t) -> ClassLosses.sigmoidFocal(tf, x, t, 0.6f, 1.5f),
            (x, t) -> sum(x, t, (one, wanted) -> focal(one, wanted, 0.6, 1.5))),
        new LossCase(
            "softmax-cross-entropy",
            logits,
            oneHot(logits),
            ClassLosses::softmaxCrossEntropy,
            LossCase::softmaxCrossEntropy),
        new LossCase(
            "absolute",
            boxes,
            trueBoxes,
            BoxLosses::absolute,
            (x, t) -> sum(x, t, (one, wanted) -> Math.abs(one - wanted))),
        new LossCase(
            "smooth-absolute-0.125",
            logits,
            truth,
            (tf, x, t) -> BoxLosses.smoothAbsolute(tf, x, t, 0.125f),
            (x, t) -> sum(x, t, (one, wanted) -> smooth(one - wanted, 0.125))),
        new LossCase(
            "smooth-absolute-20",
            boxes,
            trueBoxes,
            (tf, x, t) -> BoxLosses.smoothAbsolute(tf, x, t, 20),
            (x, t) -> sum(x, t, (one, wanted) -> smooth(one - wanted, 20))),
        new LossCase(
            "generalized-iou",
            boxes,
            trueBoxes,
            BoxLosses::generalizedIou,
            LossCase::generalizedIou));
  }

  private static float[][] logits() {
    SplittableRandom random = new SplittableRandom(5);
    List<float[]> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      float[] row = new float[7];
      for (int j = 0; j < row.length; j++) {
        row[j] = (float) random.nextDouble(-6, 6);
      }
      rows.add(row);
    }
    for (float large : LARGE) {
      rows.add(new float[] {large, 0, -large, 1, large, large / 2, -1});
    }
    // Where the smooth absolute error changes its shape, and just beside it.
    rows.add(new float[] {0.125f, -0.125f, 1.125f, 0.875f, 1, 0.1f, 0.15f});
    return rows.toArray(float[][]::new);
  }

  private static float[][] zerosAndOnes(float[][] shape) {
    float[][] truth = new float[shape.length][shape[0].length];
    for (int i = 0; i < truth.length; i++) {
      for (int j = 0; j < truth[i].length; j++) {
        truth[i][j] = (i + j) % 2;
      }
    }
    return truth;
  }

  private static float[][] oneHot(float[][] shape) {
    float[][] truth = new float[shape.length][shape[0].length];
    for (int i = 0; i < truth.length; i++) {
      truth[i][i % truth[i].length] = 1;
    }
    return truth;
  }

  /**
   * Boxes in pixels.
   *
   * @param side 0 for the input, 1 for the truth
   */
  private static float[][] boxes(int side) {
    SplittableRandom random = new SplittableRandom(11);
    List<float[][]> pairs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      pairs.add(new float[][] {box(random), box(random)});
    }
    float[] box = {100, 200, 180, 260};
    pairs.add(new float[][] {box, box}); // equal
    pairs.add(new float[][] {box, {900, 1200, 950, 1300}}); // disjoint, far
    pairs.add(new float[][] {box, {110, 262, 185, 300}}); // disjoint along one axis
    pairs.add(new float[][] {box, {180, 210, 240, 280}}); // touching along an edge
    pairs.add(new float[][] {box, {180, 260, 240, 280}}); // touching at a corner
    pairs.add(new float[][] {{120, 210, 140, 230}, box}); // inside
    pairs.add(new float[][] {{150, 210, 150, 230}, box}); // without width, inside
    pairs.add(new float[][] {{50, 210, 90, 210}, box}); // without height, outside
    pairs.add(new float[][] {{7, 8, 7, 8}, {7, 8, 7, 8}}); // the same point
    return pairs.stream().map(pair -> pair[side]).toArray(float[][]::new);
  }

  private static float[] box(SplittableRandom random) {
    float x = (float) random.nextDouble(0, 300);
    float y = (float) random.nextDouble(0, 300);
    return new float[] {
      x, y, x + (float) random.nextDouble(5, 200), y + (float) random.nextDouble(5, 200)
    };
  }

  private interface OfOne {
    double loss(double x, double truth);
  }

  private static double sum(double[] x, float[] truth, OfOne loss) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += loss.loss(x[i], truth[i]);
    }
    return sum;
  }

  private static double crossEntropy(double x, double truth) {
    return -truth * logSigmoid(x) - (1 - truth) * logSigmoid(-x);
  }

  private static double logSigmoid(double x) {
    return x < 0 ? x - Math.log1p(Math.exp(x)) : -Math.log1p(Math.exp(-x));
  }

  private static double focal(double x, double truth, double alpha, double gamma) {
    double right = truth == 1 ? x : -x;
    double weight = truth == 1 ? alpha : 1 - alpha;
    return -weight * Math.pow(Math.exp(logSigmoid(-right)), gamma) * logSigmoid(right);
  }

  private static double softmaxCrossEntropy(double[] x, float[] truth) {
    double highest = Arrays.stream(x).max().orElseThrow();
    double total = Arrays.stream(x).map(one -> Math.exp(one - highest)).sum();
    return sum(x, truth, (one, wanted) -> wanted * (highest + Math.log(total) - one));
  }

  private static double smooth(double difference, double beta) {
    double error = Math.abs(difference);
    return error < beta ? 0.5 * error * error / beta : error - 0.5 * beta;
  }

  private static double generalizedIou(double[] a, float[] b) {
    double tiny = 1e-7;
    double width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
    double height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    double intersection = width * height;
    double trueArea = ((double) b[2] - b[0]) * ((double) b[3] - b[1]);
    double union = (a[2] - a[0]) * (a[3] - a[1]) + trueArea - intersection;
    double hull =
        (Math.max(a[2], b[2]) - Math.min(a[0], b[0]))
            * (Math.max(a[3], b[3]) - Math.min(a[1], b[1]));
    return 1 - intersection / (union + tiny) + (hull - union) / (hull + tiny);
  }

  /** What the graph says. */
  Computed compute() {
    Shape shape = Shape.of(input.length, input[0].length);
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Placeholder<TFloat32> x = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
      Placeholder<TFloat32> wanted = tf.placeholder(TFloat32.class, Placeholder.shape(shape));
      Operand<TFloat32> rows =
          tf.sum(
              tf.reshape(this.graph.of(tf, x, wanted), tf.array(input.length, -1)), tf.constant(1));
      Gradients gradients = Gradients.create(tf.scope(), rows, List.of(x));
      try (TFloat32 inputs = tensor(shape, input);
          TFloat32 truths = tensor(shape, truth);
          Result result =
              session
                  .runner()
                  .feed(x, inputs)
                  .feed(wanted, truths)
                  .fetch(rows)
                  .fetch(gradients.<TFloat32>dy(0))
                  .run()) {
        double[] flat = numbers((TFloat32) result.get(1));
        double[][] byRow = new double[input.length][];
        for (int i = 0; i < byRow.length; i++) {
          byRow[i] = Arrays.copyOfRange(flat, i * input[0].length, (i + 1) * input[0].length);
        }
        return new Computed(numbers((TFloat32) result.get(0)), byRow);
      }
    }
  }

  private static TFloat32 tensor(Shape shape, float[][] rows) {
    float[] values = new float[(int) shape.size()];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, values, i * rows[0].length, rows[0].length);
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(values, true, false));
  }

  private static double[] numbers(TFloat32 tensor) {
    double[] values = new double[(int) tensor.size()];
    int at = 0;
    for (var scalar : tensor.scalars()) {
      values[at++] = scalar.getFloat();
    }
    return values;
  }
}

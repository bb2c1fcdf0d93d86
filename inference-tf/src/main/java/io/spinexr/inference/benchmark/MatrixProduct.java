package io.spinexr.inference.benchmark;

import io.spinexr.inference.Device;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** The device's peak: TensorFlow's product of two single-precision 2048 x 2048 matrices. */
final class MatrixProduct {
  private static final int SIZE = 2048;
  private static final int ROUNDS = 10;

  private MatrixProduct() {}

  /** Floating-point operations per second of the fastest of ten products. */
  static double peak(Device device) {
    try (Graph graph = new Graph();
        Session session = new Session(graph, device.config())) {
      Ops tf = Ops.create(graph);
      Variable<TFloat32> matrix = tf.variable(Shape.of(SIZE, SIZE), TFloat32.class);
      Operand<TFloat32> random =
          tf.random.randomUniform(tf.constant(new int[] {SIZE, SIZE}), TFloat32.class);
      session.runner().addTarget(tf.assign(matrix, random).op()).run().close();
      Operand<TFloat32> product = tf.linalg.matMul(matrix, matrix);
      // The sum is what waits for the product; fetching all of it would time the copy.
      Operand<TFloat32> sum = tf.reduceSum(product, tf.constant(new int[] {0, 1}));
      double best = Double.MAX_VALUE;
      for (int round = 0; round < ROUNDS; round++) {
        long start = System.nanoTime();
        session.runner().fetch(sum).run().close();
        best = Math.min(best, (System.nanoTime() - start) / 1e9);
      }
      return 2.0 * SIZE * SIZE * SIZE / best;
    }
  }
}

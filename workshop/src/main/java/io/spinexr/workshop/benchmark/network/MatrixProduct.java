package io.spinexr.workshop.benchmark.network;

import io.spinexr.inference.tensorflow.TensorFlowDevice;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/** The device's peak: TensorFlow's product of two single-precision 2048 x 2048 matrices. */
final class MatrixProduct implements AutoCloseable {
  private static final int SIZE = 2048;

  private final Graph graph = new Graph();
  private final Session session;
  private final Operand<TFloat32> sum;

  MatrixProduct(TensorFlowDevice device) {
    session = new Session(graph, device.config());
    Ops tf = Ops.create(graph);
    Variable<TFloat32> matrix = tf.variable(Shape.of(SIZE, SIZE), TFloat32.class);
    Operand<TFloat32> random =
        tf.random.randomUniform(tf.constant(new int[] {SIZE, SIZE}), TFloat32.class);
    session.runner().addTarget(tf.assign(matrix, random).op()).run().close();
    // The sum waits for the product; fetching all of the product would time the copy.
    sum = tf.reduceSum(tf.linalg.matMul(matrix, matrix), tf.constant(new int[] {0, 1}));
  }

  /** Floating-point operations in one product. */
  double operations() {
    return 2.0 * SIZE * SIZE * SIZE;
  }

  /** Multiplies once and says how many seconds that took. */
  double seconds() {
    long start = System.nanoTime();
    session.runner().fetch(sum).run().close();
    return (System.nanoTime() - start) / 1e9;
  }

  @Override
  public void close() {
    session.close();
    graph.close();
  }
}

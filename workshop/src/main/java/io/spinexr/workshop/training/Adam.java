package io.spinexr.workshop.training;

import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Variables;
import io.spinexr.inference.layer.Variables.Layout;
import io.spinexr.inference.layer.Variables.Weight;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.Variable;
import org.tensorflow.types.TFloat32;

/**
 * Adam (Kingma and Ba 2015) with the gradient's norm over all weights limited. The moments are
 * variables of the graph, so checkpoints hold them.
 */
final class Adam {
  private static final float BETA1 = 0.9f;
  private static final float BETA2 = 0.999f;
  private static final float EPSILON = 1e-8f;
  private static final float LARGEST_NORM = 10;

  private final Variables moments;
  private final Placeholder<TFloat32> rate;
  private final Placeholder<TFloat32> power1;
  private final Placeholder<TFloat32> power2;
  private final List<Op> updates = new ArrayList<>();

  Adam(Graph graph, Ops tf, Operand<TFloat32> loss, Variables weights) {
    moments = new Variables(tf);
    rate = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    power1 = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    power2 = tf.placeholder(TFloat32.class, Placeholder.shape(Shape.scalar()));
    List<Weight> trainable = weights.weights().stream().filter(Weight::trainable).toList();
    Output<?>[] outputs =
        trainable.stream().map(weight -> weights.get(weight).asOutput()).toArray(Output<?>[]::new);
    List<Operand<TFloat32>> gradients = new ArrayList<>();
    for (Output<?> gradient : graph.addGradients(loss.asOutput(), outputs)) {
      gradients.add(floats(gradient));
    }
    Operand<TFloat32> shrink = shrink(tf, gradients);
    for (int i = 0; i < outputs.length; i++) {
      Weight weight = trainable.get(i);
      updates.add(
          tf.train.applyAdam(
              weights.get(weight),
              moment("adam_m.", weight),
              moment("adam_v.", weight),
              power1,
              power2,
              rate,
              tf.constant(BETA1),
              tf.constant(BETA2),
              tf.constant(EPSILON),
              tf.math.mul(gradients.get(i), shrink)));
    }
  }

  @SuppressWarnings("unchecked") // the gradient of a float variable is float
  private static Operand<TFloat32> floats(Output<?> gradient) {
    return (Operand<TFloat32>) gradient;
  }

  /** The factor that brings the norm of all gradients down to the limit. */
  private static Operand<TFloat32> shrink(Ops tf, List<Operand<TFloat32>> gradients) {
    List<Operand<TFloat32>> halfSquares = new ArrayList<>();
    gradients.forEach(gradient -> halfSquares.add(tf.nn.l2Loss(gradient)));
    Operand<TFloat32> norm = tf.math.sqrt(tf.math.mul(tf.math.addN(halfSquares), tf.constant(2f)));
    return tf.math.div(tf.constant(LARGEST_NORM), tf.math.maximum(norm, tf.constant(LARGEST_NORM)));
  }

  private Variable<TFloat32> moment(String prefix, Weight weight) {
    return moments.get(
        new Weight(
            prefix + weight.key(), weight.shape(), Layout.SAME, false, Initializer.constant(0)));
  }

  /** Sets the moments to 0. */
  void initialize(Session session) {
    moments.initialize(session, 0);
  }

  /** Adds one update of every weight to a run. */
  void update(Session.Runner runner, long step, double learningRate, List<Tensor> toClose) {
    Map.of(
            rate, learningRate,
            power1, Math.pow(BETA1, step + 1),
            power2, Math.pow(BETA2, step + 1))
        .forEach(
            (placeholder, value) -> {
              TFloat32 tensor = TFloat32.scalarOf(value.floatValue());
              toClose.add(tensor);
              runner.feed(placeholder, tensor);
            });
    updates.forEach(runner::addTarget);
  }
}

package io.spinexr.workshop.training;

import io.spinexr.inference.layer.Layers;
import java.util.Map;
import org.tensorflow.Operand;
import org.tensorflow.Tensor;
import org.tensorflow.types.TFloat32;

/** What a network is trained for: a loss in the graph, and batches to compute it on. */
public interface Objective {
  /**
   * Builds the network and its loss. Inputs are placeholders named as in {@link #batch}.
   *
   * @return the mean loss of a batch, scalar
   */
  Operand<TFloat32> loss(Layers layers);

  /**
   * The inputs of one training step, by placeholder name. Depends on nothing but the step, so that
   * a resumed training goes on as if it had never stopped. Called from a background thread; the
   * caller closes the tensors.
   */
  Map<String, Tensor> batch(long step);
}

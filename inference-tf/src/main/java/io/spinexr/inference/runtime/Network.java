package io.spinexr.inference.runtime;

import java.util.Map;
import java.util.Set;

/**
 * A network that is ready to run, in whichever runtime: arrays in, arrays out. What it has to take
 * and to answer is the {@link Contract}.
 */
public interface Network extends AutoCloseable {
  /** The input that every network has. */
  String IMAGE = "image";

  /** What it takes, by name. */
  Map<String, TensorType> inputs();

  /** What it answers, by name. */
  Map<String, TensorType> outputs();

  /**
   * Runs once. May be called from several threads at once.
   *
   * @param image for the input {@link #IMAGE}: grey levels [batch, height, width]
   * @param outputs which are wanted; others are neither computed nor copied
   * @return these outputs by name
   * @throws NetworkException if the runtime fails, is not done within the time limit of the {@link
   *     DeviceOptions}, or answers more than {@link Contract#MOST_NUMBERS}; the caller says on
   *     which model
   */
  Map<String, Tensor> run(Tensor.Bytes image, Set<String> outputs);

  /** Frees the network; is called once, while no run is under way. */
  @Override
  void close();
}

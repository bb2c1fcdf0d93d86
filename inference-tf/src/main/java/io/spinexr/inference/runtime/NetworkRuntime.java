package io.spinexr.inference.runtime;

import io.spinexr.inference.folder.ModelException;

/**
 * A program that runs networks, such as TensorFlow. Runtimes are found by {@link
 * java.util.ServiceLoader}: another one is a class on the class path that is named in {@code
 * META-INF/services/io.spinexr.inference.runtime.NetworkRuntime}.
 */
public interface NetworkRuntime {
  /** The file by which its model folders are known, e.g. {@code saved_model.pb}. */
  String file();

  /**
   * Chooses what its networks run on.
   *
   * @throws ModelException if the device is not usable and no other may stand in
   */
  Device choose(DeviceOptions options);
}

package io.spinexr.inference.runtime;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;

/** What a runtime runs its networks on. */
public interface Device {
  /** What really runs, after a fallback. */
  DeviceOptions.Kind kind();

  /** For people, e.g. {@code CPU (TensorFlow 2.18.0)}. */
  String description();

  /**
   * Loads the network of a model folder, whose files are what its manifest says.
   *
   * @throws ModelException one sentence that names the folder, what is wrong and what to do
   */
  Network load(ModelFolder model);
}

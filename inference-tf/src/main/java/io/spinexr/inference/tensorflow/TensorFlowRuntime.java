package io.spinexr.inference.tensorflow;

import io.spinexr.inference.runtime.Device;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.NetworkRuntime;

/** TensorFlow, for model folders that hold a SavedModel. */
public final class TensorFlowRuntime implements NetworkRuntime {
  /** The signature of a SavedModel that is called. */
  public static final String SIGNATURE = "serving_default";

  /** The tag of the graph that is loaded. */
  public static final String TAG = "serve";

  @Override
  public String file() {
    return "saved_model.pb";
  }

  @Override
  public Device choose(DeviceOptions options) {
    return TensorFlowDevice.choose(options);
  }
}

package io.spinexr.inference.tensorflow;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.runtime.Device;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.Network;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.BytePointer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.TensorFlow;
import org.tensorflow.exceptions.TensorFlowException;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.RewriterConfig;

/**
 * The device that was chosen, and how sessions are configured for it.
 *
 * @param config for every session
 * @param timeLimit for one image or batch
 */
public record TensorFlowDevice(
    DeviceOptions.Kind kind, String description, ConfigProto config, Duration timeLimit)
    implements Device {
  private static final Logger LOG = LoggerFactory.getLogger(TensorFlowDevice.class);

  /**
   * Chooses by the options.
   *
   * @throws ModelException if a graphics card is wanted, none is usable and fallback is not allowed
   */
  public static TensorFlowDevice choose(DeviceOptions options) {
    if (options.kind() == DeviceOptions.Kind.CPU) {
      return cpu(options);
    }
    TensorFlowDevice gpu = gpu(options, System.getenv());
    Optional<String> obstacle = obstacle(gpu.config());
    if (obstacle.isEmpty()) {
      return gpu;
    }
    String problem = "GPU %d is wanted, but %s".formatted(options.gpu().index(), obstacle.get());
    if (!options.fallback()) {
      throw new ModelException(
          problem
              + "; check the driver, CUDA and cuDNN and that the build used -Pgpu, or allow the"
              + " fallback to the CPU");
    }
    LOG.warn("{}; the CPU stands in", problem);
    return cpu(options);
  }

  static TensorFlowDevice cpu(DeviceOptions options) {
    return new TensorFlowDevice(
        DeviceOptions.Kind.CPU,
        "CPU (TensorFlow %s)".formatted(TensorFlow.version()),
        common(options).putDeviceCount("GPU", 0).build(),
        options.timeLimit());
  }

  /**
   * @param environment NVIDIA's libraries use TF32 on cards that have it unless it says otherwise
   */
  static TensorFlowDevice gpu(DeviceOptions options, Map<String, String> environment) {
    DeviceOptions.Gpu wanted = options.gpu();
    GPUOptions.Builder gpu =
        GPUOptions.newBuilder()
            .setAllowGrowth(wanted.memoryGrowth())
            .setVisibleDeviceList(Integer.toString(wanted.index()));
    if (wanted.memoryLimit() > 0) {
      gpu.getExperimentalBuilder()
          .addVirtualDevicesBuilder()
          .addMemoryLimitMb(wanted.memoryLimit());
    }
    ConfigProto.Builder config = common(options).setGpuOptions(gpu).setAllowSoftPlacement(true);
    if (wanted.mixedPrecision()) {
      config
          .getGraphOptionsBuilder()
          .getRewriteOptionsBuilder()
          .setAutoMixedPrecision(RewriterConfig.Toggle.ON);
    }
    return new TensorFlowDevice(
        DeviceOptions.Kind.GPU,
        "GPU %d (TensorFlow %s, %s, TF32 %s)"
            .formatted(
                wanted.index(),
                TensorFlow.version(),
                wanted.mixedPrecision() ? "mixed precision" : "single precision",
                "0".equals(environment.get("NVIDIA_TF32_OVERRIDE")) ? "switched off" : "allowed"),
        config.build(),
        options.timeLimit());
  }

  @Override
  public Network load(ModelFolder model) {
    return TensorFlowNetwork.load(model, config, timeLimit);
  }

  private static ConfigProto.Builder common(DeviceOptions options) {
    // An operation takes all cores. Two at a time, for all sessions of the process together: the
    // small operations of one network leave cores to another.
    return ConfigProto.newBuilder()
        .setIntraOpParallelismThreads(options.threads())
        .setInterOpParallelismThreads(2);
  }

  /**
   * Why TensorFlow cannot use the graphics card of a configuration; empty if it can. It is asked
   * with that very configuration, because the first session decides how a process uses the card.
   */
  private static Optional<String> obstacle(ConfigProto config) {
    byte[] bytes = config.toByteArray();
    TF_Status status = TF_Status.newStatus();
    TF_SessionOptions options = TF_SessionOptions.newSessionOptions();
    TF_Graph graph = tensorflow.TF_NewGraph();
    try {
      tensorflow.TF_SetConfig(options, new BytePointer(bytes), bytes.length, status);
      status.throwExceptionIfNotOK();
      TF_Session session = tensorflow.TF_NewSession(graph, options, status);
      status.throwExceptionIfNotOK();
      TF_DeviceList devices = tensorflow.TF_SessionListDevices(session, status);
      boolean found =
          IntStream.range(0, tensorflow.TF_DeviceListCount(devices))
              .mapToObj(i -> tensorflow.TF_DeviceListType(devices, i, status).getString())
              .anyMatch("GPU"::equals);
      tensorflow.TF_DeleteDeviceList(devices);
      tensorflow.TF_DeleteSession(session, status);
      return found ? Optional.empty() : Optional.of("TensorFlow does not find it");
    } catch (TensorFlowException | IllegalArgumentException e) {
      // An index that no card has is an "invalid argument", which is no TensorFlowException.
      return Optional.of("TensorFlow refuses it (%s)".formatted(e.getMessage()));
    } finally {
      tensorflow.TF_DeleteGraph(graph);
    }
  }
}

package io.spinexr.inference;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.TensorFlow;
import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.RewriterConfig;
import org.tensorflow.proto.RewriterConfig.MemOptType;

/**
 * The device that was chosen, and how sessions are configured for it.
 *
 * @param kind what really runs, after a fallback
 * @param description for people, e.g. {@code CPU (TensorFlow 2.18.0)}
 * @param config for every session
 */
public record Device(DeviceOptions.Kind kind, String description, ConfigProto config) {
  private static final Logger LOG = LoggerFactory.getLogger(Device.class);

  /**
   * Chooses by the options and logs the choice.
   *
   * @throws ModelException if a graphics card is wanted, none is usable and fallback is not allowed
   */
  public static Device choose(DeviceOptions options) {
    Device device = find(options);
    LOG.info("networks run on {}", device.description());
    return device;
  }

  private static Device find(DeviceOptions options) {
    if (options.kind() == DeviceOptions.Kind.CPU) {
      return cpu(options);
    }
    List<String> found = graphicsCards();
    if (options.index() < found.size()) {
      GPUOptions gpu =
          GPUOptions.newBuilder()
              .setAllowGrowth(options.memoryGrowth())
              .setVisibleDeviceList(Integer.toString(options.index()))
              .build();
      return new Device(
          DeviceOptions.Kind.GPU,
          "GPU %d (TensorFlow %s)".formatted(options.index(), TensorFlow.version()),
          common(options).setGpuOptions(gpu).setAllowSoftPlacement(true).build());
    }
    String problem =
        "GPU %d is wanted, but TensorFlow finds %d GPUs".formatted(options.index(), found.size());
    if (!options.fallback()) {
      throw new ModelException(
          problem
              + "; check the driver, CUDA and cuDNN and that the build used -Pgpu, or allow the"
              + " fallback to the CPU");
    }
    LOG.warn("{}; the CPU stands in", problem);
    return cpu(options);
  }

  private static Device cpu(DeviceOptions options) {
    return new Device(
        DeviceOptions.Kind.CPU,
        "CPU (TensorFlow %s)".formatted(TensorFlow.version()),
        common(options).putDeviceCount("GPU", 0).build());
  }

  private static ConfigProto.Builder common(DeviceOptions options) {
    // One operation at a time, with all cores: measured fastest for networks of this kind.
    // Its cost model does not know CropAndResize and fills standard error with complaints.
    RewriterConfig rewriting =
        RewriterConfig.newBuilder().setMemoryOptimization(MemOptType.NO_MEM_OPT).build();
    return ConfigProto.newBuilder()
        .setGraphOptions(GraphOptions.newBuilder().setRewriteOptions(rewriting))
        .setIntraOpParallelismThreads(options.threads())
        .setInterOpParallelismThreads(1);
  }

  private static List<String> graphicsCards() {
    TF_Status status = TF_Status.newStatus();
    TF_Graph graph = tensorflow.TF_NewGraph();
    TF_Session session =
        tensorflow.TF_NewSession(graph, TF_SessionOptions.newSessionOptions(), status);
    status.throwExceptionIfNotOK();
    TF_DeviceList devices = tensorflow.TF_SessionListDevices(session, status);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < tensorflow.TF_DeviceListCount(devices); i++) {
      if ("GPU".equals(tensorflow.TF_DeviceListType(devices, i, status).getString())) {
        names.add(tensorflow.TF_DeviceListName(devices, i, status).getString());
      }
    }
    tensorflow.TF_DeleteDeviceList(devices);
    tensorflow.TF_DeleteSession(session, status);
    tensorflow.TF_DeleteGraph(graph);
    return names;
  }
}

package io.spinexr.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.DeviceOptions.Gpu;
import io.spinexr.inference.runtime.DeviceOptions.Kind;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GPUOptions;
import org.tensorflow.proto.RewriterConfig;

class TensorFlowDeviceTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private static TensorFlowDevice gpu(Gpu gpu) {
    return TensorFlowDevice.gpu(new DeviceOptions(Kind.GPU, gpu, false, 3, LIMIT), Map.of());
  }

  @Test
  void usesNoGpuWhenTheCpuIsWanted() {
    ConfigProto config =
        TensorFlowDevice.choose(new DeviceOptions(Kind.CPU, Gpu.DEFAULT, false, 3, LIMIT)).config();
    assertThat(config.getDeviceCountMap()).containsEntry("GPU", 0);
    assertThat(config.getIntraOpParallelismThreads()).isEqualTo(3);
    assertThat(config.getInterOpParallelismThreads()).isEqualTo(2);
    assertThat(config.hasGpuOptions()).isFalse();
    assertThat(config.hasGraphOptions()).isFalse();
  }

  @Test
  void usesTheWholeGpuInSinglePrecisionByDefault() {
    TensorFlowDevice device = gpu(Gpu.DEFAULT);
    GPUOptions options = device.config().getGpuOptions();
    assertThat(device.kind()).isEqualTo(Kind.GPU);
    assertThat(options.getVisibleDeviceList()).isEqualTo("0");
    assertThat(options.getAllowGrowth()).isTrue();
    assertThat(options.getExperimental().getVirtualDevicesList()).isEmpty();
    assertThat(device.config().getAllowSoftPlacement()).isTrue();
    assertThat(device.config().getIntraOpParallelismThreads()).isEqualTo(3);
    assertThat(device.config().hasGraphOptions()).isFalse();
    assertThat(device.description()).startsWith("GPU 0 (").contains("single precision");
  }

  @Test
  void usesOneGpuWithinTheMemoryLimit() {
    GPUOptions options = gpu(new Gpu(2, false, 4096, false)).config().getGpuOptions();
    assertThat(options.getVisibleDeviceList()).isEqualTo("2");
    assertThat(options.getAllowGrowth()).isFalse();
    assertThat(options.getExperimental().getVirtualDevicesCount()).isEqualTo(1);
    assertThat(options.getExperimental().getVirtualDevices(0).getMemoryLimitMbList())
        .containsExactly(4096f);
    // TensorFlow refuses both together.
    assertThat(options.getPerProcessGpuMemoryFraction()).isZero();
  }

  @Test
  void mixesPrecisionsOnlyWhenAsked() {
    TensorFlowDevice device = gpu(new Gpu(0, true, 0, true));
    assertThat(device.config().getGraphOptions().getRewriteOptions().getAutoMixedPrecision())
        .isEqualTo(RewriterConfig.Toggle.ON);
    assertThat(device.description()).contains("mixed precision");
  }

  @Test
  void saysWhetherTf32IsSwitchedOff() {
    DeviceOptions options = DeviceOptions.of(Kind.GPU);
    assertThat(TensorFlowDevice.gpu(options, Map.of()).description()).endsWith("TF32 allowed)");
    assertThat(TensorFlowDevice.gpu(options, Map.of("NVIDIA_TF32_OVERRIDE", "0")).description())
        .endsWith("TF32 switched off)");
  }

  @Test
  void givesTensorFlowAConfigurationThatItReads() {
    try (Graph graph = new Graph();
        Session session = new Session(graph, gpu(new Gpu(0, true, 1024, true)).config())) {
      assertThat(session).isNotNull();
    }
  }

  @Test
  void optionsOfAGpuAreNotForAProcessor() {
    assertThatThrownBy(
            () -> new DeviceOptions(Kind.CPU, new Gpu(0, true, 1024, false), false, 0, LIMIT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("memoryLimit=1024");
    assertThatThrownBy(() -> new Gpu(0, true, -1, false))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aTimeLimitOfNothingIsNone() {
    assertThatThrownBy(() -> new DeviceOptions(Kind.CPU, Gpu.DEFAULT, false, 0, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("time limit");
  }
}

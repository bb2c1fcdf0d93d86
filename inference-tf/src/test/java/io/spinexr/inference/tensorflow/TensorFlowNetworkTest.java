package io.spinexr.inference.tensorflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.Network;
import io.spinexr.inference.runtime.NetworkException;
import io.spinexr.inference.runtime.Tensor;
import io.spinexr.inference.runtime.TensorType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint8;

class TensorFlowNetworkTest {
  private static final Set<String> DETECTIONS = Set.of("boxes", "scores", "classes");

  @TempDir private Path folder;

  @Test
  void answersToTheBitWhatTensorFlowAnswers() throws IOException {
    GrayscaleImage image = TinyModels.noise(72, 96, 1);
    TinyModels.writeDetector(folder, 3);
    Map<String, Tensor> answers;
    try (Network network = load()) {
      answers = network.run(tensor(image), DETECTIONS);
    }

    try (SavedModelBundle bundle = SavedModelBundle.load(folder.toString(), "serve");
        TUint8 input =
            TUint8.tensorOf(Shape.of(1, 96, 72), DataBuffers.of(image.pixels(), true, false));
        Result expected = bundle.function("serving_default").call(Map.of("image", input))) {
      TFloat32 boxes = (TFloat32) expected.get("boxes").orElseThrow();
      TFloat32 scores = (TFloat32) expected.get("scores").orElseThrow();
      TInt32 classes = (TInt32) expected.get("classes").orElseThrow();
      int count = (int) scores.size();
      assertThat(count).isPositive();
      assertThat(answers.get("boxes").shape()).containsExactly(count, 4);
      assertThat(answers.get("scores").shape()).containsExactly(count);
      assertThat(answers.get("classes").shape()).containsExactly(count);
      for (int i = 0; i < count; i++) {
        for (int edge = 0; edge < 4; edge++) {
          assertThat(floats(answers, "boxes")[4 * i + edge]).isEqualTo(boxes.getFloat(i, edge));
        }
        assertThat(floats(answers, "scores")[i]).isEqualTo(scores.getFloat(i));
        assertThat(((Tensor.Ints) answers.get("classes")).values()[i]).isEqualTo(classes.getInt(i));
      }
    }
  }

  @Test
  void givesEachImageOfABatchItsNumberAndOnlyWhatIsWanted() throws IOException {
    TinyModels.writeClassifier(folder, "tiny", 1);
    GrayscaleImage first = TinyModels.noise(64, 64, 1);
    GrayscaleImage second = new GrayscaleImage(64, 64, new byte[64 * 64]);
    byte[] both = new byte[2 * 64 * 64];
    System.arraycopy(first.pixels(), 0, both, 0, 64 * 64);
    try (Network network = load()) {
      Map<String, Tensor> answers =
          network.run(new Tensor.Bytes(List.of(2, 64, 64), both), Set.of("logit"));
      assertThat(answers).containsOnlyKeys("logit");
      Map<Integer, Float> alone = new HashMap<>();
      alone.put(0, floats(network.run(tensor(first), Set.of("logit")), "logit")[0]);
      alone.put(1, floats(network.run(tensor(second), Set.of("logit")), "logit")[0]);
      assertThat(alone.get(0)).isNotEqualTo(alone.get(1));
      assertThat(floats(answers, "logit"))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(alone.get(0), alone.get(1));
    }
  }

  @Test
  void saysWhatItsSignatureSays() throws IOException {
    TinyModels.writeDetector(folder, 3);
    try (Network network = load()) {
      assertThat(network.inputs())
          .containsExactly(
              Map.entry("image", new TensorType("uint8", Optional.of(List.of(-1, -1, -1)))));
      assertThat(network.outputs()).containsOnlyKeys(DETECTIONS);
      assertThat(network.outputs().get("classes").elements()).isEqualTo("int32");
      assertThat(network.outputs().get("boxes").elements()).isEqualTo("float32");
    }
  }

  @Test
  void saysInOneLineWhyItFailed() throws IOException {
    TinyModels.writeDetector(folder, 3);
    try (Network network = load()) {
      Tensor.Bytes twoImages = new Tensor.Bytes(List.of(2, 0, 0), new byte[0]);
      assertThatThrownBy(() -> network.run(twoImages, DETECTIONS))
          .isInstanceOf(NetworkException.class)
          .message()
          .isNotBlank()
          .doesNotContain("\n");
    }
  }

  private Network load() {
    return TensorFlowDevice.choose(DeviceOptions.cpu()).load(ModelFolder.read(folder));
  }

  private static Tensor.Bytes tensor(GrayscaleImage image) {
    return new Tensor.Bytes(List.of(1, image.height(), image.width()), image.pixels());
  }

  private static float[] floats(Map<String, Tensor> answers, String name) {
    return ((Tensor.Floats) answers.get(name)).values();
  }
}

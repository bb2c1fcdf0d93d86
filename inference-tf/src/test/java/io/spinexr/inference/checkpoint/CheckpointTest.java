package io.spinexr.inference.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.inference.ModelException;
import io.spinexr.inference.ReferencePython;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** PyTorch writes the files and says what is in them. */
class CheckpointTest {
  @TempDir static Path folder;
  private static JsonNode expected;

  @BeforeAll
  static void letPyTorchWriteCheckpoints() throws Exception {
    ReferencePython.require("torch");
    expected =
        new ObjectMapper()
            .readTree(
                ReferencePython.run(
                    CheckpointTest.class, "make_checkpoints.py", folder.toString()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip.pth", "bare.pth", "protocol4.pth", "legacy.pth"})
  void readsEveryTensorThatPyTorchWrote(String file) {
    Map<String, CheckpointTensor> tensors = Checkpoint.open(folder.resolve(file)).tensors();
    List<String> names = new ArrayList<>();
    expected.fieldNames().forEachRemaining(names::add);
    assertThat(tensors.keySet()).containsExactlyElementsOf(names);
    tensors.forEach(this::assertEqualToPyTorch);
  }

  @Test
  void readsSafetensors() {
    Map<String, CheckpointTensor> tensors =
        Checkpoint.open(folder.resolve("plain.safetensors")).tensors();
    assertThat(tensors.keySet()).containsExactly("float32", "float16", "int64");
    tensors.forEach(this::assertEqualToPyTorch);
  }

  private void assertEqualToPyTorch(String name, CheckpointTensor tensor) {
    List<Long> shape = new ArrayList<>();
    expected.get(name).get(0).forEach(extent -> shape.add(extent.asLong()));
    assertThat(tensor.shape()).as(name).isEqualTo(shape);
    JsonNode values = expected.get(name).get(1);
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = Float.parseFloat(values.get(i).asText().replace("inf", "Infinity"));
    }
    assertThat(tensor.values()).as(name).isEqualTo(floats);
  }

  @ParameterizedTest
  @ValueSource(strings = {"malicious.pth", "malicious-legacy.pth"})
  void refusesCodeByItsNameAndDoesNotRunIt(String file) {
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve(file)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(file)
        .hasMessageContaining("'posix.system'");
    assertThat(folder.resolve("executed")).doesNotExist();
  }

  @Test
  void saysWhatIsWrongWithOtherFiles() throws IOException {
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("no-checkpoint.pkl")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("not of torch.save");
    Path text = Files.writeString(folder.resolve("text.pth"), "this is no checkpoint at all");
    assertThatThrownBy(() -> Checkpoint.open(text))
        .hasMessageContaining("text.pth is no checkpoint");
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("absent.pth")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("absent.pth");
  }

  @ParameterizedTest
  @ValueSource(strings = {"zip.pth", "legacy.pth", "plain.safetensors"})
  void neverFailsInAnotherWayOnDamagedFiles(String file) throws IOException {
    byte[] good = Files.readAllBytes(folder.resolve(file));
    SplittableRandom random = new SplittableRandom(1);
    Path damaged = folder.resolve("damaged");
    for (int round = 0; round < 1500; round++) {
      byte[] bytes =
          Arrays.copyOf(good, round % 5 == 0 ? random.nextInt(good.length) : good.length);
      for (int change = random.nextInt(8); change >= 0 && bytes.length > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(damaged, bytes);
      try {
        Checkpoint.open(damaged).tensors().values().forEach(CheckpointTensor::values);
      } catch (ModelException refused) {
        assertThat(refused).hasMessageContaining("damaged");
      }
    }
  }
}

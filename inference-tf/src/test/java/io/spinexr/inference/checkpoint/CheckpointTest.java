package io.spinexr.inference.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.inference.ReferencePython;
import io.spinexr.inference.folder.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
import org.junit.jupiter.params.provider.CsvSource;
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
  @ValueSource(
      strings = {
        "zip.pth",
        "bare.pth",
        "protocol4.pth",
        "legacy.pth",
        "named.pth",
        "parallel.pth",
        "compiled.pth"
      })
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
    Path page = Files.writeString(folder.resolve("page.pth"), "<!DOCTYPE html>\n<html>Not found");
    assertThatThrownBy(() -> Checkpoint.open(page))
        .hasMessageContaining("text that begins with \"<!DOCTYPE html>\"");
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve("elsewhere.pth")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no tensors at its top", "only [ema, epoch]");
  }

  @ParameterizedTest
  @CsvSource({
    "other-size.safetensors, tensor w is F16 of [2]",
    "half.safetensors, impossible shape [-1]",
    "twice.safetensors, Duplicate field 'w'",
    "list-as-key.pth, dict key that is no plain value",
    "tensor-as-key.pth, dict key that is no plain value",
    "far-offset.pth, ends outside its storage",
    "compressed.pth, its zip is compressed",
    "long-pickle.pth, its data.pkl has 16777220 bytes",
    "copies.pth, it holds no dict of tensors"
  })
  void refusesFilesThatAreMadeToHarm(String file, String problem) {
    assertThatThrownBy(() -> Checkpoint.open(folder.resolve(file)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(file)
        .hasMessageContaining(problem);
  }

  @Test
  void takesNoMoreWrappersAwayThanThereAre() {
    Map<String, CheckpointTensor> tensors =
        Checkpoint.open(folder.resolve("many-wrappers.pth")).tensors();
    assertThat(tensors).hasSize(1);
    tensors.forEach(
        (name, tensor) -> {
          assertThat(name).startsWith("module.module.").endsWith(".w");
          assertThat(tensor.values()).containsExactly(0, 0);
        });
  }

  @Test
  void noticesAFlippedBitAmongTheWeightsOfAZip() throws IOException {
    byte[] bytes = Files.readAllBytes(folder.resolve("zip.pth"));
    ByteBuffer first =
        ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putFloat(0, -1 + 7f / 8);
    int weight = indexOf(bytes, first.array());
    bytes[weight] ^= 1;
    Path flipped = Files.write(folder.resolve("flipped.pth"), bytes);
    Checkpoint checkpoint = Checkpoint.open(flipped);
    assertThatThrownBy(() -> checkpoint.tensors().get("float32").values())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("CRC-32");
  }

  private static int indexOf(byte[] bytes, byte[] wanted) {
    for (int i = 0; i <= bytes.length - wanted.length; i++) {
      if (Arrays.equals(bytes, i, i + wanted.length, wanted, 0, wanted.length)) {
        return i;
      }
    }
    throw new AssertionError("the bytes are not there");
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

package io.spinexr.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.inference.checkpoint.Checkpoint;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.layer.Initializer;
import io.spinexr.inference.layer.Variables.Layout;
import io.spinexr.inference.layer.Variables.Weight;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.ndarray.Shape;

/** Small checkpoints in the reference's spelling of DenseNet keys. */
class CheckpointImportTest {
  private static final KeyLayout LAYOUT =
      KeyLayout.named("reference")
          .replacing("^backbone\\.block(\\d+)\\.", "features.denseblock$1.")
          .replacing("^backbone\\.", "features.")
          .replacing("^head\\.heads\\.0\\.", "classifier.");

  private static final List<Weight> WEIGHTS =
      List.of(
          weight("features.denseblock1.denselayer1.conv1.weight"),
          weight("features.denseblock1.denselayer1.conv2.weight"),
          weight("features.norm5.running_var"),
          weight("classifier.weight"),
          weight("classifier.bias"));

  @TempDir Path folder;

  private static Weight weight(String key) {
    return new Weight(key, Shape.of(2), Layout.SAME, true, Initializer.constant(0));
  }

  private static Map<String, float[]> complete() {
    Map<String, float[]> tensors = new LinkedHashMap<>();
    tensors.put("backbone.block1.denselayer1.conv1.weight", new float[] {1, 2});
    tensors.put("backbone.block1.denselayer1.conv2.weight", new float[] {3, 4});
    tensors.put("backbone.norm5.running_var", new float[] {5, 6});
    tensors.put("head.heads.0.weight", new float[] {7, 8});
    tensors.put("head.heads.0.bias", new float[] {9, 10});
    return tensors;
  }

  private Map<String, float[]> values(Map<String, float[]> tensors) throws IOException {
    ObjectNode header = new ObjectMapper().createObjectNode();
    ByteBuffer data = ByteBuffer.allocate(8 * tensors.size()).order(ByteOrder.LITTLE_ENDIAN);
    tensors.forEach(
        (key, values) -> {
          ObjectNode entry = header.putObject(key).put("dtype", "F32");
          entry.putArray("shape").add(values.length);
          entry.putArray("data_offsets").add(data.position()).add(data.position() + 8);
          data.putFloat(values[0]).putFloat(values[1]);
        });
    byte[] text = new ObjectMapper().writeValueAsBytes(header);
    Path file = folder.resolve("checkpoint.safetensors");
    Files.write(
        file,
        ByteBuffer.allocate(8 + text.length + data.capacity())
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .put(data.flip())
            .array());
    return CheckpointImport.values(LAYOUT, WEIGHTS, Checkpoint.open(file), share -> {});
  }

  @Test
  void everyWeightFindsItsTensor() throws IOException {
    assertThat(values(complete()))
        .hasSize(5)
        .containsEntry("classifier.bias", new float[] {9, 10})
        .containsEntry("features.norm5.running_var", new float[] {5, 6});
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void aValueThatIsNoNumberIsRefusedByItsTensorsName(float value) {
    Map<String, float[]> tensors = complete();
    tensors.get("backbone.block1.denselayer1.conv2.weight")[1] = value;
    assertThatThrownBy(() -> values(tensors))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("backbone.block1.denselayer1.conv2.weight holds " + value);
  }

  @Test
  void aNegativeVarianceIsRefused() {
    Map<String, float[]> tensors = complete();
    tensors.get("backbone.norm5.running_var")[0] = -1e-3f;
    assertThatThrownBy(() -> values(tensors))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("backbone.norm5.running_var holds the negative variance -0.001");
  }

  @Test
  void missingKeysAreSpelledAsTheCheckpointWouldSpellThem() {
    Map<String, float[]> tensors = complete();
    tensors.remove("head.heads.0.bias");
    tensors.remove("backbone.block1.denselayer1.conv1.weight");
    assertThatThrownBy(() -> values(tensors))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("2 of 5 tensors do not match")
        .hasMessageContaining("missing: head.heads.0.bias [2]")
        .hasMessageContaining("missing: backbone.block1.denselayer1.conv1.weight [2]");
  }

  @Test
  void aMissingKeyWithoutNeighboursKeepsOurName() {
    Map<String, float[]> tensors = complete();
    tensors.remove("head.heads.0.bias");
    tensors.remove("head.heads.0.weight");
    assertThatThrownBy(() -> values(tensors))
        .hasMessageContaining("missing: classifier.bias [2]")
        .hasMessageContaining("missing: classifier.weight [2]");
  }
}

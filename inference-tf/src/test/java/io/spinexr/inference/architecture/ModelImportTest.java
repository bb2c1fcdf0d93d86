package io.spinexr.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.inference.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelImportTest {
  @TempDir Path folder;

  @Test
  void refusesAnchorsThatAreNotTheArchitectures() throws IOException {
    Path checkpoint =
        safeTensors(
            """
            {"proposal_generator.rpn_head.objectness_logits.weight":
               {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]},
             "proposal_generator.anchor_generator.cell_anchors.3":
               {"dtype": "F32", "shape": [3, 4], "data_offsets": [4, 52]}}
            """,
            new float[13]);
    refuses(
        checkpoint,
        Optional.empty(),
        "proposal_generator.anchor_generator.cell_anchors.3: the checkpoint was trained with other"
            + " anchors");
  }

  @Test
  void refusesAWordAboutStridesWhereTheLayoutLeavesNoDoubt() throws IOException {
    Path checkpoint =
        safeTensors(
            """
            {"rpn.head.cls_logits.weight":
               {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}}
            """,
            new float[1]);
    Path overrides = Files.writeString(folder.resolve("overrides.json"), "{\"strideIn1x1\": true}");
    refuses(checkpoint, Optional.of(overrides), "strideIn1x1 is fixed");
  }

  private void refuses(Path checkpoint, Optional<Path> overrides, String reason) {
    Path model = folder.resolve("model");
    assertThatThrownBy(
            () ->
                ModelImport.fromCheckpoint(
                    "faster-rcnn-r50-fpn", checkpoint, overrides, model, share -> {}))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(reason);
    assertThat(model).doesNotExist();
  }

  /** A file in Hugging Face's format: length of the header, header, numbers. */
  private Path safeTensors(String header, float[] numbers) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer file =
        ByteBuffer.allocate(8 + json.length + 4 * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(json.length).put(json);
    file.asFloatBuffer().put(numbers);
    return Files.write(folder.resolve("checkpoint.safetensors"), file.array());
  }
}

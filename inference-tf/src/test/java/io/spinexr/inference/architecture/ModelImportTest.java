package io.spinexr.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.finding.LesionType;
import io.spinexr.inference.folder.ModelException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

  /** Shapes as Detectron2, torchvision, effdet and the reference have them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          faster-rcnn-r50-fpn | rpn.head.cls_logits.weight                           | 2  | roi_heads.box_predictor.cls_score.weight [3, 1024]
          faster-rcnn-r50-fpn | rpn.head.cls_logits.weight                           | 13 | roi_heads.box_predictor.cls_score.weight [14, 1024]
          faster-rcnn-r50-fpn | proposal_generator.rpn_head.objectness_logits.weight | 2  | roi_heads.box_predictor.bbox_pred.weight [8, 1024]
          retinanet-r50-fpn   | head.classification_head.cls_logits.weight           | 2  | is [1], expected [18, 256, 3, 3]
          retinanet-r50-fpn   | head.cls_score.weight                                | 13 | is [1], expected [117, 256, 3, 3]
          sparse-rcnn-r50     | init_proposal_boxes.weight                           | 2  | head.head_series.5.class_logits.weight [2, 256]
          sparse-rcnn-r50     | init_proposal_boxes.weight                           | 13 | head.head_series.5.class_logits.weight [13, 256]
          efficientdet-d0     | fpn.resample.3.conv.conv.weight                      | 2  | class_net.predict.conv_pw.weight [18, 64, 1, 1]
          """)
  void aDetectorHasAsManyClassesAsItHasLabels(
      String architecture, String marker, int labels, String expected) throws IOException {
    Path checkpoint =
        safeTensors(
            "{\"%s\": {\"dtype\": \"F32\", \"shape\": [1], \"data_offsets\": [0, 4]}}"
                .formatted(marker),
            new float[1]);
    String codes =
        Arrays.stream(LesionType.values())
            .limit(labels)
            .map(type -> '"' + type.code() + '"')
            .collect(Collectors.joining(", "));
    Path overrides =
        Files.writeString(folder.resolve("overrides.json"), "{\"labels\": [%s]}".formatted(codes));
    refuses(architecture, checkpoint, Optional.of(overrides), expected);
  }

  private void refuses(Path checkpoint, Optional<Path> overrides, String reason) {
    refuses("faster-rcnn-r50-fpn", checkpoint, overrides, reason);
  }

  private void refuses(
      String architecture, Path checkpoint, Optional<Path> overrides, String reason) {
    Path model = folder.resolve("model");
    assertThatThrownBy(
            () ->
                ModelImport.fromCheckpoint(architecture, checkpoint, overrides, model, share -> {}))
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

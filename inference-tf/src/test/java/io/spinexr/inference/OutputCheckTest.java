package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.layer.SavedModelExport;
import io.spinexr.inference.runtime.DeviceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Operand;
import org.tensorflow.op.Ops;
import org.tensorflow.types.TFloat32;

/** Networks whose outputs have the right names and types, and the wrong meaning. */
class OutputCheckTest {
  private static final int[] AS_IT_IS = {0, 1, 2, 3};
  private static final int[] AXES_SWAPPED = {1, 0, 3, 2};

  @TempDir private Path folder;

  @Test
  void findsNothingStrangeInBoxesAsTheyShouldBe() throws IOException {
    write(lesions(), AS_IT_IS, true, 1);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void takesBoxesThatReachALittleBeyondTheImage() throws IOException {
    write(
        Arrays.stream(lesions())
            .map(box -> new float[] {box[0] - 0.05f, box[1], box[2] + 0.05f, box[3] + 0.05f})
            .toArray(float[][]::new),
        AS_IT_IS,
        true,
        1);
    assertThat(warnings()).isEmpty();
  }

  @Test
  void namesTheOrderThatBoxesLookLike() throws IOException {
    write(lesions(), AXES_SWAPPED, true, 1);
    refused("boxes look like yxyx [yMin, xMin, yMax, xMax]: as [xMin, yMin, xMax, yMax]");
    write(
        lesions(box -> new float[] {box[0], box[1], box[2] - box[0], box[3] - box[1]}),
        AS_IT_IS,
        true,
        1);
    refused("boxes look like xywh [x, y, width, height]");
    write(
        lesions(
            box ->
                new float[] {
                  (box[0] + box[2]) / 2, (box[1] + box[3]) / 2, box[2] - box[0], box[3] - box[1]
                }),
        AS_IT_IS,
        true,
        1);
    refused("boxes look like cxcywh [centre x, centre y, width, height]");
  }

  @Test
  void namesBoxesInAnotherUnit() throws IOException {
    write(lesions(), AS_IT_IS, false, 1);
    refused("boxes look like 0..1: all 54 of the detector");
    write(
        lesions(box -> new float[] {9 * box[0], 9 * box[1], 9 * box[2], 9 * box[3]}),
        AS_IT_IS,
        true,
        1);
    refused("boxes look like another unit");
  }

  @Test
  void countsWhatWouldBeDropped() throws IOException {
    float[][] boxes = Arrays.copyOf(lesions(), 18 + 4);
    boxes[18] = new float[] {1.2f, 0.1f, 1.4f, 0.3f};
    boxes[19] = new float[] {0.1f, 0.5f, 0.3f, 0.2f};
    boxes[20] = new float[4];
    boxes[21] = new float[4];
    write(boxes, AS_IT_IS, true, 1);
    assertThat(warnings())
        .containsExactly(
            "of 66 boxes on images of noise these would be dropped: 3 outside the image, 3 whose"
                + " edges are the wrong way round, 6 without area",
            "it answers 22 boxes on one image, of which the best 20 would be kept (maxDetections)");
  }

  @Test
  void countsBoxesThatFailTheirImage() throws IOException {
    float[][] boxes = lesions();
    boxes[3][2] = Float.NaN;
    boxes[4][0] = Float.NEGATIVE_INFINITY;
    write(boxes, AS_IT_IS, true, 1);
    refused("6 of 54 boxes of the detector in " + folder + " are not finite");
    write(lesions(), AS_IT_IS, true, 7);
    refused("54 of 54 boxes");
    refused("have a class that is none of the 7 labels");
  }

  @Test
  void saysThatItHasSeenNothing() throws IOException {
    write(new float[2][4], AS_IT_IS, true, 1);
    assertThat(warnings()).singleElement().asString().startsWith("it finds nothing");
  }

  @Test
  void refusesALogitThatIsNotTheProbabilitys() throws IOException {
    writeClassifier(1);
    assertThatCode(this::warnings).doesNotThrowAnyException();
    writeClassifier(-1);
    refused("whose sigmoid is 0.8176, but the probability 0.1824");
  }

  /** Its logit is 1.5, its probability that of the logit times a factor. */
  private void writeClassifier(float factor) throws IOException {
    clear();
    SavedModelExport.write(
        folder,
        (layers, image) -> {
          Ops tf = layers.tf();
          Operand<TFloat32> logit = tf.constant(new float[] {1.5f});
          return Map.of(
              "logit",
              logit,
              "probability",
              tf.math.sigmoid(tf.math.mul(logit, tf.constant(factor))));
        },
        Map.of());
    ModelFiles.write(
        folder, ModelFiles.MANIFEST, TinyModels.classifierManifest(folder, "constant"));
  }

  /**
   * A detector that answers the same boxes on every image.
   *
   * @param boxes in parts of the image's width and height
   * @param order of the numbers that are answered, by their index in xMin, yMin, xMax, yMax
   * @param pixels whether they are multiplied by width and height
   */
  private void write(float[][] boxes, int[] order, boolean pixels, int type) throws IOException {
    clear();
    float[] scores = new float[boxes.length];
    Arrays.fill(scores, 0.5f);
    int[] classes = new int[boxes.length];
    Arrays.fill(classes, type);
    TinyModels.writeDetector(
        folder,
        (layers, image) -> {
          Ops tf = layers.tf();
          Operand<TFloat32> size =
              tf.gather(
                  tf.dtypes.cast(tf.shape(image), TFloat32.class),
                  tf.constant(new int[] {2, 1, 2, 1}),
                  tf.constant(0));
          Operand<TFloat32> parts = tf.constant(boxes);
          Operand<TFloat32> answered = pixels ? tf.math.mul(parts, size) : parts;
          return Map.of(
              "boxes",
              tf.gather(answered, tf.constant(order), tf.constant(1)),
              "scores",
              tf.constant(scores),
              "classes",
              tf.constant(classes));
        },
        Map.of());
  }

  private void clear() throws IOException {
    ModelFiles.delete(folder);
  }

  private static float[][] lesions(UnaryOperator<float[]> change) {
    return Arrays.stream(lesions()).map(change).toArray(float[][]::new);
  }

  /** 18 boxes all over the image, in parts of its width and height. */
  private static float[][] lesions() {
    SplittableRandom random = new SplittableRandom(1);
    float[][] boxes = new float[18][];
    for (int i = 0; i < boxes.length; i++) {
      float x = 0.8f * (i % 3) / 2;
      float y = 0.8f * (i / 3) / 5;
      boxes[i] =
          new float[] {
            x, y, x + 0.1f + 0.1f * random.nextFloat(), y + 0.1f + 0.1f * random.nextFloat()
          };
    }
    return boxes;
  }

  private List<String> warnings() {
    try (Model model = Model.load(folder, DeviceOptions.cpu())) {
      return OutputCheck.of(model);
    }
  }

  private void refused(String problem) {
    assertThatThrownBy(this::warnings)
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(problem);
  }
}

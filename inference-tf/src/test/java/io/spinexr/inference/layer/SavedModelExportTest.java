package io.spinexr.inference.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.TinyModels;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

class SavedModelExportTest {
  private static final GrayscaleImage IMAGE = TinyModels.noise(75, 110, 4);

  @TempDir private Path folder;

  @Test
  void reloadedClassifierAnswersAsBefore() {
    assertReloadedAnswers(TinyModels.denseNet(), List.of("logit", "probability"));
  }

  @Test
  void reloadedDetectorAnswersAsBefore() {
    assertReloadedAnswers(TinyModels.retinaNet(), List.of("boxes", "scores"));
  }

  @Test
  void namesWeightsThatAreMissingOrUnknown() {
    SavedModelExport.Network network = TinyModels.denseNet();
    Map<String, float[]> weights = new HashMap<>(TinyModels.untrained(network, 1));
    weights.put("features.extra", new float[1]);
    assertThatThrownBy(() -> SavedModelExport.write(folder, network, weights))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("features.extra");
    weights.remove("features.extra");
    weights.remove("classifier.bias");
    assertThatThrownBy(() -> SavedModelExport.write(folder, network, weights))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("classifier.bias");
  }

  @Test
  void theSameWeightsMakeTheSameFiles() {
    SavedModelExport.Network network = TinyModels.retinaNet();
    Map<String, float[]> weights = TinyModels.untrained(network, 1);
    SavedModelExport.write(folder.resolve("a"), network, weights);
    SavedModelExport.write(folder.resolve("b"), network, weights);
    assertThat(ModelFiles.hashes(folder.resolve("a")))
        .isEqualTo(ModelFiles.hashes(folder.resolve("b")));
  }

  private void assertReloadedAnswers(SavedModelExport.Network network, List<String> outputs) {
    Map<String, float[]> weights = TinyModels.untrained(network, 9);
    SavedModelExport.write(folder, network, weights);
    try (Tensor image =
            TUint8.tensorOf(
                Shape.of(1, IMAGE.height(), IMAGE.width()), DataBuffers.of(IMAGE.pixels()));
        Graph graph = new Graph();
        Session session = new Session(graph);
        SavedModelBundle reloaded = SavedModelBundle.load(folder.toString(), "serve")) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf);
      Placeholder<TUint8> input =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1)));
      Map<String, Operand<?>> operands =
          network.outputs(new Layers(tf, variables, Layers.Mode.INFERENCE), input);
      variables.assign(session, weights);
      try (Result after = reloaded.call(Map.of("image", image))) {
        for (String name : outputs) {
          try (Result before =
              session.runner().feed(input, image).fetch(operands.get(name)).run()) {
            float[] expected = floats(before.get(0));
            assertThat(expected).as(name).isNotEmpty();
            assertThat(floats(after.get(name).orElseThrow())).as(name).isEqualTo(expected);
          }
        }
      }
    }
  }

  private static float[] floats(Tensor tensor) {
    float[] values = new float[(int) tensor.shape().size()];
    ((TFloat32) tensor).copyTo(DataBuffers.of(values, false, false));
    return values;
  }
}

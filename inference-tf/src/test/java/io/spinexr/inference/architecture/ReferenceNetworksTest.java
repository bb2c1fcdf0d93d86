package io.spinexr.inference.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.ReferencePython;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.checkpoint.Checkpoint;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.PillowResize;
import io.spinexr.inference.layer.Layers;
import io.spinexr.inference.layer.Normalization;
import io.spinexr.inference.layer.Variables;
import io.spinexr.inference.network.ResNet;
import io.spinexr.inference.network.SparseRcnn;
import io.spinexr.inference.runtime.DeviceOptions;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TUint8;

/**
 * Our networks against recorded outputs of the reference implementation, on checkpoints in its
 * layout.
 */
class ReferenceNetworksTest {
  @TempDir static Path folder;
  private static JsonNode reference;

  @BeforeAll
  static void makeCheckpointsAndImages() throws Exception {
    ReferencePython.require("torch");
    ReferencePython.run(
        ReferenceNetworksTest.class, "reference_inputs.py", "all", folder.toString());
    reference =
        new ObjectMapper()
            .readTree(ReferenceNetworksTest.class.getResourceAsStream("reference_networks.json"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"densenet121", "densenet169", "densenet201"})
  void classifiersAgreeWithTheReference(String name) throws IOException {
    Path model = imported(name);
    try (Model loaded = Model.load(model, DeviceOptions.cpu())) {
      for (JsonNode expected : reference.get(name).get("images")) {
        GrayscaleImage image = image(expected);
        assertThat(mean(PillowResize.resize(image, 224, 224)))
            .isCloseTo(expected.get("resized_mean").asDouble(), within(1e-9));
        ModelOutput output = ModelOutput.of(loaded, image);
        boolean resized = image.width() != 224 || image.height() != 224;
        assertThat(output.logit())
            .isCloseTo(expected.get("logit").asDouble(), within(resized ? 1e-3 : 1e-4));
        assertThat(output.probability())
            .isCloseTo(expected.get("probability").asDouble(), within(resized ? 2e-4 : 1e-5));
      }
    }
  }

  @Test
  void sparseRcnnDetectsWhatTheReferenceDetects() throws IOException {
    Path model = imported("sparse-rcnn-r50");
    try (Model loaded = Model.load(model, DeviceOptions.cpu())) {
      for (JsonNode expected : reference.get("sparse-rcnn-r50").get("images")) {
        same(ModelOutput.of(loaded, image(expected)), detections(expected));
      }
      assertThat(SelfCheck.verify(loaded).unmatched()).isZero();
    }
  }

  /** The recorded images cannot show errors of other sizes; PyTorch computes those here. */
  @Test
  void sparseRcnnDetectsOnOtherSizesWhatPyTorchDetects() throws Exception {
    JsonNode recorded = reference.get("sparse-rcnn-r50").get("images");
    List<String> arguments = new ArrayList<>(List.of(folder.toString()));
    recorded.forEach(image -> arguments.add(image.get("seed").asText()));
    JsonNode computed =
        ReferencePython.json(
            ReferenceNetworksTest.class,
            "sparse_rcnn_reference.py",
            arguments.toArray(String[]::new));
    for (JsonNode image : recorded) {
      JsonNode theirs = computed.get(image.get("seed").asText());
      same(ReferenceOutputs.output(theirs), detections(image));
    }
    Path overrides =
        Files.writeString(
            folder.resolve("size.json"),
            """
            {"inputSize": {"rule": "shortest-edge", "shortest": 300, "longest": 450}}
            """);
    Path model = imported("sparse-rcnn-r50", "smaller", Optional.of(overrides));
    try (Model loaded = Model.load(model, DeviceOptions.cpu())) {
      for (String name : List.of("portrait", "landscape")) {
        GrayscaleImage image = read(folder.resolve(name + ".png"));
        assertThat(computed.get(name).get("scores")).hasSizeGreaterThan(50);
        same(ModelOutput.of(loaded, image), computed.get(name));
      }
    }
  }

  private static void same(ModelOutput ours, JsonNode theirs) throws IOException {
    ReferenceOutputs.assertSame(ours, theirs, new Tolerance(0, 1e-3, 0.5));
  }

  private static JsonNode detections(JsonNode image) {
    ObjectNode detections = new ObjectMapper().createObjectNode();
    List.of("boxes", "scores", "labels").forEach(field -> detections.set(field, image.get(field)));
    return detections;
  }

  @Test
  void sparseRcnnComputesTheReferencesPyramidAndHeads() throws IOException {
    try (Graph graph = new Graph();
        Session session = new Session(graph)) {
      Ops tf = Ops.create(graph);
      Variables variables = new Variables(tf);
      Placeholder<TUint8> input =
          tf.placeholder(TUint8.class, Placeholder.shape(Shape.of(-1, -1, -1)));
      SparseRcnn.Outputs outputs =
          SparseRcnn.of(ResNet.resnet50(), 7)
              .outputs(
                  new Layers(tf, variables, Layers.Mode.INFERENCE),
                  Normalization.detectron2().apply(tf, input));
      Architecture architecture =
          Architecture.all().stream()
              .filter(a -> a.name().equals("sparse-rcnn-r50"))
              .findFirst()
              .orElseThrow();
      variables.assign(
          session,
          CheckpointImport.values(
              architecture.layout(),
              variables.weights(),
              Checkpoint.open(folder.resolve("sparse-rcnn-r50.pth")),
              share -> {}));
      for (JsonNode expected : reference.get("sparse-rcnn-r50").get("images")) {
        compareStages(session, input, outputs, expected);
      }
    }
  }

  private static void compareStages(
      Session session, Placeholder<TUint8> input, SparseRcnn.Outputs outputs, JsonNode expected)
      throws IOException {
    List<String> names = new ArrayList<>();
    List<Operand<TFloat32>> operands = new ArrayList<>();
    for (int i = 0; i < outputs.levels().size(); i++) {
      names.add("p" + (i + 2));
      operands.add(outputs.levels().get(i));
    }
    for (int i = 0; i < outputs.heads().size(); i++) {
      names.add("head%d.logits".formatted(i));
      operands.add(outputs.heads().get(i).logits());
      names.add("head%d.boxes".formatted(i));
      operands.add(outputs.heads().get(i).boxes());
    }
    GrayscaleImage resized = new InputSize.ShortestEdge(800, 1333).resize(image(expected));
    assertThat(List.of(resized.height(), resized.width()))
        .isEqualTo(
            List.of(
                expected.get("resized").get(0).asInt(), expected.get("resized").get(1).asInt()));
    assertThat(mean(resized)).isCloseTo(expected.get("resized_mean").asDouble(), within(1e-9));
    Session.Runner runner = session.runner();
    operands.forEach(runner::fetch);
    Shape shape = Shape.of(1, resized.height(), resized.width());
    try (TUint8 tensor = TUint8.tensorOf(shape, DataBuffers.of(resized.pixels(), true, false));
        Result result = runner.feed(input, tensor).run()) {
      for (int i = 0; i < names.size(); i++) {
        JsonNode stage = expected.get("stages").get(names.get(i));
        TFloat32 actual = (TFloat32) result.get(i);
        double tolerance = 1e-3 * stage.get("std").asDouble();
        for (int sample = 0; sample < stage.get("at").size(); sample++) {
          assertThat((double) at(actual, stage, stage.get("at").get(sample).asLong()))
              .as("%s at %s", names.get(i), stage.get("at").get(sample))
              .isCloseTo(stage.get("values").get(sample).asDouble(), within(tolerance));
        }
      }
    }
  }

  /** Reads a flat index of PyTorch's [1, channels, height, width] or [1, proposals, values]. */
  private static float at(TFloat32 actual, JsonNode stage, long flat) {
    long[] extents =
        StreamSupport.stream(stage.get("shape").spliterator(), false)
            .mapToLong(JsonNode::asLong)
            .toArray();
    long[] index = new long[extents.length];
    for (int axis = extents.length - 1; axis >= 0; axis--) {
      index[axis] = flat % extents[axis];
      flat /= extents[axis];
    }
    return extents.length == 4
        ? actual.getFloat(0, index[2], index[3], index[1])
        : actual.getFloat(index[1], index[2]);
  }

  private static Path imported(String name) {
    return imported(name, name, Optional.empty());
  }

  private static Path imported(String architecture, String name, Optional<Path> overrides) {
    Path model = folder.resolve("models").resolve(name);
    ModelImport.fromCheckpoint(
        architecture, folder.resolve(architecture + ".pth"), overrides, model, share -> {});
    assertThat(model.resolve(ModelFiles.MANIFEST)).exists();
    return model;
  }

  private static GrayscaleImage image(JsonNode expected) throws IOException {
    return read(folder.resolve(expected.get("seed").asText() + ".png"));
  }

  static GrayscaleImage read(Path png) throws IOException {
    BufferedImage image = ImageIO.read(png.toFile());
    byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    return new GrayscaleImage(image.getWidth(), image.getHeight(), pixels);
  }

  private static double mean(GrayscaleImage image) {
    return IntStream.range(0, image.pixels().length)
        .mapToDouble(i -> image.pixels()[i] & 0xFF)
        .average()
        .orElseThrow();
  }
}

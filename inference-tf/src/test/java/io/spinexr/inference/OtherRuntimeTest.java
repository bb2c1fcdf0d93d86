package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.PlainRuntime;
import io.spinexr.inference.runtime.PlainRuntime.Behaviour;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Networks that another runtime than TensorFlow runs. */
class OtherRuntimeTest {
  @TempDir private Path folder;

  @BeforeEach
  void writeSet() throws IOException {
    Files.writeString(
        folder.resolve(ModelFiles.SET_MANIFEST),
        """
        {"name": "plain", "version": "1", "classifiers": ["a", "b"], "mean": "logit",
         "threshold": 0.4, "detector": "detector"}
        """);
    replace("a", Behaviour.SOUND);
    replace("b", Behaviour.SOUND);
    PlainRuntime.writeDetector(
        folder.resolve("detector"),
        List.of("fracture", "osteophytes", "foreign-body", "ankylosis"));
  }

  private void replace(String classifier, Behaviour behaviour) throws IOException {
    Path model = folder.resolve(classifier);
    PlainRuntime.writeClassifier(model, "plain-" + classifier, behaviour);
  }

  @Test
  void classifiesAndDetectsWithoutTensorFlow() {
    try (ModelRepository models = open(Batching.DEFAULT, new ConcurrentLinkedQueue<>())) {
      assertThat(models.device()).isEqualTo("plain Java");
      models.warmUp();
      Classification classification = models.classifier().classify(gray(3, 50));
      assertThat(classification.logit()).isCloseTo(3, offset(1e-6));
      assertThat(classification.perModel().keySet()).containsExactly("plain-a", "plain-b");
      // The image is twice as large as the network's input.
      assertThat(models.detector().detect(gray(0, 320)))
          .containsExactly(
              new Finding(LesionType.FRACTURE, new BoundingBox(20, 0, 60, 16), 1),
              new Finding(LesionType.OSTEOPHYTES, new BoundingBox(20, 20, 60, 36), 0.75),
              new Finding(LesionType.FOREIGN_BODY, new BoundingBox(20, 40, 60, 56), 0.5),
              new Finding(LesionType.ANKYLOSIS, new BoundingBox(20, 60, 60, 76), 0.25));
    }
  }

  @Test
  void eachImageOfABatchGetsItsOwnAnswer() throws Exception {
    ConcurrentLinkedQueue<Integer> batches = new ConcurrentLinkedQueue<>();
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (ModelRepository models = open(new Batching(8, Duration.ofSeconds(1)), batches)) {
      for (int round = 0; round < 100 && batches.stream().allMatch(size -> size == 1); round++) {
        List<Callable<Classification>> calls =
            IntStream.range(0, 13)
                .<Callable<Classification>>mapToObj(
                    i -> () -> models.classifier().classify(gray(i, 50)))
                .toList();
        List<Future<Classification>> answers = threads.invokeAll(calls);
        for (int i = 0; i < answers.size(); i++) {
          assertThat(answers.get(i).get().logit()).isCloseTo(i, offset(1e-1));
        }
      }
      assertThat(batches).anyMatch(size -> size > 1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void worksInOneSetWithTensorFlow() throws IOException {
    ModelFiles.delete(folder.resolve("b"));
    TinyModels.writeClassifier(folder.resolve("b"), "tiny-b", 2);
    try (ModelRepository models = open(Batching.NONE, new ConcurrentLinkedQueue<>())) {
      assertThat(models.device()).startsWith("plain Java, CPU (TensorFlow ");
      assertThat(models.classifier().classify(gray(0, 50)).perModel())
          .containsOnlyKeys("plain-a", "tiny-b")
          .containsEntry("plain-a", 0.5);
    }
  }

  @Test
  void namesTheModelWhoseRuntimeFails() throws IOException {
    replace("b", Behaviour.FAILING);
    answers("the model in %s failed on 1 images of 64 x 64 pixels: no more memory");
    replace("b", Behaviour.TALKATIVE);
    answers(
        "the model in %s failed on 1 images of 64 x 64 pixels: output \"probability\" must have the"
            + " shape [1], but has [2]");
  }

  private void answers(String problem) {
    try (ModelRepository models = open(Batching.NONE, new ConcurrentLinkedQueue<>())) {
      assertThatThrownBy(() -> models.classifier().classify(gray(0, 50)))
          .isInstanceOf(ModelException.class)
          .hasMessage(problem.formatted(folder.resolve("b")));
    }
  }

  @Test
  void refusesANetworkThatDoesNotKeepTheContract() throws IOException {
    replace("b", Behaviour.SILENT);
    refused("the network in %s has no output \"probability\"; ");
  }

  @Test
  void refusesAModelThatNoRuntimeKnows() throws IOException {
    Path b = folder.resolve("b");
    Files.move(b.resolve("network.txt"), b.resolve("network.other"));
    ModelFiles.write(b, ModelFiles.MANIFEST, TinyModels.classifierManifest(b, "plain-b"));
    refused(
        "model folder %s must have exactly one of the files [network.txt, saved_model.pb], which"
            + " say what runs it, but has []");
  }

  @Test
  void refusesAModelThatTwoRuntimesKnow() throws IOException {
    Path b = folder.resolve("b");
    Files.writeString(b.resolve("saved_model.pb"), "");
    ModelFiles.write(b, ModelFiles.MANIFEST, TinyModels.classifierManifest(b, "plain-b"));
    refused("model folder %s must have exactly one of the files ");
    refused(", but has [network.txt, saved_model.pb]; ");
  }

  private void refused(String problem) {
    assertThatThrownBy(() -> open(Batching.NONE, new ConcurrentLinkedQueue<>()).close())
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(problem.formatted(folder.resolve("b")));
  }

  private ModelRepository open(Batching batching, ConcurrentLinkedQueue<Integer> batches) {
    return ModelRepository.open(
        ModelSetFolder.read(folder), DeviceOptions.cpu(), batching, batches::add);
  }

  private static GrayscaleImage gray(int level, int edge) {
    byte[] pixels = new byte[edge * edge];
    Arrays.fill(pixels, (byte) level);
    return new GrayscaleImage(edge, edge, pixels);
  }
}

package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.runtime.DeviceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BatchedClassifierTest {
  private static final int CALLERS = 12;
  private static final double ROUNDING = 1e-5;

  @TempDir private Path folder;

  private final List<Model> members = new ArrayList<>();
  private final List<Integer> sizes = Collections.synchronizedList(new ArrayList<>());
  private final List<GrayscaleImage> images = new ArrayList<>();
  private final ExecutorService threads = Executors.newFixedThreadPool(CALLERS);

  @BeforeEach
  void writeModels() throws IOException {
    TinyModels.writeClassifier(folder.resolve("a"), "tiny-a", 1);
    TinyModels.writeClassifier(folder.resolve("b"), "tiny-b", 2);
    for (int i = 0; i < CALLERS; i++) {
      images.add(stripes(60 + 5 * i, 90 - i, i));
    }
  }

  private static GrayscaleImage stripes(int width, int height, int number) {
    byte[] pixels = new byte[width * height];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (128 + 10 * number * Math.sin(i % width * 0.1 * (number + 1)));
    }
    return new GrayscaleImage(width, height, pixels);
  }

  private void load() {
    for (String name : List.of("a", "b")) {
      members.add(Model.load(folder.resolve(name), DeviceOptions.cpu()));
    }
  }

  @AfterEach
  void close() {
    threads.shutdownNow();
    members.forEach(Model::close);
  }

  private Classifier batched() {
    return new Classifier(
        members,
        Mean.LOGIT,
        new CalibrationMap.Unchanged(),
        new Batching(5, Duration.ofMillis(20)),
        sizes::add);
  }

  private static void assertSame(Classification actual, Classification expected) {
    assertThat(actual.logit()).isCloseTo(expected.logit(), offset(ROUNDING));
    assertThat(actual.perModel()).containsOnlyKeys(expected.perModel().keySet());
    expected
        .perModel()
        .forEach(
            (model, probability) ->
                assertThat(actual.perModel().get(model)).isCloseTo(probability, offset(ROUNDING)));
  }

  @Test
  void eachCallerGetsWhatItsImageGetsAlone() throws Exception {
    load();
    Classifier single = new Classifier(members, Mean.LOGIT);
    List<Classification> alone = images.stream().map(single::classify).toList();
    // Otherwise a caller who got another's output would not be noticed.
    List<Double> logits = alone.stream().map(Classification::logit).sorted().toList();
    for (int i = 1; i < CALLERS; i++) {
      assertThat(logits.get(i) - logits.get(i - 1)).isGreaterThan(10 * ROUNDING);
    }

    Classifier classifier = batched();
    List<Callable<Void>> callers = new ArrayList<>();
    for (int seed = 0; seed < CALLERS; seed++) {
      List<Integer> order = new ArrayList<>(IntStream.range(0, CALLERS).boxed().toList());
      Collections.shuffle(order, new Random(seed));
      callers.add(
          () -> {
            order.forEach(i -> assertSame(classifier.classify(images.get(i)), alone.get(i)));
            return null;
          });
    }
    for (Future<Void> caller : threads.invokeAll(callers)) {
      caller.get();
    }
    assertThat(sizes.stream().mapToInt(size -> size).sum()).isEqualTo(CALLERS * CALLERS);
    assertThat(sizes).allSatisfy(size -> assertThat(size).isBetween(1, 5));
    assertThat(sizes).anySatisfy(size -> assertThat(size).isGreaterThan(1));
  }

  @Test
  void aMemberThatKeepsAspectRatiosTakesEachImageAlone() throws Exception {
    Path b = folder.resolve("b");
    InputSize various = new InputSize.ShortestEdge(48, 96);
    ModelFiles.write(b, ModelFiles.MANIFEST, TinyModels.classifierManifest(b, "tiny-b", various));
    eachCallerGetsWhatItsImageGetsAlone();
  }

  @Test
  void eachMemberSeesTheImageInItsOwnSize() {
    Path b = folder.resolve("b");
    InputSize other = new InputSize.Fixed(48, 32);
    ModelFiles.write(b, ModelFiles.MANIFEST, TinyModels.classifierManifest(b, "tiny-b", other));
    load();
    GrayscaleImage image = images.get(3);
    Classification together = new Classifier(members, Mean.LOGIT).classify(image);
    for (Model member : members) {
      double alone = ModelOutput.of(member, image).probability();
      assertThat(together.perModel().get(member.manifest().name())).isEqualTo(alone);
    }
  }

  @Test
  void closingRefusesEveryCallerWhoWaits() throws Exception {
    load();
    Classifier classifier = batched();
    List<Future<?>> callers = new ArrayList<>();
    for (GrayscaleImage image : images) {
      callers.add(
          threads.submit(
              () -> {
                while (true) {
                  classifier.classify(image);
                }
              }));
    }
    while (sizes.size() < 3) {
      Thread.onSpinWait();
    }
    members.forEach(Model::close);
    for (Future<?> caller : callers) {
      assertThatThrownBy(caller::get)
          .hasCauseInstanceOf(ModelException.class)
          .hasMessageContaining("is closed");
    }
  }
}

package io.spinexr.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import io.spinexr.finding.ModelVersion;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelManifest.Limits;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.folder.TinyModels;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.study.SpineRegion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageCheckTest {
  private static final GrayscaleImage IMAGE = TinyModels.noise(50, 70, 5);

  @TempDir private Path folder;

  @BeforeEach
  void writeSet() throws IOException {
    TinyModels.writeSet(folder, Mean.LOGIT);
  }

  private void name(String check) throws IOException {
    Path manifest = folder.resolve(ModelFiles.SET_MANIFEST);
    Files.writeString(
        manifest,
        Files.readString(manifest)
            .replace("\"name\" :", "\"imageCheck\" : \"%s\",\n  \"name\" :".formatted(check)));
  }

  @Test
  void isAMemberLikeTheOthers() throws IOException {
    TinyModels.writeImageCheck(folder.resolve("check"), 7, 1);
    name("check");

    try (ModelRepository models = ModelRepository.open(folder, DeviceOptions.cpu())) {
      models.warmUp();
      ImageCheck check = models.imageCheck().orElseThrow();
      assertThat(check.limits()).isEqualTo(new Limits(0.5, 20, 0.9, 0.95));
      assertThat(check.regions()).containsExactly(SpineRegion.CERVICAL, SpineRegion.LUMBAR);
      CheckedImage said = check.check(IMAGE);
      for (List<Double> all : List.of(said.orientation(), said.region(), said.view())) {
        assertThat(all.stream().mapToDouble(Double::doubleValue).sum()).isCloseTo(1, offset(1e-5));
      }
      assertThat(said.orientation()).hasSize(4);
      assertThat(said.region()).hasSize(2);
      assertThat(said.view()).hasSize(2);
      assertThat(models.modelSet().models()).extracting(ModelVersion::task).contains("image-check");
      assertThat(models.modelSet().checksImages()).isTrue();
      assertThat(models.set().modelCards()).hasSize(4);
    }
  }

  @Test
  void isNotMissedByASetWithoutOne() {
    try (ModelRepository models = ModelRepository.open(folder, DeviceOptions.cpu())) {
      assertThat(models.imageCheck()).isEmpty();
      assertThat(models.modelSet().models()).hasSize(3);
      assertThat(models.modelSet().checksImages()).isFalse();
    }
  }

  @Test
  void distanceGrowsWithTheRootOfThePrecision() throws IOException {
    TinyModels.writeImageCheck(folder.resolve("once"), 7, 1);
    TinyModels.writeImageCheck(folder.resolve("nine"), 7, 9);

    double once = distance("once");
    assertThat(once).isPositive();
    assertThat(distance("nine")).isCloseTo(3 * once, offset(1e-4 * once));
  }

  private double distance(String name) {
    try (Model model = Model.load(folder.resolve(name), DeviceOptions.cpu())) {
      return new ImageCheck(model).check(IMAGE).distance();
    }
  }

  @Test
  void anotherTaskIsNoImageCheck() throws IOException {
    name("a");
    assertThatThrownBy(() -> ModelSetFolder.read(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("wants it for IMAGE_CHECK");
  }

  @Test
  void aNetworkWithOtherOutputsIsRefused() throws IOException {
    TinyModels.writeImageCheck(folder.resolve("check"), 7, 1);
    TinyModels.writeClassifier(folder.resolve("other"), "other", 1);
    Files.copy(
        folder.resolve("check/model.json"),
        folder.resolve("other/model.json"),
        StandardCopyOption.REPLACE_EXISTING);
    TinyModels.seal(folder.resolve("other"));

    assertThatThrownBy(() -> Model.load(folder.resolve("other"), DeviceOptions.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("no output \"spine\"")
        .hasMessageContaining("image-check model");
  }

  @Test
  void theSelfCheckKnowsAnotherNetwork() throws IOException {
    TinyModels.writeImageCheck(folder.resolve("one"), 7, 1);
    TinyModels.writeImageCheck(folder.resolve("two"), 8, 1);
    SelfCheck.addTo(folder.resolve("one"));
    SelfCheck.addTo(folder.resolve("two"));
    try (Model one = Model.load(folder.resolve("one"), DeviceOptions.cpu())) {
      assertThat(SelfCheck.verify(one).probability()).isLessThan(1e-4);
    }
    Files.copy(
        folder.resolve("two/self-check.json"),
        folder.resolve("one/self-check.json"),
        StandardCopyOption.REPLACE_EXISTING);
    TinyModels.seal(folder.resolve("one"));
    try (Model one = Model.load(folder.resolve("one"), DeviceOptions.cpu())) {
      assertThatThrownBy(() -> SelfCheck.verify(one))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("computes something else")
          .hasMessageContaining("part of the distance");
    }
  }

  @Test
  void aManifestNeedsLimitsAndRegions() throws IOException {
    TinyModels.writeImageCheck(folder.resolve("check"), 7, 1);
    Path manifest = folder.resolve("check/model.json");
    String text = Files.readString(manifest);
    refused(text.replaceAll("(?s)\"limits\" : \\{.*?\\},", ""), "limits is missing");
    refused(
        text.replace("\"lumbar\"", "\"knee\""), "regions of the spine, but are [cervical, knee]");
    refused(text.replace("\"distance\" : 20.0", "\"distance\" : 0"), "distance must be above 0");
    refused(text.replace("\"turned\" : 0.9", "\"turned\" : 1.9"), "turned must be in [0,1]");
  }

  private void refused(String manifest, String reason) throws IOException {
    Files.writeString(folder.resolve("check/model.json"), manifest);
    assertThatThrownBy(() -> Model.load(folder.resolve("check"), DeviceOptions.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(reason);
  }
}

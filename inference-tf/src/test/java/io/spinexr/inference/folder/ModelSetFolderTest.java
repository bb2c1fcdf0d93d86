package io.spinexr.inference.folder;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelSet;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.inference.runtime.DeviceOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSetFolderTest {
  @TempDir private Path folder;

  @Test
  void tellsWithoutNetworksWhatTheLoadedSetTells() throws IOException {
    TinyModels.writeSet(folder, Mean.LOGIT);
    ModelSet loaded;
    try (ModelRepository models = ModelRepository.open(folder, DeviceOptions.cpu())) {
      loaded = models.modelSet();
    }
    for (String member : List.of("a", "b", "detector")) {
      Files.delete(folder.resolve(member).resolve("saved_model.pb"));
      ModelFiles.delete(folder.resolve(member).resolve("variables"));
    }

    ModelSetFolder set = ModelSetFolder.read(folder);

    assertThat(set.modelSet()).isEqualTo(loaded);
    assertThat(set.modelCards())
        .containsOnlyKeys(loaded.models())
        .allSatisfy((model, card) -> assertThat(card).startsWith("# " + model.name()));
    assertThat(set.manifest().decisionRule()).isEqualTo(DecisionRule.reference(0.4));
    assertThat(set.lesionTypes()).isEqualTo(LesionType.REFERENCE_LABELS);
  }
}

package io.spinexr.workshop.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.workshop.evaluation.EvaluationSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTrainingTest {
  @TempDir private Path folder;

  @Test
  void makesAModelSetAndDoesNotTrainTwice() throws Exception {
    EvaluationSet test = DemoTraining.run(options(3), Progress.SILENT).set();
    assertThat(test.images()).hasSize(10);
    try (ModelRepository models =
        ModelRepository.open(folder.resolve("out"), DeviceOptions.cpu())) {
      assertThat(models.decisionRule().threshold()).isEqualTo(test.rule().threshold());
      assertThat(models.imageCheck()).isPresent();
    }
    assertThat(Files.readString(folder.resolve("out/classifier/model.json")))
        .contains("\"AUROC\"", "160 easy phantoms", "30 phantoms", "--difficulty easy --seed 3");

    assertThat(Files.readString(folder.resolve("out/image-check/model.json")))
        .contains(
            "400 images", "never seen a real radiograph", "\"chest accepted (never seen), of 10\"");
    // A folder in which the other two were trained before there was an image check counts.
    assertThat(folder.resolve("work/options.txt"))
        .hasContent("easy phantoms, seed 3, detector steps 10, classifier steps 10");

    List<String> phases = new ArrayList<>();
    EvaluationSet again =
        DemoTraining.run(options(3), (phase, done, total, note, remaining) -> phases.add(phase))
            .set();
    assertThat(phases).isNotEmpty().noneMatch(phase -> phase.startsWith("training"));
    assertThat(again).isEqualTo(test);

    assertThatThrownBy(() -> DemoTraining.run(options(4), Progress.SILENT))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("holds a training with other options (easy phantoms, seed 3");
  }

  private DemoTrainingOptions options(long seed) {
    return new DemoTrainingOptions(
        Difficulty.EASY, seed, folder.resolve("work"), folder.resolve("out"), 10, 10, 10, 10);
  }
}

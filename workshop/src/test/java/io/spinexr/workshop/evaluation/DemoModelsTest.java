package io.spinexr.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.inference.Model;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.phantom.hard.Difficulty;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundled models against what their {@code model.json} promises. */
class DemoModelsTest {
  private static final Path FOLDER = Path.of("../inference-tf/models/demo");
  private static final int COUNT = 300;

  @Test
  void meetTheirRecordedFiguresOnPhantomsThatTheyHaveNotSeen() {
    try (ModelRepository models = ModelRepository.open(FOLDER, DeviceOptions.cpu())) {
      List<Prediction> predictions =
          ModelEvaluation.predict(
              models.classifier(),
              models.detector(),
              ModelEvaluation.phantoms(Difficulty.EASY, 1, COUNT),
              COUNT,
              Progress.SILENT);
      EvaluationReport report =
          EvaluationReport.of(predictions, models.decisionRule(), models.set().lesionTypes());
      assertThat(report.auroc()).isGreaterThanOrEqualTo(0.95).isCloseTo(0.9984, within(0.005));
      assertThat(report.detectorOnlyMean())
          .isGreaterThanOrEqualTo(0.5)
          .isCloseTo(0.9783, within(0.01));
      assertThat(report.fusedMean()).isGreaterThanOrEqualTo(report.detectorOnlyMean());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classifier", "detector"})
  void computeHereWhatTheyComputedWhereTheyWereMade(String member) {
    try (Model model = Model.load(FOLDER.resolve(member), DeviceOptions.cpu())) {
      assertThat(SelfCheck.verify(model).unmatched()).isZero();
    }
  }
}

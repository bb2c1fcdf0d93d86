package io.spinexr.workshop.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.phantom.hard.Difficulty;
import java.nio.file.Path;
import java.util.Objects;
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
      EvaluationSet test =
          PhantomEvaluation.of(models, Difficulty.HARD, 1, COUNT, RareTypes.OTHER, Progress.SILENT);
      EvaluationFigures figures = EvaluationFigures.of(test);
      assertThat(figures.ensemble().measure(ClassifierFigure.AUROC).value())
          .isBetween(0.85, 0.95)
          .isCloseTo(recorded("classifier", "AUROC"), within(0.005));
      assertThat(figures.at50().alone().mean().value())
          .isBetween(0.30, 0.60)
          .isCloseTo(recorded("detector", "mAP@0.5"), within(0.01));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"classifier", "detector"})
  void computeHereWhatTheyComputedWhereTheyWereMade(String member) {
    try (Model model = Model.load(FOLDER.resolve(member), DeviceOptions.cpu())) {
      assertThat(SelfCheck.verify(model).unmatched()).isZero();
    }
  }

  private static double recorded(String member, String figure) {
    return Objects.requireNonNull(
        ModelFolder.read(FOLDER.resolve(member)).manifest().quality().get(figure));
  }
}

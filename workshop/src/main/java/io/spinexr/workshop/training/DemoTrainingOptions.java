package io.spinexr.workshop.training;

import io.spinexr.phantom.hard.Difficulty;
import java.nio.file.Path;

/**
 * How the demo models are trained.
 *
 * @param difficulty of the phantoms that they are trained and measured on
 * @param seed of the first weights and of the training phantoms, at least 0
 * @param work folder for checkpoints; a stopped training resumes from it
 * @param out folder that becomes the model set
 * @param detectorSteps batches that the detector sees
 * @param classifierSteps batches that the classifier sees
 * @param checkSteps batches that the image check sees
 * @param evaluated phantoms that the quality is measured on; three times as many others decide the
 *     threshold
 */
public record DemoTrainingOptions(
    Difficulty difficulty,
    long seed,
    Path work,
    Path out,
    int detectorSteps,
    int classifierSteps,
    int checkSteps,
    int evaluated) {
  public DemoTrainingOptions {
    if (seed < 0
        || detectorSteps < 10
        || classifierSteps < 10
        || checkSteps < 10
        || evaluated < 10) {
      throw new IllegalArgumentException(
          "the seed must be at least 0, and the steps and evaluated phantoms at least 10");
    }
  }

  /** What the bundled models were trained with, if hard. */
  public static DemoTrainingOptions standard(
      Difficulty difficulty, long seed, Path work, Path out) {
    return new DemoTrainingOptions(difficulty, seed, work, out, 1300, 1400, 900, 300);
  }

  /** The command that trains the same models. */
  String command() {
    return "./spinexr train demo --difficulty %s --seed %d".formatted(difficulty.code(), seed);
  }
}

package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.workshop.report.ReportTables;
import io.spinexr.workshop.training.DemoTraining;
import io.spinexr.workshop.training.DemoTraining.Measured;
import io.spinexr.workshop.training.DemoTrainingOptions;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Trains networks. */
@Command(name = "train", mixinStandardHelpOptions = true, description = "Trains networks.")
final class TrainCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to train, e.g. spinexr train demo.");
  }

  @Command(
      name = "demo",
      mixinStandardHelpOptions = true,
      description = {
        "Trains the demo models (detector, classifier, image check) on phantoms and measures them.",
        "A stopped training goes on when it is started again with the same options."
      })
  int demo(
      @Option(
              names = "--seed",
              paramLabel = "S",
              defaultValue = "1",
              description = "Of weights and phantoms (default: ${DEFAULT-VALUE}).")
          long seed,
      @Option(
              names = "--difficulty",
              paramLabel = "LEVEL",
              defaultValue = "hard",
              description =
                  "Of the phantoms: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
          Difficulty difficulty,
      @Option(
              names = "--work",
              paramLabel = "DIR",
              defaultValue = "spinexr-data/training",
              description = "Folder for checkpoints (default: ${DEFAULT-VALUE}).")
          Path work,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              defaultValue = "spinexr-data/models/demo",
              description = "Folder that becomes the model set (default: ${DEFAULT-VALUE}).")
          Path out) {
    Measured test =
        DemoTraining.run(
            DemoTrainingOptions.standard(difficulty, seed, work, out), Terminal.progress());
    System.out.println(new ReportTables(test.set(), test.figures()).markdown());
    return 0;
  }
}

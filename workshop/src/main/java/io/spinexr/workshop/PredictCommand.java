package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.workshop.option.DataSetOptions;
import io.spinexr.workshop.option.PredictOptions;
import io.spinexr.workshop.prediction.PredictionRun;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Predicts a data set. */
@Command(
    name = "predict",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a model set over annotated images and keeps what it says, for evaluate.",
      "The same command goes on with a run that was interrupted."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:every image has predictions", "1:some have none; predictions.json says why"})
final class PredictCommand implements Callable<Integer> {
  @Mixin private PredictOptions options;

  @Mixin private DataSetOptions dataSet;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder to write.")
  private Path out;

  @Override
  public Integer call() {
    PredictionRun run = options.predict(dataSet.split(), out);
    Terminal.say("%d images have predictions in %s".formatted(run.images(), out));
    return run.leftOut().isEmpty() ? 0 : 1;
  }
}

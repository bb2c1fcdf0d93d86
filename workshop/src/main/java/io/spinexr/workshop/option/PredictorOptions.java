package io.spinexr.workshop.option;

import io.spinexr.app.DecoderOption;
import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.ModelRepository;
import io.spinexr.workshop.dataset.DataSetSplit;
import io.spinexr.workshop.prediction.LeftOut;
import io.spinexr.workshop.prediction.PredictionRun;
import io.spinexr.workshop.prediction.Predictor;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How predictions are made, by whichever model set. */
final class PredictorOptions {
  private static final int LISTED = 10;

  @Mixin private DecoderOption decoder;

  @Option(
      names = "--ignore-scope",
      description = "Take images that the model set is not made for, too.")
  private boolean ignoreScope;

  @Option(
      names = "--workers",
      paramLabel = "N",
      defaultValue = "2",
      description =
          "How many images are worked on at a time, so that one is decoded while the networks look"
              + " at another (default: ${DEFAULT-VALUE}).")
  private int workers;

  /** Predicts a split into a folder, and says which images are left out. */
  PredictionRun predict(ModelRepository repository, DataSetSplit split, Path out) {
    if (workers < 1) {
      throw new Mistake("--workers must be at least 1, but is " + workers + ".");
    }
    PredictionRun run =
        new Predictor(repository, decoder.decoder(repository.preprocessing()), ignoreScope, workers)
            .run(split, out, Terminal.progress());
    for (LeftOut image : run.leftOut().stream().limit(LISTED).toList()) {
      Terminal.say("Image %s is left out: %s.".formatted(image.imageId(), image.reason()));
    }
    if (!run.leftOut().isEmpty()) {
      Terminal.say(
          "%d of %d images are left out; predictions.json lists them."
              .formatted(run.leftOut().size(), run.leftOut().size() + run.images()));
    }
    return run;
  }

  /** An image as networks start from it; empty if it cannot be decoded. */
  Optional<GrayscaleImage> image(Path file, Preprocessing preprocessing) {
    try {
      return Optional.of(decoder.decoder(preprocessing).decode(DicomReader.read(file)).image());
    } catch (DicomException e) {
      Terminal.say("%s has no picture in the report: %s".formatted(file, e.getMessage()));
      return Optional.empty();
    }
  }
}

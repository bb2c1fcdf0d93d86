package io.spinexr.workshop.option;

import io.spinexr.app.ModelOptions;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.workshop.dataset.DataSetSplit;
import io.spinexr.workshop.prediction.PredictionRun;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** Which model set makes predictions, and how. */
public final class PredictOptions {
  @Mixin private ModelOptions models;

  @Mixin private PredictorOptions predictor;

  /** Predicts a split into a folder, and says which images are left out. */
  public PredictionRun predict(DataSetSplit split, Path out) {
    try (ModelRepository repository = models.openWithoutBatches()) {
      return predictor.predict(repository, split, out);
    }
  }

  /** What the model set says of itself. */
  public ModelSetFolder set() {
    return models.set();
  }

  /** An image as networks start from it; empty if it cannot be decoded. */
  public Optional<GrayscaleImage> image(Path file, Preprocessing preprocessing) {
    return predictor.image(file, preprocessing);
  }

  /** The model set, for images that are in no file. */
  public ModelRepository open() {
    return models.open();
  }
}

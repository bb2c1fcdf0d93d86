package io.spinexr.workshop.option;

import io.spinexr.app.DeviceOption;
import io.spinexr.inference.Batching;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.workshop.dataset.DataSetSplit;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.StoredEvaluation;
import io.spinexr.workshop.prediction.PredictionFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;

/** On which annotated images model sets, or stored predictions, are measured. */
public final class MeasureOptions {
  @Mixin private DataSetOptions dataSet;

  @Mixin private PredictorOptions predictor;

  @Mixin private DeviceOption device;

  @Mixin private RareTypesOption rare;

  /** Whether it is the split that sets are measured on. */
  public boolean isTest() {
    return dataSet.isTest();
  }

  /** The annotation file; the images are not needed for stored predictions. */
  public Path annotations() {
    Path named = dataSet.annotations();
    return named != null ? named : dataSet.split().annotations();
  }

  /**
   * What a folder says of the images: of a model set it is computed, of predictions read.
   *
   * @param folder of a model set, or one that {@code predict} wrote
   * @param out where predictions are written if they are computed; an interrupted run goes on there
   * @throws ModelException if the folder is neither
   */
  public EvaluationSet measure(Path folder, Path out) {
    if (!Files.isRegularFile(folder.resolve(ModelFiles.SET_MANIFEST))) {
      return stored(folder);
    }
    DataSetSplit split = dataSet.split();
    try (ModelRepository repository =
        ModelRepository.open(
            ModelSetFolder.read(folder), device.options(), Batching.NONE, size -> {})) {
      predictor.predict(repository, split, out);
    }
    return read(out).withDefects(split.defects());
  }

  private EvaluationSet stored(Path folder) {
    if (!Files.isRegularFile(folder.resolve(PredictionFiles.PROBABILITIES))) {
      throw new ModelException(
          "%s has neither %s, as a model set, nor %s, as predictions"
              .formatted(folder, ModelFiles.SET_MANIFEST, PredictionFiles.PROBABILITIES));
    }
    return read(folder);
  }

  private EvaluationSet read(Path predictions) {
    return new StoredEvaluation(
            annotations(),
            predictions.resolve(PredictionFiles.PROBABILITIES),
            predictions.resolve(PredictionFiles.DETECTIONS),
            rare.rareTypes())
        .read();
  }
}

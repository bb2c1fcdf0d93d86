package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.workshop.dataset.DataSetSplit;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PhantomEvaluation;
import io.spinexr.workshop.evaluation.StoredEvaluation;
import io.spinexr.workshop.option.DataSetOptions;
import io.spinexr.workshop.option.PredictOptions;
import io.spinexr.workshop.option.RareTypesOption;
import io.spinexr.workshop.option.WorkFolder;
import io.spinexr.workshop.prediction.PredictionFiles;
import io.spinexr.workshop.report.AppliedModelCard;
import io.spinexr.workshop.report.ReportFile;
import io.spinexr.workshop.report.ReportPage;
import io.spinexr.workshop.report.ReportTables;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a model set, or predictions of anything else. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a model set on phantoms or on annotated images, or predictions that are stored.",
      "As the VinDr-SpineXR paper does: AUROC, F1, sensitivity, specificity, and AP at IoU 0.5",
      "before and after the decision rule.",
      "docs/evaluation.md explains files, rules and figures."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:every annotated image was measured", "1:some were left out, as is told"})
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private DataSetOptions dataSet;

  @Mixin private PredictOptions predict;

  @Option(
      names = "--phantoms",
      paramLabel = "N",
      defaultValue = "300",
      description = "How many phantoms, where no images are named (default: ${DEFAULT-VALUE}).")
  private int phantoms;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description =
          "Seed of the first phantom; seeds below 4294967296 are never trained on"
              + " (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--difficulty",
      paramLabel = "LEVEL",
      defaultValue = "hard",
      description =
          "Which family of phantoms: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Difficulty difficulty = Difficulty.HARD;

  @Option(
      names = "--classification",
      paramLabel = "FILE",
      description =
          "Stored predictions, with --annotations and --detections, which need no models:"
              + " image_id,probability and one column for each member of an ensemble.")
  private @Nullable Path classification;

  @Option(
      names = "--detections",
      paramLabel = "FILE",
      description = "Stored detections: COCO's list of results.")
  private @Nullable Path detections;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      description = "c* instead of the one of the model set, in [0,1].")
  private @Nullable Double threshold;

  @Mixin private RareTypesOption rare;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder for report.html, report.json, defects.csv, model-card.md and the predictions.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    if (threshold != null && !(threshold >= 0 && threshold <= 1)) {
      throw new Mistake("--threshold must be in [0,1], but is " + threshold + ".");
    }
    EvaluationSet set = threshold == null ? set() : set().withThreshold(threshold);
    EvaluationFigures figures;
    try {
      figures = EvaluationFigures.of(set);
    } catch (IllegalArgumentException e) {
      throw new Mistake("These images cannot be evaluated: %s.".formatted(e.getMessage()), e);
    }
    System.out.println(new ReportTables(set, figures).markdown());
    if (out != null) {
      ReportFile.write(out, set, figures);
      Optional<ModelSetFolder> models = models(set);
      Preprocessing preprocessing =
          models.map(ModelSetFolder::preprocessing).orElse(Preprocessing.REFERENCE);
      ReportPage.write(out, set, figures, imageId -> picture(imageId, preprocessing));
      new AppliedModelCard(set, figures, models).write(out);
    }
    return set.leftOut() == 0 ? 0 : 1;
  }

  private boolean isStored() {
    return classification != null || detections != null;
  }

  private EvaluationSet set() {
    if (isStored()) {
      Path annotations = dataSet.annotations();
      if (classification == null
          || detections == null
          || annotations == null
          || dataSet.isFolder()) {
        throw new Mistake(
            "Stored predictions need --annotations, --classification and --detections, and no"
                + " --dataset; --images only adds pictures to the report.");
      }
      return stored(annotations, classification, detections).read();
    }
    if (dataSet.isGiven() || dataSet.annotations() != null) {
      try (WorkFolder folder = WorkFolder.of(out)) {
        return predicted(folder.path().resolve("predictions"));
      }
    }
    if (phantoms < 2) {
      throw new Mistake("--phantoms must be at least 2, but is " + phantoms + ".");
    }
    try (ModelRepository repository = predict.open()) {
      return PhantomEvaluation.of(
          repository, difficulty, seed, phantoms, rare.rareTypes(), Terminal.progress());
    }
  }

  /** The model set that made the predictions; empty if it is another one than --models. */
  private Optional<ModelSetFolder> models(EvaluationSet set) {
    if (!isStored()) {
      return Optional.of(predict.set());
    }
    try {
      return set.run()
          .map(run -> run.origin().models())
          .flatMap(
              made ->
                  Optional.of(predict.set())
                      .filter(folder -> made.equals(folder.modelSet().models())));
    } catch (ModelException e) {
      Terminal.say(
          "model-card.md does not describe the model set, which --models names: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** An image by its id, as the networks start from it; empty if its file is not at hand. */
  private Optional<GrayscaleImage> picture(String imageId, Preprocessing preprocessing) {
    if (dataSet.isGiven()) {
      return dataSet.file(imageId).flatMap(file -> predict.image(file, preprocessing));
    }
    return isStored()
        ? Optional.empty()
        : Optional.of(PhantomEvaluation.image(difficulty, imageId));
  }

  private EvaluationSet predicted(Path folder) {
    DataSetSplit split = dataSet.split();
    predict.predict(split, folder);
    return stored(
            split.annotations(),
            folder.resolve(PredictionFiles.PROBABILITIES),
            folder.resolve(PredictionFiles.DETECTIONS))
        .read()
        .withDefects(split.defects());
  }

  private StoredEvaluation stored(Path annotations, Path classification, Path detections) {
    return new StoredEvaluation(annotations, classification, detections, rare.rareTypes());
  }
}

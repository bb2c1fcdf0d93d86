package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.app.Version;
import io.spinexr.app.setting.Mistake;
import io.spinexr.evaluation.calibration.ChosenScores;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.folder.ThresholdOrigin;
import io.spinexr.workshop.calibration.CalibrationReport;
import io.spinexr.workshop.calibration.ChosenSettings;
import io.spinexr.workshop.calibration.NewVersion;
import io.spinexr.workshop.calibration.OperatingPoint;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.PredictedImage;
import io.spinexr.workshop.option.MeasureOptions;
import io.spinexr.workshop.option.WorkFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Chooses a model set's calibration, threshold and scores on annotated images. */
@Command(
    name = "calibrate",
    mixinStandardHelpOptions = true,
    description = {
      "Chooses for a model set, on annotated images that it was neither trained on nor will be",
      "measured on: the calibration of its probabilities, if one helps, the threshold c*, and from",
      "which scores on lesions are displayed and reported. Writes a new version of the set.",
      "docs/evaluation.md explains it."
    })
final class CalibrateCommand implements Callable<Integer> {
  @Option(
      names = "--models",
      paramLabel = "SET",
      required = true,
      description = "Folder of the model set, in which nothing is changed.")
  private Path models;

  @Mixin private MeasureOptions measuring;

  @Option(
      names = "--sensitivity",
      paramLabel = "P",
      description =
          "Take the highest threshold that reaches this sensitivity, in [0,1]"
              + " (default: the highest Youden index).")
  private @Nullable Double sensitivity;

  @Option(
      names = "--specificity",
      paramLabel = "P",
      description = "Instead, take the lowest threshold that reaches this specificity, in [0,1].")
  private @Nullable Double specificity;

  @Option(
      names = "--set-version",
      paramLabel = "V",
      description = "Version of the new set (default: the last number is raised).")
  private @Nullable String version;

  @Option(
      names = "--predictions",
      paramLabel = "DIR",
      description = "Keep the predictions here; an interrupted run goes on.")
  private @Nullable Path predictions;

  @Option(
      names = "--out",
      paramLabel = "NEWSET",
      required = true,
      description = "Folder of the new set, which must not exist yet or be empty.")
  private Path out;

  @Override
  public Integer call() {
    ModelSetFolder set = ModelSetFolder.read(models);
    String old = set.manifest().version();
    String next = version == null ? NewVersion.after(old) : version;
    if (next.equals(old)) {
      throw new Mistake("--set-version must be another one than that of the set, " + old + ".");
    }
    OperatingPoint rule = rule();
    requireEmpty(out);
    if (measuring.isTest()) {
      throw new Mistake(
          "calibrate does not take the split test: a set cannot be measured on the images that its"
              + " threshold was chosen on. Give --split val, or --images and --annotations.");
    }
    try (WorkFolder folder = WorkFolder.of(predictions)) {
      EvaluationSet measured = measuring.measure(models, folder.path());
      ChosenSettings chosen = ChosenSettings.of(measured, rule);
      NewVersion.write(set, next, chosen, origin(set, chosen), out);
      System.out.println(CalibrationReport.markdown(chosen));
      Terminal.say("%s-%s is in %s".formatted(set.manifest().name(), next, out));
      if (!set.manifest().labelling().research()) {
        Terminal.say(
            "It is for research: the clearance of the old set does not hold for another"
                + " threshold.");
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new Mistake("No threshold can be chosen: %s.".formatted(e.getMessage()), e);
    }
  }

  private OperatingPoint rule() {
    if (sensitivity != null && specificity != null) {
      throw new Mistake("Give --sensitivity or --specificity, not both.");
    }
    try {
      return sensitivity != null
          ? new OperatingPoint.Sensitivity(sensitivity)
          : specificity != null
              ? new OperatingPoint.Specificity(specificity)
              : new OperatingPoint.Youden();
    } catch (IllegalArgumentException e) {
      throw new Mistake("No threshold can be chosen: %s.".formatted(e.getMessage()), e);
    }
  }

  private static void requireEmpty(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      if (files.findAny().isPresent()) {
        throw new Mistake("--out must not exist yet or be empty, but %s is not.".formatted(folder));
      }
    } catch (IOException e) {
      throw new Mistake("%s cannot be listed: %s.".formatted(folder, e), e);
    }
  }

  private ThresholdOrigin origin(ModelSetFolder set, ChosenSettings chosen) {
    EvaluationSet measured = chosen.before();
    return new ThresholdOrigin(
        set.modelSet().id(),
        chosen.threshold().rule().display(),
        chosen.threshold().threshold().low(),
        chosen.threshold().threshold().high(),
        measured.images().size(),
        (int) measured.images().stream().filter(PredictedImage::abnormal).count(),
        ModelFiles.sha256(measuring.annotations()),
        measured.run().map(run -> run.origin().dataSet()).orElseThrow(),
        Version.current(),
        chosen.calibration().words(),
        chosen.scores().isEmpty() ? null : ChosenScores.WORDS);
  }
}

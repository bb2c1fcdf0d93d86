package io.spinexr.workshop;

import io.spinexr.app.setting.Mistake;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.workshop.acceptance.Acceptance;
import io.spinexr.workshop.acceptance.AcceptanceReport;
import io.spinexr.workshop.acceptance.AcceptanceRules;
import io.spinexr.workshop.acceptance.RulesFile;
import io.spinexr.workshop.comparison.PairedSets;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.option.MeasureOptions;
import io.spinexr.workshop.option.WorkFolder;
import io.spinexr.workshop.prediction.PredictionRun;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells whether a model set meets a site's rules for going live. */
@Command(
    name = "accept",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a model set by the rules of a site, and writes the report that is signed before"
          + " the",
      "set goes live. docs/evaluation.md explains the rules."
    },
    exitCodeOnExecutionException = 2,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:accepted: no rule failed",
      "1:not accepted",
      "2:not judged: wrong usage, rules or files"
    })
final class AcceptCommand implements Callable<Integer> {
  @Option(
      names = "--set",
      paramLabel = "NEW",
      required = true,
      description = "Folder of the model set, or of what predict wrote.")
  private Path set;

  @Option(
      names = "--against",
      paramLabel = "OLD",
      description = "The same of the set that it is to replace; for the rules of non-inferior.")
  private @Nullable Path against;

  @Option(
      names = "--rules",
      paramLabel = "FILE",
      required = true,
      description = "The site's rules, in YAML.")
  private Path rulesFile;

  @Mixin private MeasureOptions measuring;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Folder for acceptance.md, acceptance.json and, in set and against, the predictions.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    AcceptanceRules rules = RulesFile.read(rulesFile);
    if (against == null && !rules.margins().isEmpty()) {
      throw new Mistake("The rules of non-inferior need --against.");
    }
    try (WorkFolder folder = WorkFolder.of(out)) {
      EvaluationSet measured = measuring.measure(set, folder.path().resolve("set"));
      PredictionRun run =
          measured
              .run()
              .orElseThrow(
                  () ->
                      new ModelException(
                          "%s has no predictions.json, so that nobody knows what would be accepted"
                              .formatted(set)));
      if (measured.images().isEmpty()) {
        throw new ModelException("no annotated image has a prediction of " + set);
      }
      AcceptanceReport report =
          new AcceptanceReport(
              Acceptance.of(rules, measured, pair(measured, folder.path())),
              run,
              ModelFiles.sha256(measuring.annotations()),
              ModelFiles.sha256(rulesFile));
      System.out.println(report.markdown());
      if (out != null) {
        report.write(out);
      }
      return report.acceptance().accepted() ? 0 : 1;
    }
  }

  private Optional<PairedSets> pair(EvaluationSet measured, Path folder) {
    if (against == null) {
      return Optional.empty();
    }
    try {
      PairedSets pair =
          PairedSets.of(measured, measuring.measure(against, folder.resolve("against")));
      if (pair.ofOtherImages()) {
        throw new Mistake(
            "The predictions of --set and --against are not of the same image files; predict both"
                + " anew.");
      }
      return Optional.of(pair);
    } catch (IllegalArgumentException e) {
      throw new Mistake("These cannot be compared: %s.".formatted(e.getMessage()), e);
    }
  }
}

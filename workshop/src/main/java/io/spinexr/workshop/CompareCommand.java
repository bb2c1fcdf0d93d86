package io.spinexr.workshop;

import io.spinexr.app.setting.Mistake;
import io.spinexr.workshop.comparison.Comparison;
import io.spinexr.workshop.comparison.ComparisonReport;
import io.spinexr.workshop.comparison.Figure;
import io.spinexr.workshop.comparison.PairedSets;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.option.MeasureOptions;
import io.spinexr.workshop.option.WorkFolder;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares two model sets, or what they have predicted. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Compares two model sets on annotated images, image by image: differences of all figures"
          + " with",
      "paired intervals, DeLong's test of AUROC, McNemar's of the verdicts, and non-inferiority.",
      "docs/evaluation.md explains them."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:both have predicted every annotated image",
      "1:some images were left out, as is told"
    })
final class CompareCommand implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "Folder of a model set, or of what predict wrote.")
  private Path first;

  @Parameters(index = "1", paramLabel = "B", description = "The same of what A is compared with.")
  private Path second;

  @Mixin private MeasureOptions measuring;

  @Option(
      names = "--figure",
      paramLabel = "FIGURE",
      defaultValue = "AUROC",
      description =
          "The figure that --margin is of: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Figure figure = Figure.AUROC;

  @Option(
      names = "--margin",
      paramLabel = "M",
      description =
          "Tell whether A is at most so much worse than B, in [0,1]; choose it before you look.")
  private @Nullable Double margin;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Folder for compare.json and, in a and b, the predictions.")
  private @Nullable Path out;

  @Override
  public Integer call() {
    if (margin != null && !(margin >= 0 && margin <= 1)) {
      throw new Mistake("--margin must be in [0,1], but is " + margin + ".");
    }
    PairedSets sets;
    try (WorkFolder folder = WorkFolder.of(out)) {
      EvaluationSet a = measuring.measure(first, folder.path().resolve("a"));
      EvaluationSet b = measuring.measure(second, folder.path().resolve("b"));
      sets = PairedSets.of(a, b);
    } catch (IllegalArgumentException e) {
      throw new Mistake("These cannot be compared: %s.".formatted(e.getMessage()), e);
    }
    ComparisonReport report =
        new ComparisonReport(
            Comparison.of(sets),
            name(first, sets.first()),
            name(second, sets.second()),
            figure,
            Optional.ofNullable(margin));
    System.out.println(report.markdown());
    if (out != null) {
      report.write(out);
    }
    return sets.first().leftOut() == 0 ? 0 : 1;
  }

  /** Of the model set, or of the folder if nobody knows what made the predictions. */
  private static String name(Path folder, EvaluationSet set) {
    return set.run()
        .map(run -> run.origin().modelSet())
        .orElse("predictions in " + folder.normalize().getFileName());
  }
}

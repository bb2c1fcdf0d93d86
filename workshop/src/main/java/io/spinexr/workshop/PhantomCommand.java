package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.phantom.hard.Population;
import io.spinexr.phantom.hard.Site;
import io.spinexr.workshop.dataset.ContactSheet;
import io.spinexr.workshop.dataset.PhantomDataSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes synthetic radiographs. */
@Command(
    name = "phantom",
    mixinStandardHelpOptions = true,
    description = "Writes synthetic spine radiographs as DICOM files with their annotations.")
final class PhantomCommand implements Callable<Integer> {
  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many (default: ${DEFAULT-VALUE}).")
  private int count;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "Seed of the first; the others follow (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--out", paramLabel = "DIR", required = true, description = "Folder to write.")
  private Path out;

  @Option(
      names = "--difficulty",
      paramLabel = "LEVEL",
      defaultValue = "easy",
      description = {
        "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}). Of the hard ones, the seeds 2 n and",
        "2 n + 1 are one study; annotations.csv has what a reader marked, truth.csv what is there."
      })
  private Difficulty difficulty;

  @Option(
      names = "--site",
      paramLabel = "SITE",
      split = ",",
      description = "Hard ones only from here: ${COMPLETION-CANDIDATES} (default: a mix).")
  private @Nullable List<Site> sites;

  @Option(
      names = "--ages",
      paramLabel = "FROM-TO",
      description = "Hard ones only of this age in years, from 18 to 95 (default: 18-90).")
  private @Nullable String ages;

  @Option(
      names = "--women",
      paramLabel = "SHARE",
      description = "Share of women among hard ones, 0 to 1 (default: 0.55).")
  private @Nullable Double women;

  @Option(
      names = "--contact-sheet",
      description = "Also draw the first 24 onto contact-sheet.png in the same folder.")
  private boolean contactSheet;

  @Override
  public Integer call() {
    if (count < 1) {
      throw new Mistake("--count must be at least 1, but is " + count + ".");
    }
    Population population = population();
    try {
      System.out.println(
          switch (difficulty) {
            case EASY -> PhantomDataSet.write(out, seed, count, Terminal.progress());
            case HARD ->
                PhantomDataSet.writeHard(out, population, seed, count, Terminal.progress());
          });
      if (contactSheet) {
        ContactSheet.write(
            out.resolve("contact-sheet.png"), difficulty, population, seed, Math.min(24, count));
      }
    } catch (IOException e) {
      throw new Mistake("Cannot write to %s: %s.".formatted(out, e.getMessage()), e);
    }
    return 0;
  }

  private Population population() {
    if (difficulty == Difficulty.EASY && (sites != null || ages != null || women != null)) {
      throw new Mistake("--site, --ages and --women need --difficulty hard.");
    }
    Population usual = Population.DEFAULT;
    int[] years = {usual.youngest(), usual.oldest()};
    if (ages != null) {
      if (!ages.matches("\\d{1,3}-\\d{1,3}")) {
        throw new Mistake("--ages must be like 40-65, but is " + ages + ".");
      }
      String[] parts = ages.split("-");
      years = new int[] {Integer.parseInt(parts[0]), Integer.parseInt(parts[1])};
    }
    try {
      return new Population(
          sites == null ? usual.units() : sites.stream().map(Site::unit).toList(),
          years[0],
          years[1],
          women == null ? usual.women() : women);
    } catch (IllegalArgumentException e) {
      throw new Mistake("Cannot draw such patients: " + e.getMessage() + ".", e);
    }
  }
}

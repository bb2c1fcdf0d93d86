package io.spinexr.workshop;

import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.workshop.dataset.PhantomDataSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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

  @Override
  public Integer call() {
    if (count < 1) {
      throw new Mistake("--count must be at least 1, but is " + count + ".");
    }
    try {
      System.out.println(PhantomDataSet.write(out, seed, count, Terminal.progress()));
    } catch (IOException e) {
      throw new Mistake("Cannot write to %s: %s.".formatted(out, e.getMessage()), e);
    }
    return 0;
  }
}

package io.spinexr.app;

import io.spinexr.app.server.ArchiveChecks;
import io.spinexr.app.setting.Mistake;
import io.spinexr.archive.ArchiveCheck;
import io.spinexr.archive.ArchiveCheck.Outcome;
import io.spinexr.archive.ArchiveCheck.Point;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tries everything that SpineXR asks of an archive on the site's own. */
@Command(
    name = "pacs-check",
    mixinStandardHelpOptions = true,
    description = {
      "Tries on the site's archive, reading only, everything that SpineXR asks of one.",
      "Prints what it supports, what SpineXR makes of that, and what to ask its vendor: counts, and"
          + " nothing of any patient."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:SpineXR can work with every archive", "1:it cannot"})
final class PacsCheckCommand implements Callable<Integer> {
  private static final String STANDARD_INPUT = "-";

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The YAML file that serve is given.")
  private Path configuration;

  @Option(
      names = "--patient-id",
      paramLabel = "ID",
      description =
          "PatientID in the archive of a patient with spine radiographs; - to read it from standard"
              + " input, where no list of processes shows it. Without it, recent radiographs are"
              + " looked for.")
  private @Nullable String patientId;

  @Option(
      names = "--accession",
      paramLabel = "NUMBER",
      description = "Accession number of a study of theirs; - to read it from standard input.")
  private @Nullable String accession;

  @Override
  public Integer call() {
    BufferedReader input =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    Optional<String> patient = given(patientId, input);
    Optional<String> number = given(accession, input);
    boolean usable = true;
    for (Map.Entry<String, ArchiveCheck> check :
        ArchiveChecks.of(configuration, patient, number).entrySet()) {
      usable &= print(check.getKey(), check.getValue().run());
    }
    return usable ? 0 : 1;
  }

  private static Optional<String> given(@Nullable String value, BufferedReader input) {
    if (!STANDARD_INPUT.equals(value)) {
      return Optional.ofNullable(value);
    }
    try {
      return Optional.of(
          Optional.ofNullable(input.readLine())
              .map(String::strip)
              .filter(Predicate.not(String::isEmpty))
              .orElseThrow(() -> new Mistake("Standard input has no line to read.")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether SpineXR can work with the archive. */
  private static boolean print(String archive, List<Point> points) {
    System.out.println(archive);
    for (Point point : points) {
      System.out.printf("  %-28s %-9s %s%n", point.what(), word(point.outcome()), point.found());
    }
    List<String> asks =
        points.stream().map(Point::ask).filter(Predicate.not(String::isEmpty)).distinct().toList();
    if (!asks.isEmpty()) {
      System.out.println("  Ask the vendor:");
      asks.forEach(ask -> System.out.println("  - " + ask));
    }
    boolean usable = points.stream().map(Point::outcome).noneMatch(Outcome.NO::equals);
    System.out.println(
        usable
            ? "  SpineXR can work with this archive."
            : "  SpineXR cannot work with this archive yet.");
    return usable;
  }

  private static String word(Outcome outcome) {
    return outcome == Outcome.UNTRIED ? "not tried" : outcome.name().toLowerCase(Locale.ROOT);
  }
}

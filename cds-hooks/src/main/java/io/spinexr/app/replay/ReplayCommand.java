package io.spinexr.app.replay;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.app.server.Server;
import io.spinexr.app.setting.Mistake;
import io.spinexr.app.setting.Settings;
import io.spinexr.app.setting.TlsBundles;
import io.spinexr.archive.Archives;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.finding.ImageId;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.inference.runtime.NetworkException;
import io.spinexr.radiograph.Analyser;
import io.spinexr.replay.Replay;
import io.spinexr.replay.ReplayReport;
import io.spinexr.replay.Trace;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Computes the result of a study again and says whether it is the same. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    description = {
      "Computes the result of a study again and says whether it is the same: the verdict equal,"
          + " kept boxes within 1 pixel, scores within 0.001.",
      "Images come from the archive, the networks from spinexr.models.folder, and what was found"
          + " then from the database or, where a server has its H2 file open, from that server."
    },
    exitCodeOnExecutionException = ReplayCommand.IMPOSSIBLE,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:the result is the same",
      "1:it differs",
      "2:it could not be computed again: images are gone, the model set is another, or usage is"
          + " wrong"
    })
public final class ReplayCommand implements Callable<Integer> {
  static final int IMPOSSIBLE = 2;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      required = true,
      description = "The YAML file that serve is given.")
  private Path configuration;

  @Option(
      names = "--trace",
      paramLabel = "FILE",
      description =
          "What GET /admin/studies/STUDY/trace of the server answered; - to read it from standard"
              + " input. Without it, the database is asked.")
  private @Nullable Path trace;

  @Parameters(paramLabel = "STUDY", description = "StudyInstanceUID.")
  private String study;

  @Override
  public Integer call() {
    try {
      ReplayReport report = Server.withSettings(configuration, this::replay);
      report.lines().forEach(System.out::println);
      return switch (report.outcome()) {
        case SAME -> 0;
        case DIFFERENT -> 1;
        case NOT_COMPUTED -> IMPOSSIBLE;
      };
    } catch (Mistake | ModelException | NetworkException | DicomWebException e) {
      System.err.println("spinexr: " + e.getMessage());
      return IMPOSSIBLE;
    }
  }

  private String uid() {
    try {
      return ImageId.requireUid("STUDY", study);
    } catch (IllegalArgumentException e) {
      throw new Mistake(e.getMessage() + ".", e);
    }
  }

  private ReplayReport replay(Settings settings, TlsBundles bundles) {
    Trace known = new KnownTraces(settings).of(uid(), trace);
    print(known);
    Archives archives =
        new Archives(
            settings.siteArchives(bundles),
            new SpineRadiographs(settings.radiographs()),
            new SimpleMeterRegistry());
    try (ModelRepository models =
        ModelRepository.open(
            ModelSetFolder.read(settings.models().folder()),
            settings.models().deviceOptions(),
            settings.models().batch().batching(),
            size -> {})) {
      return new Replay(
              archives,
              new Analyser(models),
              settings.analysis().maxMegapixels(),
              settings.analysis().imageMemory().bytes())
          .run(known);
    } catch (IllegalStateException e) {
      throw new Mistake("The trace cannot be used: " + e.getMessage() + ".", e);
    }
  }

  /** Without people. */
  private static void print(Trace trace) {
    line("Study", trace.studyInstanceUid());
    line("Orders", String.join(", ", trace.orders().stream().map(Trace.Order::key).toList()));
    for (Trace.Result result : trace.results()) {
      line(
          "Result",
          "%s, %s, %s"
              .formatted(
                  result.modelSet(),
                  result.analysedAt() == null ? "not analysed" : result.analysedAt(),
                  result.verdict() == null ? result.state() : result.verdict()));
    }
    List<Trace.ShownCard> cards = trace.cards();
    line(
        "Cards",
        "%d, with %d answers"
            .formatted(cards.size(), cards.stream().mapToInt(c -> c.feedback().size()).sum()));
  }

  private static void line(String what, String value) {
    System.out.printf("%-8s%s%n", what, value);
  }
}

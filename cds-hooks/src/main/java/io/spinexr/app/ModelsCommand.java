package io.spinexr.app;

import io.spinexr.app.setting.Mistake;
import io.spinexr.inference.Model;
import io.spinexr.inference.OutputCheck;
import io.spinexr.inference.OutputComparison;
import io.spinexr.inference.Progress;
import io.spinexr.inference.SelfCheck;
import io.spinexr.inference.architecture.Architecture;
import io.spinexr.inference.architecture.ModelImport;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelSetManifest;
import io.spinexr.inference.runtime.Device;
import io.spinexr.inference.runtime.DeviceOptions;
import io.spinexr.inference.runtime.Devices;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Brings in networks and proves what they compute. */
@Command(
    name = "models",
    mixinStandardHelpOptions = true,
    description = "Imports, lists, checks, runs and compares networks.",
    subcommands = {ModelsRunCommand.class, ModelsCompareCommand.class})
final class ModelsCommand implements Runnable {
  private static final long STEPS = 1000;

  /** Names of architectures. */
  private static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Architecture.names().iterator();
    }
  }

  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do with models, e.g. spinexr models list.");
  }

  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "Makes a model folder from trained weights.",
        "They are a file of PyTorch's torch.save (zip or legacy) or .safetensors. Every tensor must"
            + " find its place, or nothing is written. docs/models.md lists which checkpoints fit"
            + " which architecture."
      },
      footerHeading = "%nExample:%n",
      footer = {
        "  spinexr models import --architecture densenet121 \\",
        "      --checkpoint densenet121.pth --out models/densenet121"
      })
  int importCheckpoint(
      @Option(
              names = "--architecture",
              paramLabel = "A",
              required = true,
              completionCandidates = Names.class,
              description = "Name of the network: ${COMPLETION-CANDIDATES}.")
          String architecture,
      @Option(
              names = "--checkpoint",
              paramLabel = "FILE",
              required = true,
              description = "The weights. Nothing in the file is executed.")
          Path checkpoint,
      @Option(
              names = "--manifest",
              paramLabel = "FILE",
              description = "JSON object with fields of model.json that differ from the defaults.")
          @Nullable Path overrides,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              required = true,
              description = "The model folder, which must not exist yet.")
          Path out) {
    requireFile(checkpoint);
    if (overrides != null) {
      requireFile(overrides);
    }
    ModelManifest manifest =
        ModelImport.fromCheckpoint(
            architecture, checkpoint, Optional.ofNullable(overrides), out, readingProgress());
    Terminal.say(made(manifest, out));
    return 0;
  }

  private static void requireFile(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new Mistake(
          (Files.isDirectory(file) ? "%s is a folder, not a file." : "There is no file %s.")
              .formatted(file));
    }
  }

  private static Consumer<Double> readingProgress() {
    Progress progress = Terminal.progress();
    AtomicLong start = new AtomicLong();
    return share -> {
      if (share == 0) {
        start.set(System.nanoTime());
        return;
      }
      double remaining = (System.nanoTime() - start.get()) * (1 - share) / share;
      progress.update(
          "Reading the checkpoint",
          Math.round(STEPS * share),
          STEPS,
          "",
          Duration.ofNanos((long) remaining));
      if (share == 1) {
        Terminal.say("Writing the SavedModel and its self-check ...");
      }
    };
  }

  private static String made(ModelManifest manifest, Path folder) {
    return "%s is ready in %s: %s, SHA-256 %s."
        .formatted(
            manifest.name(), folder, manifest.task().code(), ModelFiles.sha256(folder, manifest));
  }

  @Command(
      name = "new",
      mixinStandardHelpOptions = true,
      description = "Makes a model folder with random weights, for benchmarks and tests.")
  int random(
      @Option(
              names = "--architecture",
              paramLabel = "A",
              required = true,
              completionCandidates = Names.class,
              description = "Name of the network: ${COMPLETION-CANDIDATES}.")
          String architecture,
      @Option(names = "--random", required = true, description = "Say that random is meant.")
          boolean random,
      @Option(
              names = "--seed",
              paramLabel = "S",
              defaultValue = "1",
              description = "The same seed makes the same weights (default: ${DEFAULT-VALUE}).")
          long seed,
      @Option(
              names = "--out",
              paramLabel = "DIR",
              required = true,
              description = "The model folder, which must not exist yet.")
          Path out) {
    if (!random) {
      throw new Mistake("Only random weights can be made; give --random.");
    }
    Terminal.say(made(ModelImport.random(architecture, seed, out), out));
    return 0;
  }

  @Command(
      name = "seal",
      mixinStandardHelpOptions = true,
      description = {
        "Completes a model folder that was put together by hand.",
        "It has a SavedModel and a model.json with \"files\": {}; this looks whether the outputs"
            + " are what they should be, and stores a self-check and the SHA-256 of every file."
      })
  int seal(@Parameters(paramLabel = "FOLDER", description = "The model folder.") Path folder) {
    ModelManifest manifest = ModelFiles.read(folder, ModelFiles.MANIFEST, ModelManifest.class);
    if (!manifest.files().isEmpty()) {
      throw new Mistake(
          "%s is sealed already; if its files were changed on purpose, write \"files\": {} into its"
                  .formatted(folder)
              + " model.json first.");
    }
    ModelFiles.write(folder, ModelFiles.MANIFEST, manifest.withFiles(ModelFiles.hashes(folder)));
    try {
      try (Model model = Model.load(folder, DeviceOptions.cpu())) {
        OutputCheck.of(model).forEach(warning -> Terminal.say("Warning: " + warning + "."));
      }
      Terminal.say(made(SelfCheck.addTo(folder), folder));
    } catch (ModelException e) {
      ModelFiles.write(folder, ModelFiles.MANIFEST, manifest);
      throw e;
    }
    return 0;
  }

  @Command(
      name = "list",
      mixinStandardHelpOptions = true,
      description = {
        "Lists model folders, and model sets with what they may be used for.",
        "Weights are not read; verify does that."
      })
  int list(@Mixin ModelFolders folders) {
    Map<String, Path> all = folders.all();
    int width = all.keySet().stream().mapToInt(String::length).max().orElse(4);
    String row = "%-" + Math.max(4, width) + "s  %-14s  %-12s  %7s  %-12s  %s%n";
    System.out.printf(row, "NAME", "TASK", "VERSION", "MB", "SHA-256", "ARCHITECTURE");
    boolean usable =
        each(
            all,
            (name, folder) -> {
              ModelFolder model = ModelFolder.read(folder);
              ModelManifest manifest = model.manifest();
              System.out.printf(
                  row,
                  name,
                  manifest.task().code(),
                  manifest.version(),
                  megabytes(folder, manifest),
                  model.sha256().substring(0, 12),
                  manifest.architecture());
            });
    Map<String, Path> sets = folders.sets();
    if (!sets.isEmpty()) {
      System.out.println();
    }
    usable &=
        each(
            sets,
            (name, folder) -> {
              ModelSetManifest manifest =
                  ModelFiles.read(folder, ModelFiles.SET_MANIFEST, ModelSetManifest.class);
              System.out.printf(
                  "Model set %s, %s %s: %s. Intended use: %s%n",
                  name,
                  manifest.name(),
                  manifest.version(),
                  manifest.labelling().display(),
                  manifest.labelling().intendedUse().orElse("not stated."));
            });
    return usable ? 0 : 1;
  }

  /** Whether all are usable; what is not gets a line that says why. */
  private static boolean each(Map<String, Path> folders, BiConsumer<String, Path> line) {
    boolean usable = true;
    for (Map.Entry<String, Path> entry : folders.entrySet()) {
      try {
        line.accept(entry.getKey(), entry.getValue());
      } catch (ModelException e) {
        System.out.printf("%s  unusable: %s%n", entry.getKey(), e.getMessage());
        usable = false;
      }
    }
    return usable;
  }

  private static String megabytes(Path folder, ModelManifest manifest) {
    long bytes = 0;
    for (String file : manifest.files().keySet()) {
      try {
        bytes += Files.size(folder.resolve(file));
      } catch (IOException e) {
        return "missing";
      }
    }
    return "%.1f".formatted(bytes / 1e6);
  }

  @Command(
      name = "show",
      mixinStandardHelpOptions = true,
      description = "Shows where a model is, its hash, and its model.json.")
  int show(
      @Mixin ModelFolders folders,
      @Parameters(paramLabel = "NAME", description = "Name or folder of a model.") String name)
      throws IOException {
    Path folder = folders.find(name);
    System.out.println("folder   " + folder.toAbsolutePath().normalize());
    System.out.println("SHA-256  " + ModelFolder.read(folder).sha256());
    System.out.print(Files.readString(folder.resolve(ModelFiles.MANIFEST)));
    return 0;
  }

  @Command(
      name = "verify",
      mixinStandardHelpOptions = true,
      description = {
        "Checks a model's files and what it computes.",
        "The files must be unchanged, their runtime must load them, and the outputs on a stored"
            + " image must be what they were when the model was made. Boxes must be in the right"
            + " order and unit, and a probability that of its logit."
      })
  int verify(
      @Mixin ModelFolders folders,
      @Parameters(paramLabel = "NAME", description = "Name or folder of a model.") String name,
      @Mixin DeviceOption option) {
    ModelFolder folder = ModelFolder.read(folders.find(name));
    Device device = new Devices(option.options()).of(folder);
    System.out.println("device      " + device.description());
    long start = System.nanoTime();
    try (Model model = Model.load(folder, device)) {
      System.out.printf("files       unchanged, SHA-256 %s%n", model.version().sha256());
      System.out.printf("loaded      in %d ms%n", milliseconds(start));
      long first = System.nanoTime();
      OutputComparison difference = SelfCheck.verify(model);
      System.out.printf("warm-up     %d ms for the first image%n", milliseconds(first));
      long second = System.nanoTime();
      SelfCheck.verify(model);
      System.out.printf("then        %d ms for the same image%n", milliseconds(second));
      System.out.println("self-check  passed, " + difference.describe(folder.manifest().task()));
      if (SelfCheck.saysLittle(model)) {
        System.out.println(
            "            but says little: the model finds nothing on the stored image; compare it"
                + " on images of your own (spinexr models compare)");
      }
      OutputCheck.of(model).forEach(warning -> System.out.println("warning     " + warning));
    }
    return 0;
  }

  private static long milliseconds(long since) {
    return (System.nanoTime() - since) / 1_000_000;
  }
}

package io.spinexr.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.spinexr.app.setting.Mistake;
import io.spinexr.inference.Model;
import io.spinexr.inference.ModelOutput;
import io.spinexr.inference.OutputComparison;
import io.spinexr.inference.OutputComparison.Tolerance;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelManifest.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Compares a network's outputs with those of another program. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Compares a network's outputs with those of another program.",
      "Runs the network on the images that the other program's outputs name, and says how far the"
          + " two are apart. Detections are matched one to one."
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:every image agrees within the tolerances", "1:some do not"})
final class ModelsCompareCommand implements Callable<Integer> {
  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  @Mixin private ModelFolders folders;

  @Parameters(paramLabel = "NAME", description = "Name or folder of a model.")
  private String name;

  @Option(
      names = "--reference",
      paramLabel = "FILE",
      required = true,
      description =
          "The other program's outputs, as models run prints them, or a JSON array of such objects."
              + " Images are looked for beside this file, then in the working directory.")
  private Path reference;

  @Option(
      names = "--logit",
      paramLabel = "D",
      defaultValue = "0.001",
      description = "Tolerance of logits (default: ${DEFAULT-VALUE}).")
  private double logit;

  @Option(
      names = "--probability",
      paramLabel = "D",
      defaultValue = "0.001",
      description = "Tolerance of probabilities and scores (default: ${DEFAULT-VALUE}).")
  private double probability;

  @Option(
      names = "--box",
      paramLabel = "D",
      defaultValue = "0.5",
      description = "Tolerance of box edges in pixels (default: ${DEFAULT-VALUE}).")
  private double box;

  @Mixin private DeviceOption device;

  @Override
  public Integer call() {
    if (!(logit >= 0 && probability >= 0 && box >= 0)) {
      throw new Mistake("Tolerances must be at least 0.");
    }
    List<JsonNode> outputs = outputs();
    if (outputs.isEmpty()) {
      throw new Mistake("%s holds no outputs.".formatted(reference));
    }
    Tolerance tolerance = new Tolerance(logit, probability, box);
    OutputComparison worst = new OutputComparison(0, 0, 0, 0);
    int agreeing = 0;
    int failed = 0;
    try (Model model = Model.load(folders.find(name), device.options())) {
      for (JsonNode theirs : outputs) {
        String image = theirs.path("image").asText("(no image named)");
        try {
          OutputComparison difference = compare(model, theirs, tolerance);
          boolean same = difference.within(tolerance);
          agreeing += same ? 1 : 0;
          worst = worse(worst, difference);
          System.out.printf(
              "%-7s  %s  %s%n",
              same ? "same" : "differs", image, difference.describe(model.manifest().task()));
        } catch (Mistake | ModelException e) {
          failed++;
          System.out.printf("%-7s  %s  %s%n", "failed", image, e.getMessage());
        }
      }
      System.out.printf(
          "%d of %d images agree%s; worst: %s%n",
          agreeing,
          outputs.size(),
          failed == 0 ? "" : ", %d could not be compared".formatted(failed),
          worst.describe(model.manifest().task()));
    }
    return agreeing == outputs.size() ? 0 : 1;
  }

  private static OutputComparison worse(OutputComparison a, OutputComparison b) {
    return new OutputComparison(
        Math.max(a.logit(), b.logit()),
        Math.max(a.probability(), b.probability()),
        Math.max(a.box(), b.box()),
        Math.max(a.unmatched(), b.unmatched()));
  }

  private List<JsonNode> outputs() {
    if (!Files.isRegularFile(reference)) {
      throw new Mistake("There is no file %s.".formatted(reference));
    }
    List<JsonNode> outputs = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        JSON.readerFor(JsonNode.class).readValues(reference.toFile())) {
      while (documents.hasNextValue()) {
        JsonNode document = documents.nextValue();
        if (document.isArray()) {
          document.forEach(outputs::add);
        } else {
          outputs.add(document);
        }
      }
    } catch (IOException e) {
      throw new Mistake(
          "%s is neither lines of JSON nor a JSON array: %s."
              .formatted(reference, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          e);
    }
    return outputs;
  }

  private OutputComparison compare(Model model, JsonNode theirs, Tolerance tolerance) {
    if (theirs.hasNonNull("error")) {
      throw new Mistake("the reference failed here: " + theirs.get("error").asText());
    }
    ModelOutput expected = parse(theirs);
    if (model.manifest().task() != task(expected)) {
      throw new Mistake(
          "the reference must give %s for this model".formatted(wanted(model.manifest().task())));
    }
    return OutputComparison.of(
        ModelOutput.of(model, ImageFile.read(image(theirs), model.manifest().imagePreprocessing())),
        expected,
        tolerance);
  }

  private static Task task(ModelOutput output) {
    if (output.check() != null) {
      return Task.IMAGE_CHECK;
    }
    return output.probability() != null ? Task.CLASSIFICATION : Task.DETECTION;
  }

  private static String wanted(Task task) {
    return switch (task) {
      case CLASSIFICATION -> "a probability";
      case DETECTION -> "boxes, scores and labels";
      case IMAGE_CHECK -> "a check";
    };
  }

  private Path image(JsonNode theirs) {
    if (!theirs.path("image").isTextual()) {
      throw new Mistake("the reference names no image");
    }
    Path named = Path.of(theirs.get("image").asText());
    Path beside = reference.toAbsolutePath().resolveSibling(named);
    return Files.exists(beside) ? beside : named;
  }

  private static ModelOutput parse(JsonNode theirs) {
    ModelOutput output;
    try {
      output = JSON.treeToValue(theirs, ModelOutput.class);
    } catch (JsonProcessingException e) {
      throw new Mistake("the reference is no output: " + e.getOriginalMessage(), e);
    }
    boolean complete =
        output.probability() != null
            || output.check() != null
            || (output.boxes() != null
                && output.scores() != null
                && output.labels() != null
                && output.scores().size() == output.boxes().size()
                && output.labels().size() == output.boxes().size()
                && output.boxes().stream().allMatch(box -> box != null && box.size() == 4));
    if (!complete) {
      throw new Mistake(
          "the reference needs a probability, a check, or as many boxes of four numbers as scores"
              + " and labels");
    }
    return output;
  }
}

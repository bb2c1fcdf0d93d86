package io.spinexr.inference.folder;

import io.spinexr.finding.Labelling;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code model.json} for people, as Markdown: what a model is for, where its weights come from,
 * what was measured, and what is not known. It says nothing that the manifests do not.
 */
final class ModelCard {
  private static final String NOT_STATED = "Not stated.";

  private ModelCard() {}

  /**
   * @param set what the model's set may be used for, which holds where the model does not say
   */
  static String markdown(ModelManifest manifest, Labelling set) {
    StringBuilder card = new StringBuilder();
    card.append("# %s %s%n".formatted(manifest.name(), manifest.version()));
    section(
        card,
        "Use",
        "%s. An aid for readers, never a diagnosis; every result is to be confirmed by a radiologist."
            .formatted(use(manifest.task())));
    section(
        card,
        "Intended use",
        Optional.ofNullable(manifest.intendedUse()).or(set::intendedUse).orElse(NOT_STATED));
    section(
        card,
        "Regulatory status",
        manifest.regulatory() == null
            ? "As its model set: " + set.display() + "."
            : Regulatory.labelling(manifest.regulatory(), null).display() + ".");
    section(card, "Network", manifest.architecture());
    section(card, "Preprocessing of images", manifest.imagePreprocessing().toString());
    section(card, "Outputs", String.join(", ", manifest.labels()));
    section(card, "Decision", decision(manifest));
    ModelManifest.Training training = manifest.training();
    section(card, "Training data", training == null ? NOT_STATED : stated(training.data()));
    section(card, "Training command", training == null ? NOT_STATED : stated(training.command()));
    section(card, "Quality", quality(manifest.quality()));
    section(
        card,
        "Limits",
        "What is not listed under quality has not been measured. Figures hold for images like those"
            + " they were measured on; a site has to measure them on its own.");
    section(card, "Licence of the weights", manifest.licence());
    return card.toString().replace("\r\n", "\n");
  }

  private static String use(ModelManifest.Task task) {
    return switch (task) {
      case CLASSIFICATION -> "Says how probable it is that a radiograph of the spine is abnormal";
      case DETECTION -> "Finds lesions on a radiograph of the spine";
      case IMAGE_CHECK ->
          "Keeps images from the other models that do not look like those it was trained on:"
              + " upright radiographs of the spine";
    };
  }

  private static void section(StringBuilder card, String title, String text) {
    card.append("%n## %s%n%n%s%n".formatted(title, text));
  }

  private static String stated(@Nullable String text) {
    return text == null || text.isBlank() ? NOT_STATED : text;
  }

  private static String decision(ModelManifest manifest) {
    return switch (manifest.task()) {
      case CLASSIFICATION ->
          "Threshold of this model alone: a probability of %s. The model set has one of its own."
              .formatted(manifest.threshold());
      case DETECTION -> {
        ModelManifest.Selection selection = Objects.requireNonNull(manifest.selection());
        yield "Boxes with a score above %s; of those of one class that overlap by more than %s (intersection over union) the best; at most %d."
            .formatted(selection.scoreFloor(), selection.nmsIou(), selection.maxDetections());
      }
      case IMAGE_CHECK -> {
        ModelManifest.Limits limits = Objects.requireNonNull(manifest.limits());
        yield "Analysed is an image that shows the spine with a probability of at least %s, lies at most %s from the training images (Mahalanobis distance), and is turned with a probability below %s. Another region or view than the header states is a doubt from a probability of %s on."
            .formatted(limits.spine(), limits.distance(), limits.turned(), limits.doubt());
      }
    };
  }

  private static String quality(Map<String, Double> quality) {
    if (quality.isEmpty()) {
      return NOT_STATED;
    }
    StringBuilder table = new StringBuilder("| figure | value |\n|---|---|");
    quality.forEach(
        (name, value) -> table.append(String.format(Locale.ROOT, "\n| %s | %.4f |", name, value)));
    return table.toString();
  }
}

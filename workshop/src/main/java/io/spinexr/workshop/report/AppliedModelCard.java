package io.spinexr.workshop.report;

import io.spinexr.evaluation.bootstrap.ClassifierFigure;
import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFolder;
import io.spinexr.inference.folder.ModelManifest;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.scope.Scope;
import io.spinexr.scope.View;
import io.spinexr.study.SpineRegion;
import io.spinexr.workshop.evaluation.EvaluationFigures;
import io.spinexr.workshop.evaluation.EvaluationSet;
import io.spinexr.workshop.evaluation.Subgroup;
import io.spinexr.workshop.prediction.PredictionRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code model-card.md}: a model set and its evaluation under the headings of the applied model
 * card of the Coalition for Health AI (version 0.2). What neither manifests nor evaluation know
 * stands there as not stated, for a person to add.
 */
public final class AppliedModelCard {
  private static final String NOT_STATED = "Not stated; to be added.";
  private static final int LARGEST_GAPS = 5;
  private static final Collector<CharSequence, ?, String> LIST = Collectors.joining(", ");

  private final EvaluationSet set;
  private final EvaluationFigures figures;
  private final Optional<ModelSetFolder> models;

  /**
   * @param models what made the predictions, if its folders are at hand
   */
  public AppliedModelCard(
      EvaluationSet set, EvaluationFigures figures, Optional<ModelSetFolder> models) {
    this.set = set;
    this.figures = figures;
    this.models = models;
  }

  /**
   * @throws ModelException if the file cannot be written
   */
  public void write(Path folder) {
    Path file = folder.resolve("model-card.md");
    try {
      Files.writeString(file, markdown());
    } catch (IOException e) {
      throw new ModelException("%s cannot be written: %s".formatted(file, e), e);
    }
  }

  String markdown() {
    return Stream.of(
            "# Model card: " + name() + "\n",
            "Drawn up by SpineXR from the manifests of the model set and from this evaluation. It"
                + " is complete when nothing is \"not stated\", and correct when a person has read"
                + " it.\n",
            section("Basic information", basics()),
            section("Release information", release()),
            section("Model summary", summary()),
            section("Uses and directions", uses()),
            section("Warnings", warnings()),
            section("Trust ingredients: AI system facts", facts()),
            section("Trust ingredients: transparency information", transparency()),
            section("Key metrics: usefulness, usability and efficacy", usefulness()),
            section("Key metrics: fairness and equity", fairness()),
            section("Key metrics: safety and reliability", safety()),
            section("Resources", resources()),
            section(
                "Bibliography",
                Map.of(
                    "Method",
                    "Nguyen et al., VinDr-SpineXR: A deep learning framework for spinal lesions"
                        + " detection and classification from radiographs, MICCAI 2021.")))
        .collect(Collectors.joining("\n"));
  }

  private String name() {
    return models
        .map(folder -> folder.modelSet().id())
        .or(() -> set.run().map(run -> run.origin().modelSet()))
        .orElse("predictions of an unknown model");
  }

  private Map<String, String> basics() {
    return fields(
        "Model name", name(),
        "Model developer", NOT_STATED,
        "Developer contact", NOT_STATED);
  }

  private Map<String, String> release() {
    return fields(
        "Release stage",
        ofSet(folder -> folder.manifest().labelling().display()),
        "Release date",
        NOT_STATED,
        "Release version",
        ofSet(folder -> folder.manifest().version()),
        "Global availability",
        NOT_STATED,
        "EHR compatibility",
        "CDS Hooks 2.0 and FHIR R4.",
        "Regulatory approval",
        ofSet(folder -> folder.manifest().labelling().display()));
  }

  private static Map<String, String> summary() {
    return fields(
        "Summary",
        "Says how probable it is that a radiograph of the spine is abnormal, marks lesions on it,"
            + " and lets one correct the other by a decision rule.",
        "Keywords",
        "radiography, spine, classification, detection, triage");
  }

  private Map<String, String> uses() {
    return fields(
        "Intended use and workflow",
        ofSet(folder -> folder.manifest().labelling().intendedUse().orElse(NOT_STATED)),
        "Primary intended users",
        "Radiologists, and clinicians who order radiographs of the spine.",
        "How to use",
        "As an aid beside the image. Every result is to be confirmed by a radiologist; a study"
            + " without findings is one in which nothing was marked, not a normal one.",
        "Targeted patient population",
        ofSet(folder -> population(folder.manifest().declaredScope())),
        "Cautioned out-of-scope settings",
        "Whatever is outside that scope. Images without a reader, and decisions on treatment.");
  }

  private static String population(Scope scope) {
    return "Patients from %d to %d years; %s; views %s; modalities %s; at least %d pixels."
        .formatted(
            scope.minimumAge(),
            scope.maximumAge(),
            scope.regions().stream().map(SpineRegion::display).sorted().collect(LIST),
            scope.views().stream().map(View::display).sorted().collect(LIST),
            scope.modalities().stream().sorted().collect(LIST),
            scope.minimumSize());
  }

  private Map<String, String> warnings() {
    return fields(
        "Known risks and limitations",
        "It misses lesions and marks what is none, as often as the figures below say. They hold for"
            + " images like those of this evaluation; %d annotated images are not among them."
                .formatted(set.leftOut()),
        "Known biases or ethical considerations",
        gaps(),
        "Clinical risk level",
        NOT_STATED);
  }

  private Map<String, String> facts() {
    return fields(
        "Outcomes and outputs",
        "Probability of being abnormal; boxes of "
            + set.types().stream()
                .map(type -> type.display().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "))
            + ".",
        "Model type",
        ofMembers(member -> member.architecture() + " (" + member.name() + ")"),
        "Foundation models",
        NOT_STATED,
        "Input data source",
        "Radiographs from the archive, as DICOM.",
        "Output and input data types",
        "In: images of 8 bits, prepared as \"%s\". Out: numbers in [0,1] and boxes in pixels."
            .formatted(
                models.map(folder -> folder.preprocessing().toString()).orElse("not stated")),
        "Development data characterization",
        ofMembers(member -> member.name() + ": " + trainingData(member)),
        "Bias mitigation approaches",
        NOT_STATED,
        "Ongoing maintenance",
        NOT_STATED,
        "Security",
        ofRun(run -> "Hashes of the weights: " + hashes(run)),
        "Transparency",
        "Every result names the models that computed it.");
  }

  private static String trainingData(ModelManifest member) {
    ModelManifest.Training training = member.training();
    String data = training == null ? null : training.data();
    return data == null ? "not stated" : data;
  }

  private static Map<String, String> transparency() {
    return fields(
        "Funding source", NOT_STATED,
        "Third-party information", NOT_STATED,
        "Stakeholders consulted", NOT_STATED);
  }

  private Map<String, String> usefulness() {
    return metric(
        "How well abnormal images are told from normal ones, and lesions are found.",
        Stream.concat(
                    figures.ensemble().measures().entrySet().stream()
                        .map(
                            entry ->
                                words(entry.getKey()) + " " + Markdown.percent(entry.getValue())),
                    Stream.of(
                        "mAP at IoU 0.5, after the decision rule "
                            + Markdown.percent(figures.at50().fused(set.rule().boundary()).mean())))
                .collect(Collectors.joining("; "))
            + ", in percent with 95 % intervals, at c* = "
            + set.rule().threshold()
            + ".");
  }

  private Map<String, String> fairness() {
    return metric("Whether it does worse on some groups of images than on all others.", gaps());
  }

  private Map<String, String> safety() {
    return metric(
        "How far its probabilities can be taken as such, and how often it is wrong.",
        String.format(
            Locale.ROOT,
            "Expected calibration error %.4f; Brier score %.4f; %d abnormal images missed and %d"
                + " normal ones called abnormal at c*.",
            figures.curves().calibration().expectedError(),
            figures.curves().brier(),
            figures.ensemble().confusion().falseNegatives(),
            figures.ensemble().confusion().falsePositives()));
  }

  private Map<String, String> metric(String goal, String result) {
    return fields(
        "Metric goal", goal,
        "Result", result,
        "Interpretation", NOT_STATED,
        "Test type", NOT_STATED,
        "Testing data description",
            "%d images of %d studies, %d of them abnormal."
                .formatted(
                    set.images().size(),
                    figures.studies(),
                    figures.ensemble().confusion().truePositives()
                        + figures.ensemble().confusion().falseNegatives()),
        "Validation process and justification",
            "Intervals from resampling images; see docs/evaluation.md and report.json.");
  }

  private static Map<String, String> resources() {
    return fields(
        "Evaluation references", "report.html and report.json beside this card.",
        "Clinical trial", NOT_STATED,
        "Peer reviewed publications", "See the bibliography; of these weights: not stated.",
        "Reimbursement status", NOT_STATED,
        "Patient consent or disclosure", NOT_STATED);
  }

  /** The groups that fall behind all others by most, of those that are not small. */
  private String gaps() {
    List<String> behind =
        figures.subgroups().stream()
            .filter(group -> !group.small() && auroc(group) < 0)
            .sorted((one, other) -> Double.compare(auroc(one), auroc(other)))
            .limit(LARGEST_GAPS)
            .map(
                group ->
                    "%s %s %s"
                        .formatted(
                            group.attribute().display(),
                            group.value(),
                            Markdown.percent(group.gaps().get(ClassifierFigure.AUROC))))
            .toList();
    if (figures.subgroups().isEmpty()) {
      return "Not measured: nothing is known of the images by which they could be grouped.";
    }
    return behind.isEmpty()
        ? "No group that is large enough falls behind the others in AUROC."
        : "AUROC against all other images, in points, of the groups furthest behind: "
            + String.join("; ", behind)
            + ".";
  }

  private static double auroc(Subgroup group) {
    return Optional.ofNullable(group.gaps().get(ClassifierFigure.AUROC))
        .map(gap -> gap.value())
        .orElse(Double.NaN);
  }

  private String ofSet(Function<ModelSetFolder, String> field) {
    return models.map(field).orElse(NOT_STATED);
  }

  private String ofMembers(Function<ModelManifest, String> field) {
    return ofSet(
        folder ->
            folder
                .members()
                .map(ModelFolder::manifest)
                .map(field)
                .collect(Collectors.joining("; ")));
  }

  private String ofRun(Function<PredictionRun, String> field) {
    return set.run().map(field).orElse(NOT_STATED);
  }

  private static String hashes(PredictionRun run) {
    return run.origin().models().stream()
        .map(model -> model.name() + " " + model.sha256())
        .collect(Collectors.joining(", "));
  }

  private static String words(ClassifierFigure figure) {
    return figure == ClassifierFigure.AUROC || figure == ClassifierFigure.F1
        ? figure.name()
        : figure.name().toLowerCase(Locale.ROOT);
  }

  /** Names and texts in turns, in this order. */
  private static Map<String, String> fields(String... namesAndTexts) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      fields.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    return fields;
  }

  private static String section(String title, Map<String, String> fields) {
    return fields.entrySet().stream()
        .map(field -> "**%s.** %s\n".formatted(field.getKey(), field.getValue()))
        .collect(Collectors.joining("\n", "## " + title + "\n\n", ""));
  }
}

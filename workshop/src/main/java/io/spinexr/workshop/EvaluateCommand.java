package io.spinexr.workshop;

import io.spinexr.app.DecoderOption;
import io.spinexr.app.ModelOptions;
import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.dicom.DicomException;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.inference.ModelRepository;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.radiograph.Analyser;
import io.spinexr.radiograph.Preparation;
import io.spinexr.radiograph.RadiographAnalysis;
import io.spinexr.radiograph.ReceivedImage;
import io.spinexr.radiograph.ScopeCheck;
import io.spinexr.workshop.dataset.AnnotatedImage;
import io.spinexr.workshop.dataset.AnnotationFile;
import io.spinexr.workshop.dataset.LabelledImage;
import io.spinexr.workshop.evaluation.EvaluationReport;
import io.spinexr.workshop.evaluation.ModelEvaluation;
import io.spinexr.workshop.evaluation.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Measures a model set. */
@Command(
    name = "evaluate",
    mixinStandardHelpOptions = true,
    description = {
      "Measures a model set on phantoms or on annotated images.",
      "As the VinDr-SpineXR paper does: AUROC, F1, sensitivity, specificity, and AP at IoU 0.5",
      "before and after the decision rule."
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private ModelOptions models;

  @Mixin private DecoderOption decoder;

  @ArgGroup(exclusive = false, heading = "On phantoms:%n")
  private Phantoms phantoms = new Phantoms();

  @ArgGroup(exclusive = false, heading = "On annotated images:%n")
  private @Nullable Images images;

  private static final class Phantoms {
    @Option(
        names = "--phantoms",
        paramLabel = "N",
        defaultValue = "300",
        description = "How many (default: ${DEFAULT-VALUE}).")
    private int count = 300;

    @Option(
        names = "--seed",
        paramLabel = "S",
        defaultValue = "1",
        description =
            "Seed of the first; seeds below 4294967296 are never trained on"
                + " (default: ${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
        names = "--difficulty",
        paramLabel = "LEVEL",
        defaultValue = "easy",
        description = "Which family: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Difficulty difficulty = Difficulty.EASY;
  }

  private static final class Images {
    @Option(
        names = "--images",
        paramLabel = "DIR",
        required = true,
        description = "Folder with <image_id>.dicom or <image_id>.dcm.")
    private Path folder;

    @Option(
        names = "--annotations",
        paramLabel = "FILE",
        required = true,
        description =
            "CSV in the data set's layout: study_id,series_id,image_id,rad_id,lesion_type,"
                + "xmin,ymin,xmax,ymax.")
    private Path annotations;

    @Option(
        names = "--ignore-scope",
        description = "Measure images that the model set is not made for, too.")
    private boolean ignoreScope;
  }

  @Override
  public Integer call() {
    try (ModelRepository repository = models.open()) {
      if (images != null) {
        return evaluate(repository, images);
      }
      if (phantoms.count < 2) {
        throw new Mistake("--phantoms must be at least 2, but is " + phantoms.count + ".");
      }
      print(
          repository,
          ModelEvaluation.phantoms(phantoms.difficulty, phantoms.seed, phantoms.count),
          phantoms.count);
      return 0;
    }
  }

  private int evaluate(ModelRepository repository, Images images) {
    List<AnnotatedImage> annotated = AnnotationFile.read(images.annotations);
    RadiographAnalysis radiographs =
        new RadiographAnalysis(
            new Analyser(repository),
            ScopeCheck.of(repository.scope()),
            decoder.decoder(repository.preprocessing()),
            images.ignoreScope);
    Map<Kind, Integer> leftOut = new EnumMap<>(Kind.class);
    print(
        repository,
        annotated.stream().flatMap(image -> labelled(image, images, radiographs, leftOut).stream()),
        annotated.size());
    int unusable = leftOut.getOrDefault(Kind.NOT_ANALYSABLE, 0);
    int outOfScope = leftOut.getOrDefault(Kind.OUT_OF_SCOPE, 0);
    int count = unusable + outOfScope;
    if (count > 0) {
      Terminal.say(
          "%d of %d images are left out: %d not analysable, %d outside what the AI is made for."
              .formatted(count, annotated.size(), unusable, outOfScope));
    }
    return count == 0 ? 0 : 1;
  }

  private Optional<LabelledImage> labelled(
      AnnotatedImage annotated,
      Images images,
      RadiographAnalysis radiographs,
      Map<Kind, Integer> leftOut) {
    try {
      Path file =
          Stream.of(".dicom", ".dcm")
              .map(extension -> images.folder.resolve(annotated.imageId() + extension))
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow(() -> new DicomException("there is no such file"));
      Preparation preparation = radiographs.prepare(ReceivedImage.of(file));
      if (preparation instanceof Preparation.Rejected refused) {
        return leftOut(annotated, refused.image().kind(), refused.image().reason(), leftOut);
      }
      return Optional.of(
          new LabelledImage(
              ((Preparation.Ready) preparation).image(),
              annotated.abnormal(),
              annotated.lesions()));
    } catch (DicomException e) {
      return leftOut(annotated, Kind.NOT_ANALYSABLE, e.getMessage(), leftOut);
    } catch (OutOfMemoryError e) {
      return leftOut(
          annotated,
          Kind.NOT_ANALYSABLE,
          RadiographAnalysis.TOO_LITTLE_MEMORY + "; give more: SPINEXR_JAVA_OPTS=-Xmx4g",
          leftOut);
    }
  }

  private static Optional<LabelledImage> leftOut(
      AnnotatedImage image, Kind kind, String reason, Map<Kind, Integer> leftOut) {
    leftOut.merge(kind, 1, Integer::sum);
    Terminal.say(
        "%nImage %s is left out: %s: %s.".formatted(image.imageId(), kind.display(), reason));
    return Optional.empty();
  }

  private static void print(ModelRepository repository, Stream<LabelledImage> images, int count) {
    List<Prediction> predictions =
        ModelEvaluation.predict(
            repository.classifier(), repository.detector(), images, count, Terminal.progress());
    try {
      System.out.println(
          EvaluationReport.of(
                  predictions, repository.decisionRule(), repository.set().lesionTypes())
              .table());
    } catch (IllegalArgumentException e) {
      throw new Mistake("These images cannot be evaluated: %s.".formatted(e.getMessage()), e);
    }
  }
}

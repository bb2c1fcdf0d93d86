package io.spinexr.app;

import io.spinexr.app.server.Mistake;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.DicomReader;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.dataset.AnnotatedImage;
import io.spinexr.inference.dataset.AnnotationFile;
import io.spinexr.inference.dataset.LabelledImage;
import io.spinexr.inference.evaluation.EvaluationReport;
import io.spinexr.inference.evaluation.ModelEvaluation;
import io.spinexr.inference.evaluation.Prediction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
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
  private Images images;

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
  }

  @Override
  public Integer call() {
    try (ModelRepository repository = models.open()) {
      if (images != null) {
        return evaluateImages(repository);
      }
      if (phantoms.count < 2) {
        throw new Mistake("--phantoms must be at least 2, but is " + phantoms.count + ".");
      }
      print(repository, ModelEvaluation.phantoms(phantoms.seed, phantoms.count), phantoms.count);
      return 0;
    }
  }

  private int evaluateImages(ModelRepository repository) {
    List<AnnotatedImage> annotated = AnnotationFile.read(images.annotations);
    AtomicInteger failures = new AtomicInteger();
    print(
        repository,
        annotated.stream().flatMap(image -> labelled(image, failures).stream()),
        annotated.size());
    if (failures.get() > 0) {
      Terminal.say("%d of %d images are left out.".formatted(failures.get(), annotated.size()));
    }
    return failures.get() == 0 ? 0 : 1;
  }

  private Optional<LabelledImage> labelled(AnnotatedImage annotated, AtomicInteger failures) {
    try {
      Path file =
          Stream.of(".dicom", ".dcm")
              .map(extension -> images.folder.resolve(annotated.imageId() + extension))
              .filter(Files::isRegularFile)
              .findFirst()
              .orElseThrow(() -> new DicomException("there is no such file"));
      return Optional.of(
          new LabelledImage(
              decoder.decoder().decode(DicomReader.read(file)).image(),
              annotated.abnormal(),
              annotated.lesions()));
    } catch (DicomException e) {
      return leftOut(annotated, e.getMessage(), failures);
    } catch (OutOfMemoryError e) {
      return leftOut(
          annotated, "there is too little memory; give more: SPINEXR_JAVA_OPTS=-Xmx4g", failures);
    }
  }

  private static Optional<LabelledImage> leftOut(
      AnnotatedImage annotated, String reason, AtomicInteger failures) {
    failures.incrementAndGet();
    Terminal.say("%nImage %s is left out: %s.".formatted(annotated.imageId(), reason));
    return Optional.empty();
  }

  private static void print(ModelRepository repository, Stream<LabelledImage> images, int count) {
    List<Prediction> predictions =
        ModelEvaluation.predict(
            repository.classifier(), repository.detector(), images, count, Terminal.progress());
    try {
      System.out.println(EvaluationReport.of(predictions, repository.decisionRule()).table());
    } catch (IllegalArgumentException e) {
      throw new Mistake("These images cannot be evaluated: %s.".formatted(e.getMessage()), e);
    }
  }
}

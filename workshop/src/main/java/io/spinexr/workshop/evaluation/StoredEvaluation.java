package io.spinexr.workshop.evaluation;

import io.spinexr.finding.Finding;
import io.spinexr.finding.LesionType;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.workshop.dataset.AnnotatedImage;
import io.spinexr.workshop.dataset.AnnotationFile;
import io.spinexr.workshop.dataset.Annotations;
import io.spinexr.workshop.dataset.DataSetSplit;
import io.spinexr.workshop.dataset.Defect;
import io.spinexr.workshop.dataset.Defect.Kind;
import io.spinexr.workshop.dataset.ImageSize;
import io.spinexr.workshop.dataset.ImageSizeFile;
import io.spinexr.workshop.prediction.DetectionFile;
import io.spinexr.workshop.prediction.ImageDescription;
import io.spinexr.workshop.prediction.LeftOut;
import io.spinexr.workshop.prediction.PredictionFiles;
import io.spinexr.workshop.prediction.PredictionRun;
import io.spinexr.workshop.prediction.ProbabilityFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Brings annotations and stored predictions together, whoever made them. No network is opened. The
 * threshold is that of the model set or, if the predictions name none, the published one.
 *
 * @param annotations the annotation file
 * @param classification {@code preds.csv}; what {@code images.csv} and {@code predictions.json}
 *     beside it say is used
 * @param detections {@code detections.json}
 * @param rareTypes what becomes of lesions of types that the detector does not know
 */
public record StoredEvaluation(
    Path annotations, Path classification, Path detections, RareTypes rareTypes) {

  /**
   * Reads and joins the files.
   *
   * @throws io.spinexr.inference.folder.ModelException naming file and line, if one cannot be used
   */
  public EvaluationSet read() {
    List<Defect> defects = new ArrayList<>();
    Map<String, ImageDescription> described = PredictionFiles.images(classification);
    Map<String, ImageSize> sizes = sizes(described, defects);
    Annotations annotated = AnnotationFile.read(annotations, sizes);
    defects.addAll(0, annotated.defects());
    defects.addAll(DataSetSplit.sharedStudies(annotations, annotated));
    Optional<PredictionRun> run = PredictionFiles.run(classification);
    List<LesionType> types =
        run.map(made -> made.origin().labels()).orElse(LesionType.REFERENCE_LABELS);
    ProbabilityFile probabilities = ProbabilityFile.read(classification);
    Map<String, List<Finding>> findings =
        measured(DetectionFile.read(detections, types, sizes, defects::add), types, defects);
    strangers(annotated, probabilities, findings, defects);
    unknownSizes(annotated, sizes, defects);
    Map<String, String> reasons =
        run.map(PredictionRun::leftOut).orElse(List.of()).stream()
            .collect(Collectors.toMap(LeftOut::imageId, LeftOut::reason));
    List<PredictedImage> images = new ArrayList<>();
    for (AnnotatedImage image : annotated.images()) {
      ProbabilityFile.Row row = probabilities.rows().get(image.imageId());
      if (row == null) {
        String reason = reasons.getOrDefault(image.imageId(), "there is no prediction for it");
        defects.add(Defect.of(classification, Kind.UNPREDICTED_IMAGE, image.imageId(), reason));
      } else {
        images.add(
            new PredictedImage(
                image.imageId(),
                image.studyId(),
                image.abnormal(),
                rareTypes.measured(image.lesions(), types),
                row.probability(),
                row.members(),
                findings.getOrDefault(image.imageId(), List.of()),
                Optional.ofNullable(described.get(image.imageId()))
                    .map(ImageDescription::attributes)
                    .orElse(Map.of()),
                row.raw()));
      }
    }
    return new EvaluationSet(
        images,
        probabilities.members(),
        types,
        run.map(made -> made.origin().rule())
            .orElse(DecisionRule.reference(DecisionRule.PUBLISHED_THRESHOLD)),
        run.isPresent() ? "of the model set" : "published with VinDr-SpineXR",
        rareTypes,
        AnnotatedCounts.of(annotated),
        defects,
        run);
  }

  /** As the images themselves have them, else as the data set says. */
  private Map<String, ImageSize> sizes(
      Map<String, ImageDescription> described, List<Defect> defects) {
    Map<String, ImageSize> sizes = new HashMap<>();
    DataSetSplit.sizesOf(annotations)
        .ifPresent(
            file -> {
              sizes.putAll(ImageSizeFile.read(file, defects::add));
              described.forEach(
                  (imageId, image) -> {
                    ImageSize stated = sizes.get(imageId);
                    if (stated != null && !stated.equals(image.size())) {
                      defects.add(
                          Defect.of(
                              file,
                              Kind.OTHER_SIZE,
                              imageId,
                              "it is said to have %d x %d pixels, but has %d x %d"
                                  .formatted(
                                      stated.width(),
                                      stated.height(),
                                      image.size().width(),
                                      image.size().height())));
                    }
                  });
            });
    described.forEach((imageId, image) -> sizes.put(imageId, image.size()));
    return sizes;
  }

  private void unknownSizes(
      Annotations annotated, Map<String, ImageSize> sizes, List<Defect> defects) {
    long unknown =
        annotated.studies().keySet().stream().filter(id -> !sizes.containsKey(id)).count();
    if (unknown > 0) {
      defects.add(
          Defect.of(
              annotations,
              Kind.UNKNOWN_SIZE,
              "",
              "the sizes of %d images are not known, so that boxes right of them or below are not noticed"
                  .formatted(unknown)));
    }
  }

  /** Boxes of types that other predictions may name and that are not measured. */
  private Map<String, List<Finding>> measured(
      Map<String, List<Finding>> findings, List<LesionType> types, List<Defect> defects) {
    Map<String, List<Finding>> measured = new HashMap<>();
    findings.forEach(
        (imageId, found) -> {
          measured.put(imageId, found.stream().filter(f -> types.contains(f.type())).toList());
          found.stream()
              .filter(finding -> !types.contains(finding.type()))
              .forEach(
                  finding ->
                      defects.add(
                          Defect.of(
                              detections,
                              Kind.UNMEASURED_TYPE,
                              imageId,
                              "a box of the type %s, which is not measured"
                                  .formatted(finding.type().display()))));
        });
    return measured;
  }

  private void strangers(
      Annotations annotated,
      ProbabilityFile probabilities,
      Map<String, List<Finding>> findings,
      List<Defect> defects) {
    probabilities
        .rows()
        .forEach(
            (imageId, row) -> {
              if (!annotated.studies().containsKey(imageId)) {
                defects.add(
                    new Defect(
                        Kind.UNKNOWN_IMAGE,
                        classification.getFileName().toString(),
                        row.line(),
                        imageId,
                        "no annotation names this image"));
              }
            });
    findings.forEach(
        (imageId, found) -> {
          if (!annotated.studies().containsKey(imageId)) {
            defects.add(
                Defect.of(
                    detections,
                    Kind.UNKNOWN_IMAGE,
                    imageId,
                    "no annotation names this image; its boxes: %d".formatted(found.size())));
          } else if (!probabilities.rows().containsKey(imageId)) {
            defects.add(
                Defect.of(
                    detections,
                    Kind.UNKNOWN_IMAGE,
                    imageId,
                    "this image has no probability; its boxes: %d".formatted(found.size())));
          }
        });
  }
}

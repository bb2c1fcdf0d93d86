package io.spinexr.workshop.evaluation;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.Classification;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.Progress;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.workshop.dataset.AnnotatedImage;
import io.spinexr.workshop.dataset.AnnotatedLesion;
import io.spinexr.workshop.dataset.Annotations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Phantoms that are drawn, predicted and forgotten one after another. */
public final class PhantomEvaluation {
  private static final String PHANTOM = "phantom ";

  private PhantomEvaluation() {}

  /** The picture of a phantom of an evaluation, drawn again. */
  public static GrayscaleImage image(Difficulty difficulty, String imageId) {
    long seed = Long.parseLong(imageId.substring(PHANTOM.length()));
    return difficulty.generate(seed, 1).grayscale();
  }

  /**
   * Predicts phantoms with consecutive seeds.
   *
   * @param first seed; below 2^32 no training has seen them
   */
  public static EvaluationSet of(
      ModelRepository repository,
      Difficulty difficulty,
      long first,
      int count,
      RareTypes rareTypes,
      Progress progress) {
    List<PredictedImage> images = new ArrayList<>();
    long start = System.nanoTime();
    for (long seed = first; seed < first + count; seed++) {
      images.add(predicted(difficulty, seed, repository, rareTypes));
      long left = (System.nanoTime() - start) / images.size() * (count - images.size());
      progress.update("evaluating", images.size(), count, "", Duration.ofNanos(left));
    }
    return new EvaluationSet(
        images,
        repository.set().classifiers().stream().map(model -> model.manifest().name()).toList(),
        repository.set().lesionTypes(),
        repository.decisionRule(),
        "of the model set",
        rareTypes,
        AnnotatedCounts.of(annotations(images)),
        List.of(),
        Optional.empty());
  }

  private static PredictedImage predicted(
      Difficulty difficulty, long seed, ModelRepository repository, RareTypes rareTypes) {
    Phantom phantom = difficulty.generate(seed, 1);
    GrayscaleImage image = phantom.grayscale();
    Classification classification = repository.classifier().classify(image);
    return new PredictedImage(
        PHANTOM + seed,
        "study " + difficulty.study(seed),
        phantom.abnormal(),
        rareTypes.measured(
            phantom.lesions().stream()
                .map(lesion -> new AnnotatedLesion(lesion.type(), lesion.box(), "generator"))
                .toList(),
            repository.set().lesionTypes()),
        classification.probability(),
        classification.perModel(),
        repository.detector().detect(image),
        Map.of(),
        classification.raw());
  }

  private static Annotations annotations(List<PredictedImage> images) {
    Map<String, String> studies = new LinkedHashMap<>();
    images.forEach(image -> studies.put(image.imageId(), image.studyId()));
    return new Annotations(
        images.stream()
            .map(
                image ->
                    new AnnotatedImage(
                        image.studyId(), "", image.imageId(), image.abnormal(), image.lesions()))
            .toList(),
        studies,
        List.of());
  }
}

package io.spinexr.workshop.evaluation;

import io.spinexr.inference.Classifier;
import io.spinexr.inference.Detector;
import io.spinexr.inference.Progress;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.workshop.dataset.LabelledImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Runs a classifier and a detector over labelled images. */
public final class ModelEvaluation {
  private ModelEvaluation() {}

  /**
   * @param images read one after another, so that they need not fit into memory together
   * @param count how many there are, for the progress
   */
  public static List<Prediction> predict(
      Classifier classifier,
      Detector detector,
      Stream<LabelledImage> images,
      long count,
      Progress progress) {
    List<Prediction> predictions = new ArrayList<>();
    long start = System.nanoTime();
    for (Iterator<LabelledImage> rest = images.iterator(); rest.hasNext(); ) {
      LabelledImage image = rest.next();
      predictions.add(
          new Prediction(
              image.abnormal(),
              image.lesions(),
              classifier.classify(image.image()).probability(),
              detector.detect(image.image())));
      int done = predictions.size();
      long left = (System.nanoTime() - start) / done * (count - done);
      progress.update("evaluating", done, count, "", Duration.ofNanos(left));
    }
    return predictions;
  }

  /**
   * Full-size phantoms with consecutive seeds.
   *
   * @param first seed; below 2^32 no training has seen them
   */
  public static Stream<LabelledImage> phantoms(Difficulty difficulty, long first, long count) {
    return LongStream.range(first, first + count)
        .mapToObj(seed -> difficulty.generate(seed, 1))
        .map(ModelEvaluation::labelled);
  }

  private static LabelledImage labelled(Phantom phantom) {
    return new LabelledImage(phantom.grayscale(), phantom.abnormal(), phantom.lesions());
  }
}

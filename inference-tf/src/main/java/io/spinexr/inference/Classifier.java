package io.spinexr.inference;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.ModelSetManifest.Mean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Result;
import org.tensorflow.types.TFloat32;

/**
 * An ensemble of classifiers: the probability that a radiograph is abnormal. May be used from
 * several threads at once.
 */
public final class Classifier {
  private static final double CLIP = 1e-6;

  private record Output(double probability, double logit) {}

  private final List<Model> members;
  private final Mean mean;

  /**
   * @param members classifiers, which stay the caller's to close
   * @param mean how their outputs are averaged
   */
  public Classifier(List<Model> members, Mean mean) {
    this.members = List.copyOf(members);
    this.mean = mean;
  }

  /** Classifies one image of any size. */
  public Classification classify(GrayscaleImage image) {
    Map<String, Output> outputs = new LinkedHashMap<>();
    for (Model member : members) {
      GrayscaleImage input = member.manifest().prepare(image);
      outputs.put(member.manifest().name(), member.run(List.of(input), Classifier::read));
    }
    return combine(outputs);
  }

  private static Output read(Result result) {
    TFloat32 probability = (TFloat32) result.get("probability").orElseThrow();
    TFloat32 logit = (TFloat32) result.get("logit").orElseThrow();
    return new Output(probability.getFloat(0), logit.getFloat(0));
  }

  private Classification combine(Map<String, Output> outputs) {
    Map<String, Double> perModel = new LinkedHashMap<>();
    outputs.forEach((name, output) -> perModel.put(name, output.probability()));
    if (outputs.size() == 1) {
      Output only = outputs.values().iterator().next();
      return new Classification(only.probability(), only.logit(), perModel);
    }
    return combine(new ArrayList<>(perModel.values()), perModel);
  }

  private Classification combine(List<Double> probabilities, Map<String, Double> perModel) {
    if (mean == Mean.PROBABILITY) {
      double probability = average(probabilities);
      return new Classification(probability, logit(probability), perModel);
    }
    double logit = average(probabilities.stream().map(Classifier::logit).toList());
    return new Classification(1 / (1 + Math.exp(-logit)), logit, perModel);
  }

  private static double average(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  /** Inverse sigmoid of a probability clipped to [1e-6, 1 - 1e-6], as the reference does it. */
  static double logit(double probability) {
    double clipped = Math.max(CLIP, Math.min(1 - CLIP, probability));
    return Math.log(clipped / (1 - clipped));
  }
}

package io.spinexr.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.spinexr.finding.Probability;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.DecisionRule.Boundary;
import java.util.List;

/**
 * {@code model-set.json}: which models work together, and by which decision rule.
 *
 * @param name e.g. {@code demo}
 * @param version changes whenever a member or the rule changes
 * @param classifiers folders of the ensemble's members, relative to this file
 * @param mean how their outputs are averaged
 * @param threshold c*: from this probability on an image is abnormal, in [0,1]
 * @param keepScore the score that a finding needs to stay on a normal image, in [0,1]; 0.5 where
 *     the file does not say
 * @param boundary whether a score of exactly that stays; inclusive where the file does not say
 * @param detector folder of the detector, relative to this file
 */
public record ModelSetManifest(
    String name,
    String version,
    List<String> classifiers,
    Mean mean,
    Double threshold,
    Double keepScore,
    Boundary boundary,
    String detector) {
  /** How an ensemble's outputs are averaged. */
  public enum Mean {
    /**
     * The log-odds of the probabilities, clipped to [1e-6, 1 - 1e-6]: the reference implementation.
     */
    @JsonProperty("logit")
    LOGIT,
    /** The probabilities: the paper's wording. */
    @JsonProperty("probability")
    PROBABILITY
  }

  public ModelSetManifest {
    if (name == null || version == null || mean == null || threshold == null || detector == null) {
      throw new IllegalArgumentException(
          "name, version, mean, threshold and detector must all be given");
    }
    if (classifiers == null || classifiers.isEmpty()) {
      throw new IllegalArgumentException("classifiers must name at least one folder");
    }
    classifiers = List.copyOf(classifiers);
    DecisionRule reference = DecisionRule.reference(threshold);
    keepScore = keepScore == null ? reference.keepScore() : keepScore;
    boundary = boundary == null ? reference.boundary() : boundary;
    Probability.require("keepScore", keepScore);
  }

  /** How classifier and detector are made to agree. */
  DecisionRule decisionRule() {
    return new DecisionRule(threshold, keepScore, boundary);
  }
}

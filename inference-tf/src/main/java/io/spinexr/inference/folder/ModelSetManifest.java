package io.spinexr.inference.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.spinexr.evaluation.calibration.CalibrationMap;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.Probability;
import io.spinexr.fusion.CertaintyScores;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.fusion.DecisionRule.Boundary;
import io.spinexr.fusion.LesionScores;
import io.spinexr.scope.Scope;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code model-set.json}: which models work together, by which decision rule, and for what.
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
 * @param scope the images that the set is made for; adults' spines where the file does not say
 * @param regulatory what the set may be used for; research where the file does not say
 * @param intendedUse for whom and for what, in sentences; may be absent
 * @param thresholdOrigin where the threshold comes from, if {@code calibrate} has chosen it
 * @param calibration how the ensemble's probability becomes one that means what it says; threshold
 *     and every probability that is shown are on that scale; as it is where the file does not say
 * @param scores what the detector's scores are worth, by the codes of lesion types; {@link
 *     io.spinexr.fusion.CertaintyScores#DEFAULT} for types that it does not name
 * @param imageCheck folder of the image check, relative to this file; absent if the set has none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ModelSetManifest(
    String name,
    String version,
    List<String> classifiers,
    Mean mean,
    Double threshold,
    Double keepScore,
    Boundary boundary,
    String detector,
    @Nullable DeclaredScope scope,
    @Nullable Regulatory regulatory,
    @Nullable String intendedUse,
    @Nullable ThresholdOrigin thresholdOrigin,
    @Nullable DeclaredCalibration calibration,
    @Nullable Map<String, DeclaredScores> scores,
    @Nullable String imageCheck) {
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
    if (scores != null) {
      scores = Collections.unmodifiableMap(new LinkedHashMap<>(scores));
      lesionScores(scores);
    }
  }

  /** The images that the set is made for. */
  public Scope declaredScope() {
    return scope == null ? Scope.DEFAULT : scope.scope();
  }

  /** What the set may be used for. */
  public Labelling labelling() {
    return Regulatory.labelling(regulatory, intendedUse);
  }

  /** How classifier and detector are made to agree. */
  public DecisionRule decisionRule() {
    return new DecisionRule(threshold, keepScore, boundary);
  }

  /** What becomes of the ensemble's probability. */
  public CalibrationMap calibrationMap() {
    return calibration == null ? new CalibrationMap.Unchanged() : calibration.map();
  }

  /** What the detector's scores are worth. */
  public LesionScores lesionScores() {
    return lesionScores(scores == null ? Map.of() : scores);
  }

  private static LesionScores lesionScores(Map<String, DeclaredScores> declared) {
    Map<LesionType, CertaintyScores> scores = new EnumMap<>(LesionType.class);
    declared.forEach(
        (code, of) ->
            scores.put(
                Arrays.stream(LesionType.values())
                    .filter(type -> type.code().equals(code))
                    .findFirst()
                    .orElseThrow(
                        () ->
                            new IllegalArgumentException(
                                "scores names %s, which is no lesion type".formatted(code))),
                of.scores()));
    return new LesionScores(scores);
  }
}

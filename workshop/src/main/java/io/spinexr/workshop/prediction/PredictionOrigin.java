package io.spinexr.workshop.prediction;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.spinexr.app.Version;
import io.spinexr.finding.LesionType;
import io.spinexr.finding.ModelVersion;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.DeclaredCalibration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What predictions were made with, and of what.
 *
 * @param program version of SpineXR
 * @param modelSet name and version of the model set
 * @param models its members, with the hashes of their files
 * @param labels what the detector knows, in its order
 * @param mean how the classifiers' outputs are averaged
 * @param rule the set's
 * @param preprocessing from DICOM to 8 bits
 * @param device what the networks ran on
 * @param limits which images were not let through
 * @param dataSet hash of the images' names and sizes; their annotations may be corrected later
 * @param calibration the set's; null if it has none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PredictionOrigin(
    String program,
    String modelSet,
    List<ModelVersion> models,
    List<LesionType> labels,
    String mean,
    DecisionRule rule,
    String preprocessing,
    String device,
    String limits,
    String dataSet,
    @Nullable DeclaredCalibration calibration) {
  public PredictionOrigin {
    models = List.copyOf(models);
    labels = List.copyOf(labels);
    Objects.requireNonNull(rule, "rule");
  }

  static PredictionOrigin of(ModelRepository repository, String limits, String dataSet) {
    return new PredictionOrigin(
        Version.current(),
        repository.modelSet().id(),
        repository.modelSet().models(),
        repository.set().lesionTypes(),
        repository.mean().name(),
        repository.decisionRule(),
        repository.preprocessing().toString(),
        repository.device(),
        limits,
        dataSet,
        repository.set().manifest().calibration());
  }

  /** In which part another one differs first, in words; empty if it is the same. */
  Optional<String> difference(PredictionOrigin other) {
    if (equals(other)) {
      return Optional.empty();
    }
    return Optional.of(
        !dataSet.equals(other.dataSet)
            ? "other images"
            : !models.equals(other.models) || !modelSet.equals(other.modelSet)
                ? "other models"
                : !program.equals(other.program) ? "another version of SpineXR" : "other settings");
  }
}

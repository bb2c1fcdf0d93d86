package io.spinexr.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.StudyFindings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

class ConclusionTest {
  private static AnalysedStudy withProbability(double probability, int findings) {
    AnalysedStudy study = Examples.analysed("1.2.3", findings);
    ImageFindings image = study.findings().images().get(0);
    StudyFindings changed =
        new StudyFindings(
            "1.2.3",
            study.findings().models(),
            List.of(
                new ImageFindings(
                    image.image(),
                    image.width(),
                    image.height(),
                    probability,
                    image.threshold(),
                    image.detected(),
                    image.findings(),
                    List.of())),
            List.of());
    return new AnalysedStudy(
        study.subject(),
        study.orders(),
        study.study(),
        changed,
        study.rule(),
        study.urgency(),
        Map.of(),
        study.analysedAt());
  }

  private static DiagnosticReport report(AnalysedStudy study) {
    return resource(FindingsBundle.of(study), DiagnosticReport.class);
  }

  private static <T> T resource(Bundle bundle, Class<T> type) {
    return bundle.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void neverCallsAStudyNormalInWhichTheDetectorFoundSomething() {
    DiagnosticReport report = report(withProbability(0.1, 1));
    assertThat(report.getConclusion())
        .contains("Abnormal by the detector alone: located: vertebral collapse (score 0.90)")
        .contains("the classifier stays below its threshold")
        .doesNotContain("No abnormality");
    assertThat(report.getConclusionCodeFirstRep().getCodingFirstRep().getCode())
        .isEqualTo(ResultCode.ABNORMAL.code());
  }

  @Test
  void saysThatNothingFoundDoesNotExcludeDisease() {
    DiagnosticReport report = report(withProbability(0.1, 0));
    assertThat(report.getConclusion())
        .contains("No abnormality detected")
        .contains("This does not exclude disease.");
    assertThat(report.getConclusionCodeFirstRep().getCodingFirstRep().getCode())
        .isEqualTo(ResultCode.NO_ABNORMALITY_DETECTED.code());
  }

  @Test
  void keepsTheFailuresOfTwoPatientsOrdersApartThatShareAnId() {
    FailedAnalysis failure = Examples.failed(Optional.empty());
    OrderReference other =
        new OrderReference(Examples.ORDER.source(), Examples.ORDER.id(), "key-2");
    FailedAnalysis theirs =
        new FailedAnalysis(
            failure.subject(),
            List.of(other),
            failure.study(),
            failure.models(),
            failure.urgency(),
            failure.kind(),
            failure.reason(),
            failure.failedAt());
    assertThat(identifier(FailureBundle.of(failure)))
        .isNotEqualTo(identifier(FailureBundle.of(theirs)));
  }

  private static String identifier(Bundle bundle) {
    return resource(bundle, Task.class).getIdentifierFirstRep().getValue();
  }
}

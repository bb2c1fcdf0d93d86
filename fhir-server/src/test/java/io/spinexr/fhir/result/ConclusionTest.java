package io.spinexr.fhir.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.spinexr.fhir.Examples;
import io.spinexr.fhir.code.AiTransparency;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.StudyFindings;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.study.OrderReference;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Element;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    return resource(FindingsBundle.of(study, Examples.ISSUER), DiagnosticReport.class);
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
        .contains("Abnormal by the detector alone: the classifier stays below its threshold")
        .contains("Located: vertebral collapse (score 0.90).")
        .doesNotContain("Nothing found");
    assertThat(report.getConclusionCodeFirstRep().getCodingFirstRep().getCode())
        .isEqualTo("abnormal-by-detector");
  }

  @Test
  void saysThatNothingFoundDoesNotExcludeDisease() {
    DiagnosticReport report = report(withProbability(0.1, 0));
    assertThat(report.getConclusion())
        .contains("Nothing found")
        .contains("This does not exclude disease.");
    assertThat(report.getConclusionCodeFirstRep().getCodingFirstRep().getCode())
        .isEqualTo("nothing-found");
  }

  @Test
  void concludesOnlyWhatIsReported() {
    DiagnosticReport report = report(withProbability(0.9, 7));
    assertThat(report.getConclusionCode())
        .extracting(
            code -> code.getCodingFirstRep().getCode(), code -> certainty(code).doubleValue())
        .containsExactly(
            tuple("abnormal-by-classifier", 0.9),
            tuple("vertebral-collapse", 0.9),
            tuple("other-lesions", 0.8),
            tuple("osteophytes", 0.7),
            tuple("surgical-implant", 0.6),
            tuple("spondylolisthesis", 0.5));
    assertThat(report.getConclusion())
        .contains("surgical implant (score 0.60), spondylolisthesis (score 0.50).")
        .contains("Uncertain: foraminal stenosis (score 0.40), disc space narrowing (score 0.30).");
  }

  @Test
  void marksUncertainFindingsWhereverItNamesThem() {
    AnalysedStudy study = withProbability(0.9, 7);
    DiagnosticReport report = report(study);
    String page = new String(report.getPresentedForm().get(0).getData(), StandardCharsets.UTF_8);
    assertThat(page)
        .contains("<td>Foraminal stenosis (uncertain)</td>", "<td>Spondylolisthesis</td>");
    assertThat(FindingsBundle.of(study, Examples.ISSUER).getEntry())
        .extracting(Bundle.BundleEntryComponent::getResource)
        .filteredOn(Observation.class::isInstance)
        .extracting(observation -> ((Observation) observation).getText().getDivAsString())
        .anySatisfy(
            text -> assertThat(text).contains("AI result: foraminal stenosis (uncertain), score"))
        .anySatisfy(text -> assertThat(text).contains("AI result: spondylolisthesis, score"));
  }

  @Test
  void isAsSureOfNothingAsTheClassifierIsThatNothingIsThere() {
    DiagnosticReport report = report(withProbability(0.1, 0));
    assertThat(certainty(report.getConclusionCodeFirstRep())).isEqualByComparingTo("0.9");
  }

  private static BigDecimal certainty(Element element) {
    return ((DecimalType) element.getExtensionByUrl(AiTransparency.CONFIDENCE).getValue())
        .getValue();
  }

  @ParameterizedTest
  @CsvSource({
    "0.9, 0, A, abnormal-by-classifier",
    "0.1, 1, A, abnormal-by-detector",
    "0.1, 0, N, nothing-found"
  })
  void interpretsAnImageByItsVerdict(
      double probability, int findings, String interpretation, String verdict) {
    Observation image =
        resource(
            FindingsBundle.of(withProbability(probability, findings), Examples.ISSUER),
            Observation.class);
    assertThat(image.getInterpretationFirstRep().getCoding())
        .extracting(Coding::getCode)
        .containsExactly(interpretation, verdict);
  }

  @Test
  void keepsTheFailuresOfTwoPatientsOrdersApartThatShareAnId() {
    FailedAnalysis failure = Examples.failed(Optional.empty());
    OrderReference other =
        new OrderReference(
            Examples.ORDER.source(),
            Examples.ORDER.id(),
            "key-2",
            Examples.ORDER.accession(),
            Examples.ORDER.priority(),
            Examples.ORDER.description(),
            Examples.ORDER.region());
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
    assertThat(identifier(FailureBundle.of(failure, Examples.ISSUER)))
        .isNotEqualTo(identifier(FailureBundle.of(theirs, Examples.ISSUER)));
  }

  private static String identifier(Bundle bundle) {
    return resource(bundle, Task.class).getIdentifierFirstRep().getValue();
  }
}

package io.spinexr.fhir.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.fhir.Examples;
import io.spinexr.finding.Labelling;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import io.spinexr.finding.StudyFindings;
import io.spinexr.result.AnalysedStudy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

/** What resources say of what the models may be used for and are made for. */
class LabellingTest {
  private static final ModelSet CLEARED =
      new ModelSet(
          "site",
          "2",
          Examples.MODELS.models(),
          new Labelling(
              Labelling.Status.CLEARED,
              Optional.of("04012345678901"),
              Optional.of("To order the worklist.")));

  private static Bundle bundle(ModelSet models) {
    return FindingsBundle.of(
        Examples.analysed(Examples.study("1.2.3"), models, 1), Examples.ISSUER);
  }

  private static <T> T first(Bundle bundle, Class<T> type) {
    return bundle.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aClearedSetIsADeviceWithItsUdiAndIntendedUse() {
    Device set = first(bundle(CLEARED), Device.class);

    assertThat(set.getUdiCarrierFirstRep().getDeviceIdentifier()).isEqualTo("04012345678901");
    assertThat(set.getNote())
        .extracting(Annotation::getText)
        .containsExactly(
            "Regulatory status: cleared as a medical device, UDI 04012345678901.",
            "Intended use: To order the worklist.");
    assertThat(first(bundle(CLEARED), DiagnosticReport.class).getConclusion())
        .doesNotContain("research");
  }

  @Test
  void aReportOfASetForResearchSaysSo() {
    DiagnosticReport report = first(bundle(Examples.MODELS), DiagnosticReport.class);

    assertThat(report.getConclusion())
        .contains("The models are for research only, not for clinical use.");
    assertThat(first(bundle(Examples.MODELS), Device.class).hasUdiCarrier()).isFalse();
  }

  @Test
  void aReportSaysThatNobodyCheckedTheImageItself() {
    DiagnosticReport report = first(bundle(CLEARED), DiagnosticReport.class);

    assertThat(report.getConclusion()).contains("Every image: scope not checked on the image: ");
    assertThat(new String(report.getPresentedFormFirstRep().getData(), StandardCharsets.UTF_8))
        .contains("scope not checked on the image");
  }

  @Test
  void aTaskSaysWhyTheAiSaysNothing() {
    AnalysedStudy study = Examples.analysed("1.2.3", 0);
    RejectedImage damaged = study.findings().rejected().get(0);
    RejectedImage child =
        new RejectedImage(
            study.findings().images().get(0).image(), Kind.OUT_OF_SCOPE, "the patient was younger");
    AnalysedStudy silent =
        new AnalysedStudy(
            study.subject(),
            study.orders(),
            study.study(),
            new StudyFindings("1.2.3", CLEARED, List.of(), List.of(damaged, child)),
            study.rule(),
            study.urgency(),
            study.annotatedPng(),
            study.analysedAt());
    Bundle bundle = FindingsBundle.of(silent, Examples.ISSUER);

    assertThat(first(bundle, Task.class).getDescription())
        .isEqualTo(
            "Read the radiographs of the lumbar spine. Without the AI, because images are not"
                + " analysable: multi-frame image with 30 frames; outside what the AI is made for:"
                + " the patient was younger.");
    assertThat(first(bundle, DiagnosticReport.class).getConclusion())
        .contains(
            "Image 1.2.3.1.1 is outside what the AI is made for: the patient was younger.",
            "Image 1.2.3.1.2 is not analysable: multi-frame image with 30 frames.")
        .doesNotContain("scope not checked");
    assertThat(first(bundle(CLEARED), Task.class).getDescription())
        .isEqualTo("Read the radiographs of the lumbar spine.");
  }
}

package io.spinexr.fhir.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.util.FhirTerser;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.store.Transaction;
import io.spinexr.fhir.study.OrderResource;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.finding.BirthDate;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.result.FailedAnalysis.Kind;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.OrderReference;
import io.spinexr.study.SpineRegion;
import io.spinexr.study.StudyStart;
import io.spinexr.study.Subject;
import io.spinexr.triage.ReadingPriority;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FindingsBundleTest {
  private final Bundle bundle = FindingsBundle.of(Examples.analysed("1.2.3", 2), Examples.ISSUER);

  @Test
  void refersToNothingOutsideItself() {
    Set<String> entries =
        bundle.getEntry().stream()
            .map(BundleEntryComponent::getFullUrl)
            .collect(Collectors.toSet());
    FhirTerser terser = FhirContext.forR4Cached().newTerser();
    List<Reference> references =
        all(Resource.class).stream()
            .flatMap(r -> terser.getAllPopulatedChildElementsOfType(r, Reference.class).stream())
            .toList();
    assertThat(references).hasSizeGreaterThan(20);
    assertThat(references)
        .filteredOn(Reference::hasReference)
        .extracting(Reference::getReference)
        .allMatch(entries::contains);
  }

  @Test
  void saysWhatItIsAndHowSureItIs() {
    DiagnosticReport report = only(DiagnosticReport.class);
    assertThat(report.getStatus()).isEqualTo(DiagnosticReportStatus.PRELIMINARY);
    assertThat(report.hasResultsInterpreter()).isFalse();
    assertThat(report.getConclusion())
        .contains("AI result, not a diagnosis", "demo-1.0.0", "0.87", "0.28")
        .contains("Located: vertebral collapse (score 0.90), other lesions (score 0.80).")
        .contains("Image 1.2.3.1.2 is not analysable: multi-frame image with 30 frames.");
    assertThat(report.getMeta().getSecurityFirstRep().getCode()).isEqualTo("AIAST");
    assertThat(report.getPresentedForm())
        .extracting("contentType")
        .containsExactly("text/html; charset=UTF-8", "image/png");
  }

  @Test
  void namesTheExactModelsThatMadeIt() {
    List<String> makers =
        only(Provenance.class).getAgent().stream()
            .map(agent -> agent.getWho().getReference())
            .toList();
    List<Device> devices =
        bundle.getEntry().stream()
            .filter(entry -> makers.contains(entry.getFullUrl()))
            .map(entry -> (Device) entry.getResource())
            .toList();
    assertThat(devices)
        .extracting(
            device -> device.getDeviceNameFirstRep().getName(),
            device -> device.getVersionFirstRep().getValue(),
            device ->
                device.getProperty().stream()
                    .filter(
                        property ->
                            property.getType().getCodingFirstRep().getDisplay().equals("SHA-256"))
                    .map(property -> property.getValueCodeFirstRep().getText())
                    .toList())
        .containsExactly(
            tuple("demo", "1.0.0", List.of()),
            tuple("densenet-demo", "1.0.0", List.of("a".repeat(64))),
            tuple("retinanet-demo", "1.0.0", List.of("b".repeat(64))));
    String set = makers.get(0);
    assertThat(all(Observation.class))
        .isNotEmpty()
        .allMatch(observation -> observation.getDevice().getReference().equals(set));
    assertThat(only(DiagnosticReport.class).getExtensionByUrl(Codes.ANALYSED_BY).getValue())
        .isInstanceOfSatisfying(
            Reference.class, by -> assertThat(by.getReference()).isEqualTo(set));
  }

  /** A reader who looks at normal images must not be reassured by a wrong sentence. */
  @Test
  void saysNothingOfAStudyWithoutAnalysableImages() {
    AnalysedStudy study = Examples.analysed("1.2.3", 0);
    AnalysedStudy unreadable =
        new AnalysedStudy(
            study.subject(),
            study.orders(),
            study.study(),
            new StudyFindings("1.2.3", Examples.MODELS, List.of(), study.findings().rejected()),
            study.rule(),
            study.urgency(),
            study.annotatedPng(),
            study.analysedAt());
    DiagnosticReport report =
        FindingsBundle.of(unreadable, Examples.ISSUER).getEntry().stream()
            .map(BundleEntryComponent::getResource)
            .filter(DiagnosticReport.class::isInstance)
            .map(DiagnosticReport.class::cast)
            .findFirst()
            .orElseThrow();
    assertThat(report.getConclusion()).contains("says nothing").doesNotContain("Nothing found");
    assertThat(report.getConclusionCodeFirstRep().getCodingFirstRep().getCode())
        .isEqualTo("not-analysable");
  }

  /** Entries of one bundle differ in their full URL (FHIR R4, bdl-7). */
  @Test
  void tellsOnceOfAnImageThatTwoSeriesListAndThatCannotBeAnalysed() {
    AnalysedStudy study = Examples.unreadable("1.2.3");
    RejectedImage image = study.findings().rejected().get(0);
    RejectedImage again =
        RejectedImage.notAnalysable(
            new ImageId("1.2.3", "1.2.3.9", image.image().sopInstanceUid()), image.reason());
    Bundle twice =
        FindingsBundle.of(
            Examples.with(
                study,
                study.orders(),
                study.study(),
                new StudyFindings("1.2.3", Examples.MODELS, List.of(), List.of(image, again)),
                study.urgency()),
            Examples.ISSUER);

    assertThat(twice.getEntry())
        .extracting(BundleEntryComponent::getFullUrl)
        .doesNotHaveDuplicates();
  }

  @Test
  void placesAFindingOnItsImage() {
    Observation finding =
        all(Observation.class).stream()
            .filter(Observation::hasValueCodeableConcept)
            .findFirst()
            .orElseThrow();
    assertThat(finding.getValueCodeableConcept().getCoding())
        .extracting("code")
        .containsExactly("vertebral-collapse", "42942008");
    var region = finding.getExtensionByUrl(Codes.IMAGE_REGION);
    assertThat(region.getExtensionString("instanceUid")).isEqualTo("1.2.3.1.1");
    // The corners of the box [100.125, 200, 180, 260.5], to a hundredth of a pixel, closed.
    assertThat(region.getExtensionsByUrl("coordinate"))
        .extracting(part -> ((DecimalType) part.getValue()).getValue().doubleValue())
        .containsExactly(100.13, 200.0, 180.0, 200.0, 180.0, 260.5, 100.13, 260.5, 100.13, 200.0);
    assertThat(finding.getComponentFirstRep().getValueQuantity().getValue())
        .isEqualByComparingTo(new BigDecimal("0.9"));
  }

  @Test
  void asksForTheReadingThatTriageWants() {
    Task task = only(Task.class);
    assertThat(task.getPriority()).isEqualTo(TaskPriority.ASAP);
    assertThat(task.hasOwner()).isFalse();
    assertThat(task.getBasedOnFirstRep().getIdentifier().getSystem())
        .isEqualTo("https://ehr.example.org/fhir/ServiceRequest");
  }

  @Test
  void readsADicomName() {
    Patient patient = only(Patient.class);
    assertThat(patient.getNameFirstRep().getFamily()).isEqualTo("Muster");
    assertThat(patient.getNameFirstRep().getGivenAsSingleString()).isEqualTo("Max");
    assertThat(patient.getNameFirstRep().getPrefixAsSingleString()).isEqualTo("Dr.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1971", "1971-03", "1971-03-05"})
  void statesABirthDateAsFarAsItIsKnown(String date) {
    AnalysedStudy study = Examples.analysed("1.2.3", 0);
    Subject subject =
        new Subject(
            Examples.SUBJECT.identifiers(),
            Optional.empty(),
            BirthDate.parse(date),
            Optional.empty());
    Bundle partial =
        FailureBundle.of(
            new FailedAnalysis(
                subject,
                study.orders(),
                Optional.empty(),
                Examples.MODELS,
                study.urgency(),
                Kind.IMAGES_NEVER_CAME,
                "none came",
                Examples.TIME),
            Examples.ISSUER);
    assertThat(((Patient) partial.getEntryFirstRep().getResource()).getBirthDateElement())
        .extracting(DateType::getValueAsString)
        .isEqualTo(date);
  }

  /** Whoever reads it elsewhere must not take the morning for the night. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T14:30:00+05:45",
        "2026-07-01T00:10:00-08:00",
        "2026-01-01T23:59:59+00:00"
      })
  void statesWhenImagesWereTakenWithTheOffsetOfThatPlace(String time) {
    assertThat(json(StudyStart.at(OffsetDateTime.parse(time))))
        .contains("\"started\":\"" + time + "\"", "\"effectiveDateTime\":\"" + time + "\"");
  }

  @Test
  void statesTheDayAloneWhenNobodyTellsTheTime() {
    assertThat(json(StudyStart.on(LocalDate.parse("2026-11-23"))))
        .contains("\"started\":\"2026-11-23\"", "\"effectiveDateTime\":\"2026-11-23\"");
  }

  private static String json(StudyStart started) {
    ImagedStudy study = Examples.study("1.2.3");
    ImagedStudy then =
        new ImagedStudy(
            study.studyUid(),
            study.accessionNumber(),
            Optional.of(started),
            study.description(),
            study.region(),
            study.series(),
            study.rejected(),
            study.archives());
    Bundle bundle = FindingsBundle.of(Examples.analysed(then, Examples.MODELS, 1), Examples.ISSUER);
    return FhirContext.forR4Cached().newJsonParser().encodeResourceToString(bundle);
  }

  @Test
  void keepsMarkupAsText() {
    String study = FhirContext.forR4Cached().newXmlParser().encodeResourceToString(bundle);
    assertThat(study).contains("&lt;b&gt;").doesNotContain("<b>");
  }

  @Test
  void namesAnOrderOfAnEhrWithoutAServer() {
    assertThat(
            OrderResource.system(
                new OrderReference(
                    "ward 7/a",
                    "x",
                    "key",
                    Optional.empty(),
                    ReadingPriority.ROUTINE,
                    "X-ray",
                    SpineRegion.SPINE)))
        .isEqualTo("https://spinexr.io/fhir/orders/ward+7%2Fa");
  }

  @Test
  void escapesWhatASearchWouldTakeApart() {
    assertThat(Transaction.token("urn:x", "a|b,c&d")).isEqualTo("urn%3Ax%7Ca%5C%7Cb%5C%2Cc%26d");
  }

  private <T extends Resource> T only(Class<T> type) {
    assertThat(all(type)).hasSize(1);
    return all(type).get(0);
  }

  private <T extends Resource> List<T> all(Class<T> type) {
    return bundle.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }
}

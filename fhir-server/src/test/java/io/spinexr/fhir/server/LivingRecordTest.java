package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.spinexr.fhir.Examples;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.StudyFindings;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.result.Withdrawal;
import io.spinexr.study.OrderReference;
import io.spinexr.study.SpineRegion;
import io.spinexr.triage.ReadingPriority;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A record that others work on while studies grow: ours, and an EHR's by HTTP. Every test uses a
 * study of its own.
 */
class LivingRecordTest {
  private static final AtomicInteger STUDIES = new AtomicInteger();

  @TempDir private static Path folder;
  private static TestServer server;

  private final String studyUid = "1.2.826.0.4." + STUDIES.incrementAndGet();
  private final String key = studyUid + "/" + Examples.MODELS.id();

  @BeforeAll
  static void start() {
    server = TestServer.onH2(folder, "--spinexr.fhir.accept-results=true");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private Recorded write(AnalysedStudy study) {
    return server.record(false).write(FindingsBundle.of(study, Examples.ISSUER));
  }

  // The Task

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsWhatARisSetWhenALateImageComes(boolean byHttp) {
    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    Task claimed = task().setPriority(TaskPriority.STAT).setStatus(TaskStatus.ACCEPTED);
    claimed.addNote().setText("reads Dr. Who");
    claimed.setGroupIdentifier(new Identifier().setSystem("urn:ris").setValue("G1"));
    update(claimed);

    server.record(byHttp).write(FindingsBundle.of(Examples.grown(studyUid, 1, 1), Examples.ISSUER));

    assertThat(task().getPriority()).isEqualTo(TaskPriority.STAT);
    assertThat(task().getStatus()).isEqualTo(TaskStatus.ACCEPTED);
    assertThat(task().getNoteFirstRep().getText()).isEqualTo("reads Dr. Who");
    assertThat(task().getGroupIdentifier().getValue()).isEqualTo("G1");
    assertThat(task().getOutput()).hasSize(1);
    assertThat(lateTasks()).isEmpty();
  }

  @Test
  void letsARevokedOrderGoFromTaskAndStudy() {
    AnalysedStudy study = Examples.analysed(studyUid, 1);
    write(study);
    ImagingStudy known = study();
    known.addBasedOn(new Reference().setDisplay("a care plan"));
    update(known);
    write(Examples.with(study, List.of(), study.study(), study.findings(), study.urgency()));
    assertThat(task().hasBasedOn()).isFalse();
    assertThat(study().getBasedOn())
        .singleElement()
        .satisfies(on -> assertThat(on.getDisplay()).isEqualTo("a care plan"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsAnOrderThatAnotherSystemNames(boolean byHttp) {
    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    Identifier theirs =
        new Identifier().setSystem("https://ris.example.org/fhir/ServiceRequest").setValue("R1");
    Task known = task();
    known.addBasedOn(new Reference().setType("ServiceRequest").setIdentifier(theirs));
    update(known);

    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    server.record(byHttp).write(FindingsBundle.of(ordered(List.of()), Examples.ISSUER));

    assertThat(task().getBasedOn())
        .singleElement()
        .satisfies(on -> assertThat(on.getIdentifier().getValue()).isEqualTo("R1"));
  }

  @Test
  void revokesTheCopyOfAnOrderThatNothingNamesAnyMore() {
    OrderReference order = order();
    write(ordered(List.of(order)));
    assertThat(copy(order).getStatus()).isEqualTo(ServiceRequestStatus.ACTIVE);
    write(ordered(List.of()));
    assertThat(copy(order).getStatus()).isEqualTo(ServiceRequestStatus.REVOKED);
    write(ordered(List.of(order)));
    assertThat(copy(order).getStatus()).isEqualTo(ServiceRequestStatus.ACTIVE);
  }

  @Test
  void leavesTheCopyOfAnOrderThatAnotherStudyAnswers() {
    OrderReference order = order();
    write(ordered(List.of(order)));
    AnalysedStudy other = Examples.analysed(studyUid + ".9", 1);
    write(Examples.with(other, List.of(order), other.study(), other.findings(), other.urgency()));
    write(ordered(List.of()));
    assertThat(copy(order).getStatus()).isEqualTo(ServiceRequestStatus.ACTIVE);
  }

  @Test
  void keepsWhatOthersSayOfAnOrder() {
    OrderReference order = order();
    write(ordered(List.of(order)));
    ServiceRequest known = copy(order);
    known.addNote().setText("prone");
    known.addIdentifier().setSystem("urn:ris").setValue("P-" + studyUid);
    known.setStatus(ServiceRequestStatus.COMPLETED);
    update(known);
    String version = copy(order).getMeta().getVersionId();

    write(ordered(List.of(order)));

    assertThat(copy(order).getNoteFirstRep().getText()).isEqualTo("prone");
    assertThat(copy(order).getIdentifier()).extracting(Identifier::getSystem).contains("urn:ris");
    assertThat(copy(order).getStatus()).isEqualTo(ServiceRequestStatus.COMPLETED);
    assertThat(copy(order).getMeta().getVersionId()).isEqualTo(version);
  }

  @Test
  void asksAgainWhenAnOrderIsGivenUpAgain() {
    FailedAnalysis failed = Examples.failed(Optional.empty());
    OrderReference order = order();
    Bundle failure =
        FailureBundle.of(
            new FailedAnalysis(
                failed.subject(),
                List.of(order),
                failed.study(),
                failed.models(),
                failed.urgency(),
                failed.kind(),
                failed.reason(),
                failed.failedAt()),
            Examples.ISSUER);
    write(failure);
    server.record(false).closeFailure(order.key(), "the order was revoked", Examples.TIME);
    assertThat(task(order.key()).getStatus()).isEqualTo(TaskStatus.CANCELLED);

    write(failure);
    Task again = task(order.key());
    assertThat(again.getStatus()).isEqualTo(TaskStatus.FAILED);
    assertThat(again.getStatusReason().getText()).isEqualTo(failed.reason());
    assertThat(again.getDescription()).contains(failed.reason());

    // What a person closes stays closed.
    update(again.setStatus(TaskStatus.CANCELLED));
    write(failure);
    assertThat(task(order.key()).getStatus()).isEqualTo(TaskStatus.CANCELLED);
  }

  private void write(Bundle bundle) {
    server.record(false).write(bundle);
  }

  private OrderReference order() {
    return new OrderReference(
        "https://ehr.example.org/fhir",
        "order-" + studyUid,
        "key-" + studyUid,
        Optional.empty(),
        ReadingPriority.ROUTINE,
        "LWS",
        SpineRegion.LUMBAR);
  }

  private AnalysedStudy ordered(List<OrderReference> orders) {
    AnalysedStudy study = Examples.analysed(studyUid, 1);
    return Examples.with(study, orders, study.study(), study.findings(), study.urgency());
  }

  private static ServiceRequest copy(OrderReference order) {
    return server.only(
        ServiceRequest.class, "identifier=" + Codes.ORDER_IDENTIFIER + "%7C" + order.key());
  }

  // The ImagingStudy

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsWhatOthersSayOfAStudyAndAddsImagesOnly(boolean byHttp) {
    server.record(byHttp).write(FindingsBundle.of(Examples.grown(studyUid, 1, 1), Examples.ISSUER));
    ImagingStudy known = study();
    known.addIdentifier().setSystem("urn:ris").setValue("V-" + studyUid);
    known.addEndpoint(new Reference().setDisplay("their viewer"));
    known.addNote().setText("prone");
    known.addProcedureCode().setText("spine");
    known.getSeriesFirstRep().addPerformer().setActor(new Reference().setDisplay("Dr. Who"));
    known
        .addSeries()
        .setUid("9.9")
        .setModality(known.getModalityFirstRep())
        .addInstance()
        .setUid("9.9.1")
        .setSopClass(known.getSeriesFirstRep().getInstanceFirstRep().getSopClass());
    update(known);

    // A search that misses an image removes nothing.
    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));

    ImagingStudy merged = study();
    assertThat(merged.getIdentifier()).extracting(Identifier::getSystem).contains("urn:ris");
    assertThat(merged.getEndpoint()).extracting(Reference::getDisplay).contains("their viewer");
    assertThat(merged.getNoteFirstRep().getText()).isEqualTo("prone");
    assertThat(merged.getProcedureCodeFirstRep().getText()).isEqualTo("spine");
    assertThat(merged.getSeriesFirstRep().getPerformerFirstRep().getActor().getDisplay())
        .isEqualTo("Dr. Who");
    assertThat(images())
        .containsExactly(studyUid + ".1.1", studyUid + ".1.2", studyUid + ".1.3", "9.9.1");
    assertThat(merged.getNumberOfSeries()).isEqualTo(2);
    assertThat(merged.getNumberOfInstances()).isEqualTo(4);
  }

  @Test
  void removesAnImageThatTheArchiveHasRejected() {
    write(Examples.grown(studyUid, 1, 1));
    AnalysedStudy study = Examples.analysed(studyUid, 1);
    String rejected = studyUid + ".1.3";
    AnalysedStudy without =
        Examples.with(
            study,
            study.orders(),
            Examples.study(study.study(), study.study().series(), Set.of(rejected)),
            study.findings(),
            study.urgency());

    update(report().setStatus(DiagnosticReportStatus.FINAL));
    write(without);

    assertThat(images()).containsExactly(studyUid + ".1.1", studyUid + ".1.2");
    assertThat(study().getNumberOfInstances()).isEqualTo(2);
    assertThat(of(rejected))
        .hasSize(2)
        .allMatch(o -> o.getStatus() == ObservationStatus.ENTEREDINERROR)
        .noneMatch(LivingRecordTest::tells);
    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.FINAL);
    assertThat(lateTasks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsAReadersWordOnAnImageThatComesBack(boolean byHttp) {
    server.record(byHttp).write(FindingsBundle.of(Examples.grown(studyUid, 1, 1), Examples.ISSUER));
    String image = studyUid + ".1.3";
    Observation read = of(image).stream().filter(Observation::hasValueQuantity).findFirst().get();
    update(read.setStatus(ObservationStatus.FINAL));
    update(report().setStatus(DiagnosticReportStatus.FINAL));
    AnalysedStudy study = Examples.analysed(studyUid, 1);
    server
        .record(byHttp)
        .write(
            FindingsBundle.of(
                Examples.with(
                    study,
                    study.orders(),
                    Examples.study(study.study(), study.study().series(), Set.of(image)),
                    study.findings(),
                    study.urgency()),
                Examples.ISSUER));

    server.record(byHttp).write(FindingsBundle.of(Examples.grown(studyUid, 1, 1), Examples.ISSUER));

    assertThat(images()).contains(image);
    assertThat(lateTasks()).hasSize(1);
    assertThat(of(image))
        .filteredOn(Observation::hasValueQuantity)
        .singleElement()
        .satisfies(o -> assertThat(o.getStatus()).isEqualTo(ObservationStatus.FINAL));
    assertThat(of(image))
        .filteredOn(Observation::hasValueCodeableConcept)
        .singleElement()
        .satisfies(o -> assertThat(o.getStatus()).isEqualTo(ObservationStatus.PRELIMINARY));
  }

  // Late images

  @Test
  void callsNoImageLateThatAFailureCouldNotList() {
    write(
        FailureBundle.of(
            Examples.failed(
                Optional.of(Examples.study(Examples.study(studyUid), List.of(), Set.of()))),
            Examples.ISSUER));
    update(task().setStatus(TaskStatus.COMPLETED));
    write(Examples.analysed(studyUid, 1));
    assertThat(images()).hasSize(2);
    assertThat(lateTasks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void tellsAReaderWhoIsDoneOfLateImagesOnce(boolean byHttp) {
    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    update(report().setStatus(DiagnosticReportStatus.FINAL).setConclusion("Read by a person."));
    update(task().setStatus(TaskStatus.COMPLETED));
    String version = report().getIdElement().getVersionIdPart();
    String done = task().getIdElement().getVersionIdPart();

    server.record(byHttp).write(FindingsBundle.of(Examples.grown(studyUid, 2, 1), Examples.ISSUER));
    server.record(byHttp).write(FindingsBundle.of(Examples.grown(studyUid, 2, 1), Examples.ISSUER));

    assertThat(report().getIdElement().getVersionIdPart()).isEqualTo(version);
    assertThat(task().getIdElement().getVersionIdPart()).isEqualTo(done);
    assertThat(images()).containsExactly(studyUid + ".1.1", studyUid + ".1.2", studyUid + ".1.3");
    assertThat(of(studyUid + ".1.3"))
        .hasSize(2)
        .extracting(Observation::getStatus)
        .containsOnly(ObservationStatus.PRELIMINARY);
    assertThat(of(studyUid + ".1.1")).hasSize(2); // as before, although the AI says more by now
    assertThat(lateTasks()).hasSize(1);
    Task late = lateTasks().get(0);
    assertThat(late.getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(late.getBusinessStatus().getText()).isEqualTo("Images came late");
    assertThat(late.getPriority()).isEqualTo(TaskPriority.ASAP);
    assertThat(late.getFocus().getReference()).isEqualTo(address(study()));
    assertThat(late.getIdentifierFirstRep().getValue()).matches(key + "/late-images/[0-9a-f]{16}");
    assertThat(late.getInput())
        .filteredOn(input -> input.getType().getText().equals("New image"))
        .singleElement()
        .satisfies(
            input ->
                assertThat(((Identifier) input.getValue()).getValue())
                    .isEqualTo("urn:oid:" + studyUid + ".1.3"));
    assertThat(late.getOutput())
        .extracting(output -> ((Reference) output.getValue()).getReference())
        .contains(address(report()))
        .hasSize(2);
    assertThat(server.search(Provenance.class, "target=" + address(of(studyUid + ".1.3").get(0))))
        .hasSize(1);

    server.record(byHttp).write(FindingsBundle.of(Examples.grown(studyUid, 1, 2), Examples.ISSUER));
    assertThat(lateTasks()).hasSize(2);
  }

  @Test
  void tellsOfLateImagesWhenOnlyTheTaskIsDone() {
    write(Examples.analysed(studyUid, 1));
    update(task().setStatus(TaskStatus.COMPLETED));
    write(Examples.grown(studyUid, 1, 1));
    assertThat(task().getStatus()).isEqualTo(TaskStatus.COMPLETED);
    assertThat(lateTasks()).hasSize(1);
    // The report is still ours.
    assertThat(report().getResult()).hasSize(5);
  }

  @Test
  void hasLateImagesOfAWithdrawnResultReadWithoutTheAi() {
    write(Examples.analysed(studyUid, 1));
    withdraw();
    List<Observation> before = observations();

    write(Examples.grown(studyUid, 1, 1));

    assertThat(images()).contains(studyUid + ".1.3");
    assertThat(observations()).hasSameSizeAs(before);
    assertThat(task().getStatus()).isEqualTo(TaskStatus.CANCELLED);
    Task late = lateTasks().get(0);
    assertThat(late.getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(late.hasOutput()).isFalse();
    assertThat(late.getPriority()).isEqualTo(TaskPriority.ROUTINE);
    assertThat(late.getInput())
        .extracting(input -> input.getType().getText())
        .containsOnly("New image", "Priority by order");
    withdraw();
    assertThat(lateTasks().get(0).getStatus()).isEqualTo(TaskStatus.REQUESTED);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void hasLateImagesReadAllTheSameWhenTheResultIsWithdrawn(boolean byHttp) {
    write(Examples.analysed(studyUid, 1));
    update(report().setStatus(DiagnosticReportStatus.FINAL));
    write(Examples.grown(studyUid, 1, 1));

    update(lateTasks().get(0).setStatus(TaskStatus.ACCEPTED));
    server.record(byHttp).withdraw(withdrawal());
    String version = lateTasks().get(0).getMeta().getVersionId();
    server.record(byHttp).withdraw(withdrawal());

    Task late = lateTasks().get(0);
    assertThat(late.getMeta().getVersionId()).isEqualTo(version);
    assertThat(late.getStatus()).isEqualTo(TaskStatus.ACCEPTED);
    assertThat(late.getBusinessStatus().getText()).isEqualTo("Images came late");
    assertThat(late.getDescription())
        .isEqualTo(
            "Read 1 image that came after the study was read."
                + " What the AI said of the study is withdrawn.");
    assertThat(late.hasOutput()).isFalse();
    assertThat(late.getInput())
        .extracting(input -> input.getType().getText())
        .doesNotContain("Verdict", "Priority by triage");
  }

  @Test
  void givesAFailureToReadersOnlyWhileTheyHaveNoReport() {
    write(Examples.analysed(studyUid, 1));
    server
        .record(false)
        .write(
            FailureBundle.of(
                Examples.failed(Optional.of(Examples.study(studyUid))), Examples.ISSUER));
    assertThat(task().getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(task().hasOutput()).isTrue();
  }

  // Observations

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void saysNothingMoreOfWhatIsNotConfirmed(boolean byHttp) {
    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    assertThat(observations())
        .filteredOn(o -> o.getStatus() == ObservationStatus.ENTEREDINERROR)
        .singleElement()
        .matches(o -> !tells(o));
    assertThat(report().getResult()).hasSize(3);

    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    assertThat(observations())
        .filteredOn(o -> o.getStatus() == ObservationStatus.PRELIMINARY)
        .hasSize(3);
    assertThat(observations()).hasSize(5);
    assertThat(report().getResult()).hasSize(4);
  }

  @Test
  void withdrawsWhatAReaderStruckOutToo() {
    write(Examples.analysed(studyUid, 1));
    update(finding().setStatus(ObservationStatus.ENTEREDINERROR));
    withdraw();
    assertThat(observations()).hasSize(3).noneMatch(LivingRecordTest::tells);
  }

  @ParameterizedTest
  @CsvSource({"false, ENTEREDINERROR", "true, ENTEREDINERROR", "false, CANCELLED"})
  void neverBringsBackABoxThatAReaderStruckOut(boolean byHttp, ObservationStatus status) {
    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    Observation struck = finding().setStatus(status);
    String type = struck.getValueCodeableConcept().getCodingFirstRep().getCode();
    update(struck);

    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));

    assertThat(observations())
        .filteredOn(o -> address(o).equals(address(struck)))
        .singleElement()
        .matches(o -> o.getStatus() == status && tells(o));
    assertThat(observations()).hasSize(4);
    assertThat(report().getResult())
        .hasSize(3)
        .extracting(Reference::getReference)
        .doesNotContain(address(struck));
    assertThat(report().getConclusionCode())
        .noneMatch(code -> code.hasCoding(Codes.LESION_TYPE, type));
  }

  @Test
  void bringsBackAnImageThatWeOurselvesWithdrew() {
    write(Examples.grown(studyUid, 1, 1));
    write(Examples.analysed(studyUid, 1));
    assertThat(of(studyUid + ".1.3")).noneMatch(LivingRecordTest::tells);
    write(Examples.grown(studyUid, 1, 1));
    assertThat(of(studyUid + ".1.3"))
        .filteredOn(o -> o.getStatus() == ObservationStatus.PRELIMINARY)
        .hasSize(2)
        .allMatch(LivingRecordTest::tells);
  }

  /** Whether it still says something that the AI said. */
  private static boolean tells(Observation observation) {
    return observation.hasValue()
        || observation.hasInterpretation()
        || observation.hasComponent()
        || observation.hasNote()
        || observation
            .getIdentifierFirstRep()
            .getValue()
            .matches("[0-9.]+/(?!withdrawn)[a-z-]+/.*");
  }

  @Test
  void neverMovesAReadersWordToAnotherBox() {
    write(Examples.analysed(studyUid, 1));
    Observation first = finding();
    update(first.setStatus(ObservationStatus.FINAL));
    AnalysedStudy study = Examples.analysed(studyUid, 2);
    // The former second finding alone: it has the first rank now.
    var image = study.findings().images().get(0);
    var second = image.findings().subList(1, 2);
    var findings =
        new StudyFindings(
            studyUid,
            Examples.MODELS,
            List.of(
                new ImageFindings(
                    image.image(),
                    image.width(),
                    image.height(),
                    image.probability(),
                    image.threshold(),
                    second,
                    second,
                    image.warnings())),
            study.findings().rejected());
    write(Examples.with(study, study.orders(), study.study(), findings, study.urgency()));

    assertThat(of(studyUid + ".1.1"))
        .filteredOn(Observation::hasValueCodeableConcept)
        .extracting(o -> o.getValueCodeableConcept().getText(), Observation::getStatus)
        .containsExactlyInAnyOrder(
            tuple("Vertebral collapse", ObservationStatus.FINAL),
            tuple("Other lesions", ObservationStatus.PRELIMINARY));
    assertThat(report().getResult()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void knowsFindingsAgainThatAnEarlierVersionKeyedByRank(boolean byHttp) {
    write(Examples.analysed(studyUid, 2));
    List<Observation> before =
        of(studyUid + ".1.1").stream().filter(Observation::hasValueCodeableConcept).toList();
    // In the other order, one of them a reader's.
    byRank(before.get(0), 2, ObservationStatus.PRELIMINARY);
    byRank(before.get(1), 1, ObservationStatus.AMENDED);

    server.record(byHttp).write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));

    List<Observation> after =
        of(studyUid + ".1.1").stream().filter(Observation::hasValueCodeableConcept).toList();
    assertThat(after)
        .extracting(LivingRecordTest::address)
        .containsExactlyElementsOf(before.stream().map(LivingRecordTest::address).toList());
    assertThat(after.get(0).getIdentifierFirstRep().getValue())
        .contains(before.get(0).getValueCodeableConcept().getCodingFirstRep().getCode() + "/1");
    assertThat(after.get(1).getStatus()).isEqualTo(ObservationStatus.AMENDED);
    assertThat(after.get(1).getIdentifierFirstRep().getValue()).contains(".1.1/1/demo");
    assertThat(report().getResult()).hasSize(4);
  }

  private void byRank(Observation observation, int rank, ObservationStatus status) {
    Observation copy = observation.copy().setStatus(status);
    copy.getIdentifierFirstRep().setValue(studyUid + ".1.1/" + rank + "/" + Examples.MODELS.id());
    update(copy);
  }

  @Test
  void leavesOthersObservationsInAReport() {
    write(Examples.analysed(studyUid, 1));
    Observation theirs =
        new Observation()
            .setStatus(ObservationStatus.PRELIMINARY)
            .setCode(new CodeableConcept().setText("Cobb angle"));
    String id =
        server
            .client()
            .create()
            .resource(theirs)
            .execute()
            .getId()
            .toUnqualifiedVersionless()
            .getValue();
    DiagnosticReport report = report();
    report.addResult(new Reference(id));
    update(report);
    write(Examples.analysed(studyUid, 2));
    assertThat(report().getResult()).extracting(Reference::getReference).contains(id);
    assertThat(server.only(Observation.class, "_id=" + id.split("/")[1]).getStatus())
        .isEqualTo(ObservationStatus.PRELIMINARY);
  }

  private void withdraw() {
    server.record(false).withdraw(withdrawal());
  }

  private Withdrawal withdrawal() {
    return new Withdrawal(studyUid, Examples.MODELS.id(), "wrong", "Dr. Who", Examples.TIME);
  }

  private static void update(Resource resource) {
    server.client().update().resource(resource).execute();
  }

  private DiagnosticReport report() {
    return server.only(
        DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key);
  }

  private Task task() {
    return task(key);
  }

  private static Task task(String key) {
    return server.only(Task.class, "identifier=" + Codes.TASK_IDENTIFIER + "%7C" + key);
  }

  private List<Task> lateTasks() {
    return server
        .search(Task.class, "focus:ImagingStudy.identifier=urn:dicom:uid%7Curn:oid:" + studyUid)
        .stream()
        .filter(task -> task.getIdentifierFirstRep().getValue().contains(Codes.LATE_IMAGES))
        .toList();
  }

  private ImagingStudy study() {
    return server.only(ImagingStudy.class, "identifier=urn:dicom:uid%7Curn:oid:" + studyUid);
  }

  private List<String> images() {
    return study().getSeries().stream()
        .flatMap(series -> series.getInstance().stream())
        .map(instance -> instance.getUid())
        .toList();
  }

  private List<Observation> observations() {
    return server.search(
        Observation.class,
        "_sort=_id&derived-from:ImagingStudy.identifier=urn:dicom:uid%7Curn:oid:" + studyUid);
  }

  private Observation finding() {
    return observations().stream().filter(Observation::hasValueCodeableConcept).findFirst().get();
  }

  /** Those of an image. */
  private List<Observation> of(String image) {
    return observations().stream()
        .filter(o -> o.getIdentifierFirstRep().getValue().startsWith(image + "/"))
        .toList();
  }

  private static String address(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }
}

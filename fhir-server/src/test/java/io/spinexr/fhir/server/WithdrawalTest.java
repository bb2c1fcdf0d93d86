package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.ReportState;
import io.spinexr.fhir.Withdrawn;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.finding.ModelSet;
import io.spinexr.result.IdentityDispute;
import io.spinexr.result.MissingStudy;
import io.spinexr.result.Withdrawal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every test uses a study of its own. */
class WithdrawalTest {
  private static final AtomicInteger STUDIES = new AtomicInteger();
  private static final String REASON = "the images are another patient's";
  private static final Instant LATER = Examples.TIME.plusSeconds(3600);

  @TempDir private static Path folder;
  private static TestServer server;

  private final String studyUid = "1.2.826.0.2." + STUDIES.incrementAndGet();
  private final String key = studyUid + "/" + Examples.MODELS.id();

  @BeforeAll
  static void start() {
    // It plays the EHR, too.
    server = TestServer.onH2(folder, "--spinexr.fhir.accept-results=true");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private Withdrawn withdraw() {
    return server.record(false).withdraw(withdrawal());
  }

  private Withdrawal withdrawal() {
    return new Withdrawal(studyUid, Examples.MODELS.id(), REASON, "Dr. Who, radiology", LATER);
  }

  private Bundle findings(int number) {
    return FindingsBundle.of(Examples.analysed(studyUid, number), Examples.ISSUER);
  }

  private Bundle failure() {
    return FailureBundle.of(
        Examples.failed(Optional.of(Examples.study(studyUid))), Examples.ISSUER);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesNothingReadableOfWhatTheAiSaid(boolean byHttp) {
    FhirRecord record = server.record(byHttp);
    record.write(findings(3));
    record.write(findings(2));

    assertThat(record.withdraw(withdrawal())).isEqualTo(Withdrawn.ALL);
    List<Resource> withdrawn = everything();
    assertThat(record.withdraw(withdrawal())).isEqualTo(Withdrawn.ALL);

    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.ENTEREDINERROR);
    assertThat(report().getConclusion()).isEqualTo("Withdrawn: " + REASON);
    assertThat(report().hasPresentedForm()).isFalse();
    assertThat(observations())
        .hasSize(5)
        .extracting(Observation::getStatus)
        .containsOnly(ObservationStatus.ENTEREDINERROR);
    assertThat(task().getStatus()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(task().getStatusReason().getText()).isEqualTo(REASON);
    assertThat(task().getBusinessStatus().getText()).isEqualTo("AI result withdrawn");
    assertThat(task().hasOutput()).isFalse();
    for (Resource resource : withdrawn) {
      // The time of day may have the score's digits.
      resource.getMeta().setLastUpdated(null);
      assertThat(FhirContext.forR4Cached().newJsonParser().encodeResourceToString(resource))
          .doesNotContain("ollapse", "bnormal by", "0.87", "AIconfidence", "data\":");
      assertThat(errors(resource)).isEmpty();
    }
    // The same again changed nothing.
    assertThat(everything())
        .extracting(resource -> resource.getIdElement().getValue())
        .containsExactlyElementsOf(
            withdrawn.stream().map(resource -> resource.getIdElement().getValue()).toList());
  }

  @Test
  void findsObservationsThatTheReportDoesNotListAnyMore() {
    server.record(false).write(findings(1));
    DiagnosticReport report = report();
    report.getResult().clear();
    server.client().update().resource(report).execute();
    withdraw();
    assertThat(observations())
        .hasSize(3)
        .extracting(Observation::getStatus)
        .containsOnly(ObservationStatus.ENTEREDINERROR);
  }

  @Test
  void saysWhoWithdrewItWhenAndWhy() {
    server.record(false).write(findings(1));
    withdraw();
    withdraw();

    Provenance provenance =
        server.only(
            Provenance.class,
            "target=" + address(report()) + "&recorded=" + LATER + "&_sort=recorded");
    assertThat(provenance.getReasonFirstRep().getText()).isEqualTo(REASON);
    assertThat(provenance.getAgentFirstRep().getWho().getDisplay()).isEqualTo("Dr. Who, radiology");
    assertThat(provenance.getTarget())
        .extracting(target -> target.getReferenceElement().toVersionless().getValue())
        .contains(address(report()), address(task()), address(observations().get(0)));
    assertThat(errors(provenance)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void isFinal(boolean withoutTask) {
    server.record(false).write(findings(2));
    withdraw();
    if (withoutTask) {
      server.delete(task());
    }
    List<Resource> before = everything();

    Recorded recorded = server.record(false).write(findings(3));
    Recorded failed = server.record(false).write(failure());

    assertThat(recorded.report()).contains(address(report()));
    assertThat(recorded.task().isPresent()).isEqualTo(!withoutTask);
    assertThat(failed.task()).isEqualTo(recorded.task());
    assertThat(everything())
        .extracting(resource -> resource.getIdElement().getValue())
        .containsExactlyElementsOf(
            before.stream().map(resource -> resource.getIdElement().getValue()).toList());
  }

  @ParameterizedTest
  @EnumSource(
      value = DiagnosticReportStatus.class,
      names = {"FINAL", "AMENDED", "CORRECTED", "APPENDED"})
  void leavesAReportThatAPersonFinalised(DiagnosticReportStatus status) {
    server.record(false).write(findings(1));
    server.client().update().resource(report().setStatus(status)).execute();

    assertThat(withdraw()).isEqualTo(Withdrawn.ALL_BUT_THE_REPORT);

    assertThat(report().getStatus()).isEqualTo(status);
    assertThat(report().getConclusion()).startsWith("AI result");
    assertThat(observations())
        .extracting(Observation::getStatus)
        .containsOnly(ObservationStatus.ENTEREDINERROR);
    assertThat(task().getStatus()).isEqualTo(TaskStatus.CANCELLED);
  }

  @Test
  void leavesAReportThatSomebodyInterprets() {
    server.record(false).write(findings(1));
    Reference reader =
        new Reference(
            server
                .client()
                .create()
                .resource(new Practitioner())
                .execute()
                .getId()
                .toUnqualifiedVersionless()
                .getValue());
    server.client().update().resource(report().addResultsInterpreter(reader)).execute();

    assertThat(withdraw()).isEqualTo(Withdrawn.ALL_BUT_THE_REPORT);
    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.PRELIMINARY);
  }

  /** A person may have changed the words only; the report is the AI's all the same. */
  @Test
  void withdrawsAPreliminaryReportWhateverItSays() {
    server.record(false).write(findings(1));
    server.client().update().resource(report().setConclusion("See other study.")).execute();
    withdraw();
    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.ENTEREDINERROR);
    assertThat(report().getConclusion()).isEqualTo("Withdrawn: " + REASON);
  }

  @Test
  void emptiesAReportThatAPersonMarkedAsAnError() {
    server.record(false).write(findings(1));
    server
        .client()
        .update()
        .resource(report().setStatus(DiagnosticReportStatus.CANCELLED))
        .execute();

    assertThat(withdraw()).isEqualTo(Withdrawn.ALL);
    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.CANCELLED);
    assertThat(report().hasPresentedForm()).isFalse();
  }

  @Test
  void keepsAnObservationThatAPersonMadeTheirOwn() {
    server.record(false).write(findings(1));
    Observation own =
        observations().stream().filter(Observation::hasValueCodeableConcept).findFirst().get();
    server.client().update().resource(own.setStatus(ObservationStatus.FINAL)).execute();

    withdraw();
    assertThat(observations())
        .filteredOn(observation -> observation.getStatus() == ObservationStatus.FINAL)
        .singleElement()
        .matches(Observation::hasValueCodeableConcept);
  }

  @ParameterizedTest
  @EnumSource(
      value = TaskStatus.class,
      names = {"DRAFT", "REQUESTED", "RECEIVED", "ACCEPTED", "READY", "ONHOLD", "FAILED"})
  void cancelsATaskThatNobodyHasBegun(TaskStatus status) {
    server.record(false).write(findings(1));
    server.client().update().resource(task().setStatus(status)).execute();
    withdraw();
    assertThat(task().getStatus()).isEqualTo(TaskStatus.CANCELLED);
  }

  @Test
  void tellsWhoeverIsReadingThatTheAiDoesNotCount() {
    server.record(false).write(findings(1));
    server.client().update().resource(task().setStatus(TaskStatus.INPROGRESS)).execute();
    withdraw();
    assertThat(task().getStatus()).isEqualTo(TaskStatus.INPROGRESS);
    assertThat(task().getBusinessStatus().getText()).isEqualTo("AI result withdrawn");
    assertThat(task().hasOutput()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = TaskStatus.class,
      names = {"COMPLETED", "REJECTED", "CANCELLED", "ENTEREDINERROR"})
  void leavesATaskThatIsDone(TaskStatus status) {
    server.record(false).write(findings(1));
    server.client().update().resource(task().setStatus(status)).execute();
    withdraw();
    assertThat(task().getStatus()).isEqualTo(status);
    assertThat(task().hasOutput()).isTrue();
  }

  @Test
  void withdrawsAFailureForGoodToo() {
    server.record(false).write(failure());
    assertThat(withdraw()).isEqualTo(Withdrawn.ALL);
    assertThat(task().getStatus()).isEqualTo(TaskStatus.CANCELLED);

    Recorded recorded = server.record(false).write(findings(1));
    assertThat(recorded.report()).isEmpty();
    assertThat(task().getStatus()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(observations()).isEmpty();
  }

  @Test
  void saysWhenThereIsNothingToWithdraw() {
    assertThat(withdraw()).isEqualTo(Withdrawn.NOTHING_THERE);
  }

  @Test
  void leavesWhatOtherModelsSay() {
    ModelSet other = new ModelSet("other", "2", Examples.MODELS.models());
    server
        .record(false)
        .write(
            FindingsBundle.of(
                Examples.analysed(Examples.study(studyUid), other, 1), Examples.ISSUER));
    server.record(false).write(findings(1));

    withdraw();

    assertThat(server.record(false).reportState(studyUid, "other-2"))
        .contains(new ReportState(Optional.of("preliminary"), false, Optional.of("requested")));
    assertThat(server.record(false).reportState(studyUid, Examples.MODELS.id()))
        .contains(
            new ReportState(Optional.of("entered-in-error"), false, Optional.of("cancelled")));
    assertThat(observations())
        .filteredOn(observation -> observation.getStatus() == ObservationStatus.PRELIMINARY)
        .hasSize(2);
  }

  @Test
  void saysWhereAReportStands() {
    assertThat(server.record(false).reportState(studyUid, Examples.MODELS.id())).isEmpty();
    server.record(false).write(failure());
    assertThat(server.record(false).reportState(studyUid, Examples.MODELS.id()))
        .contains(new ReportState(Optional.empty(), false, Optional.of("failed")));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void asksWhoseImagesTheseAreUntilSomebodyKnows(boolean byHttp) {
    FhirRecord record = server.record(byHttp);
    IdentityDispute dispute =
        new IdentityDispute(
            studyUid, Examples.SUBJECT.identifiers().get(0), REASON, "Dr. Who", Examples.TIME);
    assertThat(record.resolveDispute(studyUid, "they are", "Dr. No", LATER)).isEmpty();

    String address = record.dispute(dispute);
    assertThat(record.dispute(dispute)).isEqualTo(address);
    Task open = dispute();
    assertThat(address(open)).isEqualTo(address);
    assertThat(open.getIdElement().getVersionIdPart()).isEqualTo("1");
    assertThat(open.getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(open.getPriority()).isEqualTo(TaskPriority.URGENT);
    assertThat(open.getBusinessStatus().getText()).isEqualTo("Check whose images these are");
    assertThat(open.getDescription()).contains(REASON);
    assertThat(open.getFocus().getIdentifier().getValue()).isEqualTo("urn:oid:" + studyUid);
    assertThat(open.getFor().getIdentifier().getValue()).isEqualTo("MRN-4711");
    assertThat(errors(open)).isEmpty();

    assertThat(record.resolveDispute(studyUid, "they are", "Dr. No", LATER)).contains(address);
    record.resolveDispute(studyUid, "too late", "Dr. No", LATER.plusSeconds(1));
    // The queue may deliver it twice.
    record.dispute(dispute);
    assertThat(dispute().getStatus()).isEqualTo(TaskStatus.COMPLETED);
    assertThat(dispute().getStatusReason().getText()).isEqualTo("they are");
    Task closed = dispute();
    closed.setGroupIdentifier(new Identifier().setSystem("urn:ris").setValue("G1"));
    server.client().update().resource(closed).execute();
    assertThat(errors(dispute())).isEmpty();

    IdentityDispute again =
        new IdentityDispute(
            studyUid, dispute.patient(), "still not", "Dr. Who", LATER.plusSeconds(60));
    assertThat(record.dispute(again)).isEqualTo(address);
    assertThat(dispute().getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(dispute().hasStatusReason()).isFalse();
    assertThat(dispute().getDescription()).contains("still not");
    assertThat(dispute().getGroupIdentifier().getValue()).isEqualTo("G1");
    assertThat(dispute().getNote()).hasSize(3);
  }

  private Task dispute() {
    return question(Codes.DISPUTE);
  }

  private Task question(String key) {
    return server.only(Task.class, "identifier=" + Codes.TASK_IDENTIFIER + "%7C" + studyUid + key);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void asksWhatBecameOfAMissingStudyUntilItIsSeenAgain(boolean byHttp) {
    FhirRecord record = server.record(byHttp);
    MissingStudy missing =
        new MissingStudy(
            studyUid, Examples.SUBJECT.identifiers().get(0), REASON, "SpineXR", Examples.TIME);
    assertThat(record.seenAgain(studyUid, "it is back", "SpineXR", LATER)).isEmpty();

    String address = record.missing(missing);
    assertThat(record.missing(missing)).isEqualTo(address);
    Task open = question(Codes.MISSING);
    assertThat(open.getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(open.getPriority()).isEqualTo(TaskPriority.ROUTINE);
    assertThat(open.getCode().getCodingFirstRep().getCode()).isEqualTo("study-missing");
    assertThat(open.getDescription()).contains(REASON);
    assertThat(open.getFocus().getIdentifier().getValue()).isEqualTo("urn:oid:" + studyUid);
    assertThat(errors(open)).isEmpty();

    assertThat(record.seenAgain(studyUid, "it is back", "SpineXR", LATER)).contains(address);
    assertThat(question(Codes.MISSING).getStatus()).isEqualTo(TaskStatus.COMPLETED);
    assertThat(question(Codes.MISSING).getStatusReason().getText()).isEqualTo("it is back");
  }

  private DiagnosticReport report() {
    return server.only(
        DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key);
  }

  private Task task() {
    return server.only(Task.class, "identifier=" + Codes.TASK_IDENTIFIER + "%7C" + key);
  }

  private List<Observation> observations() {
    return server.search(
        Observation.class,
        "derived-from:ImagingStudy.identifier=urn:dicom:uid%7Curn:oid:" + studyUid);
  }

  /** Report, Task and Observations, in a stable order. */
  private List<Resource> everything() {
    List<Resource> all = new ArrayList<>(observations());
    all.addAll(
        server.search(
            DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key));
    all.addAll(server.search(Task.class, "identifier=" + Codes.TASK_IDENTIFIER + "%7C" + key));
    all.sort(Comparator.comparing(WithdrawalTest::address));
    return all;
  }

  private static String address(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  private static List<String> errors(Resource resource) {
    OperationOutcome outcome =
        (OperationOutcome)
            server.client().validate().resource(resource).execute().getOperationOutcome();
    return outcome.getIssue().stream()
        .filter(
            issue ->
                issue.getSeverity() == IssueSeverity.ERROR
                    || issue.getSeverity() == IssueSeverity.FATAL)
        .map(issue -> issue.getDiagnostics())
        .toList();
  }
}

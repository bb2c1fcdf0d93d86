package io.spinexr.fhir.worklist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.spinexr.fhir.Examples;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Urgency;
import io.spinexr.triage.ReadingPriority;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class TaskMergeTest {
  private final AnalysedStudy study = Examples.analysed("1.2.3", 1);

  /** "-" stands for no order. */
  @ParameterizedTest
  @CsvSource({
    // triage and order before, what the Task then had, triage and order now, what it gets
    "routine, routine, routine, asap, routine, asap", // nobody changed it: it follows
    "asap, routine, asap, routine, routine, routine",
    "asap, routine, stat, asap, routine, stat", // a RIS raised it
    "asap, routine, routine, asap, routine, routine", // a RIS lowered it
    "asap, routine, routine, stat, routine, routine", // findings do not overrule a RIS
    "asap, routine, routine, asap, urgent, urgent", // a newly escalated order does
    "asap, routine, stat, asap, urgent, stat", // but never lowers
    "asap, urgent, routine, asap, urgent, routine", // nor does one that was there
    "asap, -, routine, asap, stat, stat",
    "asap, stat, routine, asap, -, routine"
  })
  void followsThePriorityUnlessSomebodyChoseAnother(
      String triage, String order, String now, String nextTriage, String nextOrder, String then) {
    Task current = task(Examples.with(study, urgency(triage, order)));
    current.setPriority(TaskPriority.fromCode(now));
    Task wanted = task(Examples.with(study, urgency(nextTriage, nextOrder)));

    Task merged = new TaskMerge(current, wanted).merged().orElseThrow();

    assertThat(merged.getPriority().toCode()).isEqualTo(then);
    assertThat(WorklistInput.urgency(merged)).contains(urgency(nextTriage, nextOrder));
  }

  @ParameterizedTest
  @CsvSource({"stat, asap, stat", "routine, asap, asap"})
  void keepsTheMoreUrgentOfATaskThatDoesNotRecordWhatWasAsked(
      String now, String wanted, String then) {
    Task current = task(study);
    current.setInput(null).setPriority(TaskPriority.fromCode(now));
    Task next = task(Examples.with(study, urgency(wanted, "-")));
    assertThat(new TaskMerge(current, next).merged().orElseThrow().getPriority().toCode())
        .isEqualTo(then);
  }

  @Test
  void keepsWhatSomebodyElseSet() {
    Task current = task(study);
    current.setOwner(new Reference("Practitioner/1"));
    current.setStatus(TaskStatus.INPROGRESS);
    current.setBusinessStatus(new CodeableConcept().setText("second reading"));
    current.setGroupIdentifier(new Identifier().setSystem("urn:ris").setValue("G1"));
    current.addNote().setText("call me");
    current.setReasonCode(new CodeableConcept().setText("pain"));
    current.setRequester(new Reference("Practitioner/2"));
    current.addExtension("urn:ris:room", new StringType("3"));
    current
        .addInput()
        .setType(new CodeableConcept().setText("theirs"))
        .setValue(new StringType("x"));
    current
        .addOutput()
        .setType(new CodeableConcept().setText("theirs"))
        .setValue(new StringType("y"));
    current.addBasedOn(new Reference("CarePlan/7"));
    current.getRestriction().setRepetitions(2);

    Task wanted = task(Examples.analysed("1.2.3", 2));
    wanted.getOutputFirstRep().setValue(new Reference("DiagnosticReport/new"));
    wanted.setDescription("Newer.").setFocus(new Reference("ImagingStudy/new"));
    wanted.setBasedOn(List.of(order("order-2")));
    Task merged = new TaskMerge(current, wanted).merged().orElseThrow();

    assertThat(merged.getOwner().getReference()).isEqualTo("Practitioner/1");
    assertThat(merged.getStatus()).isEqualTo(TaskStatus.INPROGRESS);
    assertThat(merged.getBusinessStatus().getText()).isEqualTo("second reading");
    assertThat(merged.getGroupIdentifier().getValue()).isEqualTo("G1");
    assertThat(merged.getNoteFirstRep().getText()).isEqualTo("call me");
    assertThat(merged.getReasonCode().getText()).isEqualTo("pain");
    assertThat(merged.getRequester().getReference()).isEqualTo("Practitioner/2");
    assertThat(merged.getExtensionByUrl("urn:ris:room")).isNotNull();
    assertThat(merged.getRestriction().getRepetitions()).isEqualTo(2);
    assertThat(merged.getInput()).extracting(input -> input.getType().getText()).contains("theirs");
    assertThat(merged.getOutput())
        .extracting(output -> output.getType().getText())
        .containsExactly("theirs", "AI report");
    assertThat(((Reference) merged.getOutput().get(1).getValue()).getReference())
        .isEqualTo("DiagnosticReport/new");
    assertThat(merged.getDescription()).isEqualTo("Newer.");
    assertThat(merged.getFocus().getReference()).isEqualTo("ImagingStudy/new");
    assertThat(merged.getBasedOn())
        .extracting(on -> on.getIdentifier().getValue(), Reference::getReference)
        .containsExactly(tuple("order-2", null), tuple(null, "CarePlan/7"));
  }

  @ParameterizedTest
  @EnumSource(
      value = TaskStatus.class,
      names = {"RECEIVED", "ACCEPTED", "READY", "INPROGRESS", "ONHOLD", "DRAFT"})
  void neverSetsAStatusBackThatSomebodyElseSet(TaskStatus status) {
    Task current = task(study).setStatus(status);
    assertThat(new TaskMerge(current, task(study)).merged().orElseThrow().getStatus())
        .isEqualTo(status);
  }

  @ParameterizedTest
  @EnumSource(
      value = TaskStatus.class,
      names = {"COMPLETED", "CANCELLED", "REJECTED", "ENTEREDINERROR"})
  void leavesAClosedTaskAlone(TaskStatus status) {
    assertThat(new TaskMerge(task(study).setStatus(status), task(study)).merged()).isEmpty();
  }

  @Test
  void groupsTasksByAccessionNumberUnlessSomebodyElseDoes() {
    Task current = task(study);
    assertThat(current.getGroupIdentifier().getValue()).isEqualTo("ACC-1");
    Task wanted = task(study);
    wanted.getGroupIdentifier().setValue("ACC-2");
    assertThat(
            new TaskMerge(current, wanted).merged().orElseThrow().getGroupIdentifier().getValue())
        .isEqualTo("ACC-2");
  }

  @Test
  void keepsANumberThatARisHasCorrected() {
    Task current = task(study);
    current.getGroupIdentifier().setValue("ACC-7");
    Task wanted = task(study);
    assertThat(
            new TaskMerge(current, wanted).merged().orElseThrow().getGroupIdentifier().getValue())
        .isEqualTo("ACC-7");
  }

  /** Of an earlier version, or written by a client that does not keep extensions. */
  @Test
  void knowsOrdersAndNumberAgainThatAreNotMarked() {
    Task current = task(study);
    current.getBasedOn().forEach(on -> on.setReference(null).getIdentifier().setExtension(null));
    current.getGroupIdentifier().setExtension(null);
    assertThat(new TaskMerge(current, task(study)).merged().orElseThrow())
        .matches(merged -> merged.equalsDeep(task(study)));
  }

  @Test
  void asksForAReadingAgainWhoeverOwnsTheFailure() {
    Task current =
        task(
            FailureBundle.of(
                Examples.failed(Optional.of(Examples.study("1.2.3"))), Examples.ISSUER));
    current.setOwner(new Reference("Practitioner/1"));

    Task merged = new TaskMerge(current, task(study)).merged().orElseThrow();

    assertThat(merged.getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(merged.hasStatusReason()).isFalse();
    assertThat(merged.getOwner().getReference()).isEqualTo("Practitioner/1");
  }

  @Test
  void changesNothingWhenNothingIsNew() {
    assertThat(new TaskMerge(task(study), task(study)).merged().orElseThrow())
        .matches(merged -> merged.equalsDeep(task(study)));
  }

  private static Reference order(String id) {
    return new Reference()
        .setType("ServiceRequest")
        .setIdentifier(
            new Identifier().setSystem("https://ehr.example.org/fhir/ServiceRequest").setValue(id));
  }

  private static Urgency urgency(String triage, String order) {
    return new Urgency(
        Optional.of(priority(triage)),
        order.equals("-") ? Optional.empty() : Optional.of(priority(order)));
  }

  private static ReadingPriority priority(String code) {
    return ReadingPriority.valueOf(code.toUpperCase(Locale.ROOT));
  }

  private static Task task(AnalysedStudy study) {
    return task(FindingsBundle.of(study, Examples.ISSUER));
  }

  private static Task task(Bundle bundle) {
    return bundle.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(Task.class::isInstance)
        .map(Task.class::cast)
        .findFirst()
        .orElseThrow();
  }
}

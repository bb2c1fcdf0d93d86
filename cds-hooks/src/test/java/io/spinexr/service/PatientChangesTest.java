package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.fhir.Merged;
import io.spinexr.fhir.NoRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.state.OrderState;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.store.StudyStore;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.PatientStatement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class PatientChangesTest {
  @TempDir static Path folder;

  private FolderArchive archive;
  private HikariDataSource database;
  private Node node;
  private final SyntheticPatient patient = Hospital.newPatient();
  private final PatientIdentity identity = Hospital.identity(patient);

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    database = Node.database("patients-" + System.nanoTime());
    node = Node.of(database, archive.baseUrl()).start();
  }

  @AfterEach
  void stop() {
    node.close();
    database.close();
    archive.close();
  }

  private PatientStatement statement(String family, String birthDate, Instant at) {
    return new PatientStatement(
        identity.identifiers(),
        Optional.of(new PatientStatement.Name(family, List.of("Erna"))),
        BirthDate.parse(birthDate),
        identity.sex(),
        at);
  }

  private Patient stored() {
    return (Patient)
        FhirTestServer.client()
            .search()
            .byUrl("Patient?identifier=" + Hospital.SYSTEM + "|" + patient.id())
            .returnBundle(Bundle.class)
            .execute()
            .getEntryFirstRep()
            .getResource();
  }

  @Test
  void bringsACorrectedNameToTheStoredPatientAndLeavesResultsAlone() {
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    ImagingOrder order = Hospital.order(patient);
    node.answer(order);
    Instant now = Instant.now();

    node.service
        .orderAnalyses()
        .stated(statement("Corrected", patient.birthDate().toString(), now));
    node.service
        .orderAnalyses()
        .stated(statement("Older", patient.birthDate().toString(), now.minusSeconds(60)));

    await()
        .atMost(Node.SOON)
        .until(() -> stored().getNameFirstRep().getFamily().equals("Corrected"));
    assertThat(stored().getName()).hasSize(1);
    assertThat(node.answer(order).finished()).hasSize(1);
  }

  @Test
  void hidesResultsWhoseImagesDisagreeWithTheCorrectedBirthDate() {
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    ImagingOrder order = Hospital.order(patient);
    assertThat(node.answer(order).finished()).hasSize(1);

    // As if the server had stopped between writing the report and noting where it is.
    new StudyStore(database).recorded(study.uid(), "demo-2.0.0", Optional.empty());
    node.service.orderAnalyses().stated(statement("Same", "1901-01-01", Instant.now()));

    // At once, before anything was checked.
    assertThat(node.service.worklist().study(study.uid()).orElseThrow().shown()).isEmpty();
    await()
        .atMost(Node.SOON)
        .until(
            () ->
                node.service.worklist().study(study.uid()).orElseThrow().state()
                    == StudyState.NOT_MATCHED);
    assertThat(node.service.worklist().study(study.uid()).orElseThrow().reason())
        .hasValueSatisfying(why -> assertThat(why).contains("an earlier result is in the chart"));
    await()
        .atMost(Node.SOON)
        .until(() -> stored().getBirthDateElement().getValueAsString().equals("1901-01-01"));
  }

  @Test
  void tellsAFailuresUrgencyByTheFindingsAndByTheOrderApart() {
    node.close();
    List<Bundle> written = new CopyOnWriteArrayList<>();
    NoRecord record =
        new NoRecord() {
          @Override
          public Recorded write(Bundle bundle) {
            written.add(bundle);
            return new Recorded(Optional.of("DiagnosticReport/1"), Optional.of("Task/1"), true);
          }

          @Override
          public boolean correct(PatientStatement statement) {
            return true;
          }
        };
    node = Node.of(database, archive.baseUrl()).record(record).start();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    assertThat(node.answer(Hospital.order(patient)).finished()).hasSize(1);
    JdbcClient.create(database)
        .sql("update study_analysis set triage = 'stat', reading_priority = 'stat'")
        .update();

    node.service.orderAnalyses().stated(statement("Same", "1901-01-01", Instant.now()));

    await().atMost(Node.SOON).until(() -> written.size() == 2);
    assertThat(priorities(written.get(1)))
        .containsOnly(
            Map.entry("triage-priority", "stat"), Map.entry("ordered-priority", "routine"));
  }

  private static Map<String, String> priorities(Bundle bundle) {
    return bundle.getEntry().stream()
        .map(entry -> entry.getResource())
        .filter(Task.class::isInstance)
        .flatMap(task -> ((Task) task).getInput().stream())
        .filter(input -> input.getType().getCodingFirstRep().getCode().endsWith("-priority"))
        .collect(
            Collectors.toMap(
                input -> input.getType().getCodingFirstRep().getCode(),
                input -> input.getValue().primitiveValue()));
  }

  @Test
  void showsResultsAgainWhoseImagesAgreeWithTheCorrection() {
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    ImagingOrder order =
        Hospital.order(
            new PatientIdentity(
                identity.fhirId(), identity.identifiers(), Optional.empty(), identity.sex()),
            Optional.empty(),
            true);
    node.answer(order);

    node.service
        .orderAnalyses()
        .stated(statement("Same", patient.birthDate().toString(), Instant.now()));

    await()
        .atMost(Node.SOON)
        .until(() -> node.service.worklist().study(study.uid()).orElseThrow().shown().isPresent());
  }

  @Test
  void tellsPeopleAtOnceThatAnIdentifierIsOfSeveralPatients() {
    for (String name : List.of("One", "Two")) {
      Patient other = new Patient();
      other.addIdentifier().setSystem(Hospital.SYSTEM).setValue(patient.id());
      other.addName().setFamily(name);
      FhirTestServer.client().create().resource(other).execute();
    }
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));

    node.answer(Hospital.order(patient));

    StudyAnalysis kept =
        await()
            .atMost(Node.SOON)
            .until(
                () -> node.service.worklist().study(study.uid()).orElseThrow(),
                analysis -> analysis.state() == StudyState.FAILED);
    assertThat(kept.attempts()).isEqualTo(1);
    assertThat(kept.reason().orElseThrow()).contains("several").doesNotContain(patient.id());
    assertThat(FhirTestServer.failures(study.uid() + "/" + kept.modelSet())).hasSize(1);
  }

  @Test
  void knowsResultsUnderTheSurvivingIdentifierThoughTheArchiveKeepsTheRetiredOne() {
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    ImagingOrder revoked = Hospital.order(patient);
    node.answer(revoked);
    node.service
        .orderAnalyses()
        .end(
            new OrderEnd(
                revoked.source(), identity.fhirId(), revoked.id(), OrderEnd.Reason.REVOKED));
    PatientIdentifier surviving = new PatientIdentifier(Hospital.SYSTEM, "S-" + patient.id());

    node.service
        .patientChanges()
        .merge(
            new PatientIdentifier(Hospital.SYSTEM, patient.id()),
            surviving,
            "registered twice",
            "Dr. A");

    PatientIdentity renamed =
        new PatientIdentity(
            identity.fhirId(), List.of(surviving), identity.birthDate(), identity.sex());
    assertThat(node.service.orderAnalyses().known(renamed)).hasSize(1);
    assertThat(node.answer(Hospital.order(renamed, Optional.empty(), true)).finished()).hasSize(1);
    assertThat(node.service.worklist().order(revoked.key()).orElseThrow().order().state())
        .isEqualTo(OrderState.ENDED);
  }

  @Test
  void findsTheImagesOfAMergedPatientUnderTheSurvivingIdentifier() {
    ImagingOrder order = Hospital.order(patient);
    node.answer(order);
    // In the archive the patient goes by another identifier from now on.
    String surviving = "S-" + patient.id();
    DicomFile image =
        Hospital.changed(
            Hospital.image(Hospital.study(patient), 1),
            dataSet -> dataSet.put(Tag.PatientID, surviving));
    Hospital.store(archive.baseUrl(), image);
    assertThat(node.answer(order).finished()).isEmpty();

    Merged merged =
        node.service
            .patientChanges()
            .merge(
                new PatientIdentifier(Hospital.SYSTEM, patient.id()),
                new PatientIdentifier(Hospital.SYSTEM, surviving),
                "registered twice",
                "Dr. A");

    assertThat(merged).isNotNull();
    await()
        .atMost(Node.SOON)
        .until(() -> FhirTestServer.of(DiagnosticReport.class, surviving).size() == 1);
    assertThat(node.answer(order).finished()).hasSize(1);
  }
}

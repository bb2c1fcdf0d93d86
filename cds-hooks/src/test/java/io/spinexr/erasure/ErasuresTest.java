package io.spinexr.erasure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.access.AccessRules;
import io.spinexr.access.Grants;
import io.spinexr.access.Person;
import io.spinexr.access.Role;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.NoRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.Withdrawn;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.result.Withdrawal;
import io.spinexr.service.ArchiveProxy;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.study.PatientIdentifier;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Group;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

class ErasuresTest {
  private static final String REASON = "the patient has asked for it";
  private static final String ADMINISTRATOR = "Ada Admin";

  @TempDir static Path folder;

  private final SyntheticPatient patient = Hospital.newPatient();
  private final PatientIdentifier mrn = mrn(patient);
  private final PhantomFile.Study study = Hospital.study(patient);
  private FolderArchive archive;
  private HikariDataSource database;
  private Node node;

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    database = Node.database("erasures-" + System.nanoTime());
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
  }

  @AfterEach
  void stop() {
    node.close();
    database.close();
    archive.close();
  }

  private static PatientIdentifier mrn(SyntheticPatient patient) {
    return new PatientIdentifier(Hospital.SYSTEM, patient.id());
  }

  private void started() {
    node = Node.of(database, archive.baseUrl()).start();
  }

  private Erasures erasures() {
    return node.service.erasures();
  }

  private Erasure erasure() {
    return erasures().all().get(0);
  }

  private Erasure ended() {
    await().atMost(Node.SOON).until(() -> erasure().endedAt().isPresent());
    return erasure();
  }

  private int rows(String table) {
    return JdbcClient.create(database)
        .sql("select count(*) from " + table)
        .query(Integer.class)
        .single();
  }

  private static String stored(SyntheticPatient patient) {
    return FhirTestServer.client()
        .search()
        .byUrl("Patient?identifier=" + Hospital.SYSTEM + "|" + patient.id())
        .returnBundle(Bundle.class)
        .execute()
        .getEntryFirstRep()
        .getResource()
        .getIdElement()
        .toUnqualifiedVersionless()
        .getValue();
  }

  /** An EHR that can be away. */
  private static final class Ehr extends NoRecord {
    private final List<String> said = new CopyOnWriteArrayList<>();
    private volatile boolean away;

    @Override
    public Recorded write(Bundle bundle) {
      said.add("written");
      return new Recorded(Optional.of("DiagnosticReport/1"), Optional.of("Task/1"), true);
    }

    @Override
    public Withdrawn withdraw(Withdrawal withdrawal) {
      if (away) {
        throw new FhirRecordException("the EHR's FHIR server is away", true);
      }
      said.add("withdrawn: " + withdrawal.reason());
      return Withdrawn.ALL;
    }
  }

  @Test
  void waitsForAnEhrThatIsAwayAndGoesOnOnAnotherNodeAndThenThePatientMayComeAgain() {
    Ehr ehr = new Ehr();
    node = Node.of(database, archive.baseUrl()).ehr(ehr).start();
    ImagingOrder order = Hospital.order(patient);
    assertThat(node.answer(order).finished()).hasSize(1);
    await().atMost(Node.SOON).until(() -> ehr.said.equals(List.of("written")));
    ehr.away = true;

    Erasure begun = erasures().erase(mrn, REASON, ADMINISTRATOR).orElseThrow();
    assertThat(node.service.worklist().study(study.uid()).orElseThrow().shown()).isEmpty();
    await().atMost(Node.SOON).until(() -> erasure().waitsFor().isPresent());
    assertThat(erasure().waitsFor().orElseThrow()).contains("output ehr (waiting)");
    assertThat(rows("imaging_order")).isOne();
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
    assertThat(erasures().erase(mrn, REASON, ADMINISTRATOR).orElseThrow().id())
        .isEqualTo(begun.id());

    node.close();
    node = Node.of(database, archive.baseUrl()).ehr(ehr).start();
    ehr.away = false;
    Erasure ended = ended();
    assertThat(ended.by()).isEqualTo(ADMINISTRATOR);
    assertThat(ended.counts()).containsEntry("orders", 1).containsEntry("FHIR Patient", 1);
    assertThat(ehr.said)
        .containsExactly("written", "withdrawn: the patient's data are erased on request");
    assertThat(rows("imaging_order") + rows("study_analysis") + rows("result_output")).isZero();
    assertThat(
            rows(
                "order_job where task_name not in ('retention', 'file space')"
                    + " and task_name not like '%adoption%'"))
        .isZero();
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).isEmpty();
    assertThat(erasures().erase(mrn, REASON, ADMINISTRATOR)).isEmpty();
    assertThat(ended.counts()).containsKey("audit entries");
    assertThat(rows("audit_entry")).as("digests stay").isPositive();
    assertThat(rows("audit_entry where event is not null or patient is not null")).isZero();

    assertThat(node.answer(order).finished()).hasSize(1);
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
  }

  @Test
  void waitsForAnAnalysisUnderWayWhichBringsNothingBack() {
    CountDownLatch fetched = new CountDownLatch(1);
    CountDownLatch erased = new CountDownLatch(1);
    try (ArchiveProxy slow =
        new ArchiveProxy(
            archive.baseUrl(),
            UnaryOperator.identity(),
            exchange -> {
              if (exchange.getRequestURI().getPath().contains("/instances/")
                  && !exchange.getRequestURI().getPath().endsWith("/metadata")) {
                fetched.countDown();
                awaitQuietly(erased);
              }
              return Optional.empty();
            })) {
      node = Node.of(database, slow.baseUrl()).start();
      node.service.orderAnalyses().answer(Hospital.order(patient), Duration.ZERO);
      awaitQuietly(fetched);

      erasures().erase(mrn, REASON, ADMINISTRATOR);
      await()
          .pollDelay(Duration.ofSeconds(12))
          .atMost(Node.SOON)
          .until(() -> rows("analysis_job") == 1);
      assertThat(erasure().endedAt()).isEmpty();
      erased.countDown();

      ended();
      assertThat(rows("study_analysis") + rows("imaging_order") + rows("analysis_job")).isZero();
      assertThat(FhirTestServer.of(Observation.class, patient.id())).isEmpty();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void takesBothIdentifiersOfAMergedPatientAndNobodyElsesAtWhicheverTry() {
    AtomicInteger tries = new AtomicInteger();
    FhirRecord record = FhirTestServer.record();
    FhirRecord failing =
        (FhirRecord)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {FhirRecord.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("erase") && tries.getAndIncrement() == 0) {
                    throw new FhirRecordException("the FHIR server is away", true);
                  }
                  try {
                    return method.invoke(record, arguments);
                  } catch (InvocationTargetException e) {
                    throw e.getCause();
                  }
                });
    node = Node.of(database, archive.baseUrl()).record(failing).start();
    SyntheticPatient survivor = Hospital.newPatient();
    SyntheticPatient other = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(other), 1));
    node.answer(Hospital.order(patient));
    node.answer(Hospital.order(other));
    node.service.patientChanges().merge(mrn, mrn(survivor), "one person", ADMINISTRATOR);

    erasures().erase(mrn(survivor), REASON, ADMINISTRATOR);

    assertThat(ended().counts()).containsEntry("orders", 1).containsEntry("merges", 1);
    assertThat(tries).hasValue(2);
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).isEmpty();
    assertThat(FhirTestServer.of(DiagnosticReport.class, other.id())).hasSize(1);
    assertThat(rows("imaging_order")).isOne();
    assertThat(rows("patient_merge")).isZero();
    assertThat(erasures().count(mrn(other))).containsEntry("orders", 1);
  }

  @Test
  void closesThePageThatTheEhrHasOpenedForTheChart() {
    started();
    ImagingOrder order = Hospital.order(patient);
    node.answer(order);
    AccessRules rules = new AccessRules(new Grants(database, Clock.systemUTC()), event -> {});
    Person clinician = new Person("https://ehr", "1", "C", Set.of(Role.CLINICIAN));
    rules.launch(clinician, order.patientReference(), Duration.ofHours(1));
    rules.launch(clinician, order.patientReference() + "0", Duration.ofHours(1));

    erasures().erase(mrn, REASON, ADMINISTRATOR);

    assertThat(ended().counts()).containsEntry("opened pages", 1);
    assertThat(rows("page_grant")).as("another's").isOne();
  }

  @Test
  void keepsThatAPatientDoesNotWantAi() {
    started();
    node.answer(Hospital.order(patient));
    node.service.patientPrivacy().optOut(mrn, "the patient does not want it", ADMINISTRATOR);

    erasures().erase(mrn, REASON, ADMINISTRATOR);

    ended();
    assertThat(rows("imaging_order")).isZero();
    assertThat(node.service.patientPrivacy().restriction(Hospital.identity(patient))).isPresent();
  }

  @Test
  void erasesNobodyIfItIsNotClearWhoIsMeant() {
    started();
    node.answer(Hospital.order(patient));

    assertThat(erasures().count(mrn(Hospital.newPatient()))).isEmpty();
    assertThat(erasures().erase(mrn(Hospital.newPatient()), REASON, ADMINISTRATOR)).isEmpty();
    assertThatThrownBy(() -> erasures().count(new PatientIdentifier("urn:ssn", "999")))
        .isInstanceOf(UnclearPatientException.class)
        .hasMessageContaining("of several people");

    PatientIdentity known = Hospital.identity(patient);
    PatientIdentity twin =
        new PatientIdentity(
            "twin", known.identifiers(), BirthDate.parse("1901-01-01"), known.sex());
    node.service
        .orderAnalyses()
        .answer(Hospital.order(twin, Optional.empty(), true), Duration.ofMillis(100));
    assertThatThrownBy(() -> erasures().erase(mrn, REASON, ADMINISTRATOR))
        .isInstanceOf(UnclearPatientException.class)
        .hasMessageContaining("birth dates")
        .hasMessageNotContaining(patient.id());
    assertThat(erasures().all()).isEmpty();
  }

  @Test
  void erasesNothingThatIsAnotherPatientsToo() {
    started();
    SyntheticPatient other = Hospital.newPatient();
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(other), 1));
    node.answer(Hospital.order(patient));
    node.answer(Hospital.order(other));
    Group both = new Group().setType(Group.GroupType.PERSON).setActual(true);
    both.addMember().setEntity(new Reference(stored(patient)));
    both.addMember().setEntity(new Reference(stored(other)));
    FhirTestServer.context().getRestfulClientFactory().setSocketTimeout(60_000);
    FhirTestServer.client().create().resource(both).execute();

    assertThatThrownBy(() -> erasures().erase(mrn, REASON, ADMINISTRATOR))
        .isInstanceOf(FhirRecordException.class)
        .hasMessageContaining("Group")
        .hasMessageContaining("about two patients");

    SyntheticPatient relative = Hospital.newPatient();
    Patient linked = new Patient();
    linked.addLink().setType(Patient.LinkType.SEEALSO).setOther(new Reference(stored(other)));
    linked.addIdentifier().setSystem(Hospital.SYSTEM).setValue(relative.id());
    FhirTestServer.client().create().resource(linked).execute();
    assertThatThrownBy(() -> erasures().count(mrn(relative)))
        .isInstanceOf(FhirRecordException.class);
    assertThat(rows("imaging_order")).isEqualTo(2);
    assertThat(erasures().all()).isEmpty();
  }
}

package io.spinexr.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.archive.patient.PatientHash;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.NoRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.PatientIdentity;
import io.spinexr.order.PrivacyStatement;
import io.spinexr.order.PrivacyStatement.Basis;
import io.spinexr.order.Restriction;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.ArchiveProxy;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.store.PrivacyStore;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.PatientStatement;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** For a confidential patient, or one who opted out of AI, nothing is fetched, written or shown. */
class PatientPrivacyTest {
  private static final String WHY = "asked for it at admission";

  @TempDir static Path folder;

  private final List<String> asked = new CopyOnWriteArrayList<>();
  private final SyntheticPatient patient = Hospital.newPatient();
  private final PatientIdentity identity = Hospital.identity(patient);
  private final PatientIdentifier identifier = new PatientIdentifier(Hospital.SYSTEM, patient.id());
  private final PatientIdentifier other =
      new PatientIdentifier(Hospital.SYSTEM, "S-" + patient.id());
  private final PhantomFile.Study study = Hospital.study(patient);
  private final ImagingOrder order = Hospital.order(patient);
  private volatile CountDownLatch open = new CountDownLatch(0);
  private volatile boolean busy;
  private FolderArchive archive;
  private ArchiveProxy proxy;
  private HikariDataSource database;
  private Node node;

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    proxy =
        new ArchiveProxy(
            archive.baseUrl(),
            UnaryOperator.identity(),
            exchange -> {
              String path = exchange.getRequestURI().toString();
              asked.add(path);
              if (isRetrieval(path)) {
                waitUntilOpen();
              }
              return busy && isRetrieval(path)
                  ? Optional.of(new ArchiveProxy.Answer(503, "text/plain", new byte[0]))
                  : Optional.empty();
            });
    database = Node.database("privacy-" + System.nanoTime());
    node = Node.of(database, proxy.baseUrl()).start();
  }

  @AfterEach
  void stop() {
    open.countDown();
    node.close();
    database.close();
    proxy.close();
    archive.close();
  }

  private static boolean isRetrieval(String path) {
    return path.matches(".*/instances/.*");
  }

  private void waitUntilOpen() {
    try {
      open.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private PatientPrivacy privacy() {
    return node.service.patientPrivacy();
  }

  private Optional<Restriction> said(Basis basis, Restriction restriction, boolean trusted) {
    return node.service
        .orderAnalyses()
        .restriction(
            identity,
            List.of(new PrivacyStatement(basis, Optional.ofNullable(restriction), trusted)));
  }

  private RememberedOrder remembered() {
    return node.service.worklist().order(order.key()).orElseThrow().order();
  }

  private void storeImage() {
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
  }

  private void assertNothingWritten() {
    assertThat(
            FhirTestServer.client()
                .search()
                .byUrl("Patient?identifier=" + patient.id())
                .returnBundle(Bundle.class)
                .execute()
                .getEntry())
        .isEmpty();
    assertThat(FhirTestServer.of(Task.class, patient.id())).isEmpty();
  }

  private static PatientIdentity as(PatientIdentity identity, PatientIdentifier identifier) {
    return new PatientIdentity(
        identity.fhirId(), List.of(identifier), identity.birthDate(), identity.sex());
  }

  private long jobs() {
    return JdbcClient.create(database)
        .sql(
            "select (select count(*) from order_job where task_name in ('search', 'deliver'))"
                + " + (select count(*) from analysis_job)")
        .query(Long.class)
        .single();
  }

  @Test
  void remembersAndFetchesNothingForAPatientWhoOptedOut() {
    storeImage();
    privacy().optOut(identifier, WHY, "Dr. A");

    OrderAnswer answer = node.answer(order);

    assertThat(answer.finished()).isEmpty();
    assertThat(answer.notices()).isEmpty();
    assertThat(node.service.worklist().order(order.key())).isEmpty();
    assertThat(jobs()).isZero();
    assertThat(asked).isEmpty();
    assertNothingWritten();
  }

  @Test
  void keepsNoIdentifierInClear() {
    privacy().optOut(identifier, WHY, "Dr. A");

    assertThat(
            JdbcClient.create(database)
                .sql("select subject from patient_privacy")
                .query(String.class)
                .list())
        .containsExactly(PatientHash.of(identifier.system(), identifier.value()));
  }

  @Test
  void endsAnOrderThatWaitsForItsImagesAndFindsNoneOfThem() {
    node.answer(order);
    await().atMost(Node.SOON).until(() -> remembered().state() == OrderState.WAITING);

    privacy().optOut(identifier, WHY, "Dr. A");

    assertThat(remembered().state()).isEqualTo(OrderState.ENDED);
    assertThat(remembered().reason()).contains(Restriction.OPTED_OUT.sentence());
    await().atMost(Node.SOON).until(() -> jobs() == 0);
    storeImage();
    int before = asked.size();
    node.answer(order);
    assertThat(asked).hasSize(before);
    assertNothingWritten();
  }

  @Test
  void endsASearchWhoseOrderWasRememberedAtTheSameMoment() {
    node.answer(order);
    await().atMost(Node.SOON).until(() -> remembered().state() == OrderState.WAITING);

    new PrivacyStore(database)
        .restrict(
            new PrivacyStore.Entry(
                PatientHash.of(identifier.system(), identifier.value()),
                Basis.LABEL,
                Restriction.CONFIDENTIAL,
                Optional.empty(),
                "the EHR"),
            Instant.now());

    await().atMost(Node.SOON).until(() -> remembered().state() == OrderState.ENDED);
    assertThat(remembered().reason()).contains(Restriction.CONFIDENTIAL.sentence());
    await().atMost(Node.SOON).until(() -> jobs() == 0);
    assertNothingWritten();
  }

  @Test
  void writesNothingOfAnAnalysisThatIsUnderWay() {
    storeImage();
    open = new CountDownLatch(1);
    node.answer(order, Duration.ZERO);
    await().atMost(Node.SOON).until(() -> asked.stream().anyMatch(PatientPrivacyTest::isRetrieval));

    privacy().optOut(identifier, WHY, "Dr. A");
    open.countDown();

    await().atMost(Node.SOON).until(() -> jobs() == 0);
    StudyAnalysis ended = node.service.worklist().study(study.uid()).orElseThrow();
    assertThat(ended.reason()).contains(Restriction.OPTED_OUT.sentence());
    assertThat(ended.findings()).isEmpty();
    assertNothingWritten();
  }

  @Test
  void endsTheAnalysisOfAnOrderThatTurnsOutToBeConfidential() {
    storeImage();
    busy = true;
    node.answer(order, Duration.ZERO);
    await().atMost(Node.SOON).until(() -> asked.stream().anyMatch(PatientPrivacyTest::isRetrieval));

    node.service
        .orderAnalyses()
        .end(
            new OrderEnd(
                order.source(), identity.fhirId(), order.id(), OrderEnd.Reason.CONFIDENTIAL));

    await().atMost(Node.SOON).until(() -> jobs() == 0);
    assertThat(node.service.worklist().study(study.uid()).orElseThrow().reason())
        .contains(Restriction.CONFIDENTIAL.sentence());
    assertNothingWritten();
  }

  @Test
  void hidesWhatIsThereAtOnceAndShowsItAgainAfterAnOptIn() {
    storeImage();
    assertThat(node.answer(order).finished()).hasSize(1);

    privacy().optOut(identifier, WHY, "Dr. A");

    StudyAnalysis hidden = node.service.worklist().study(study.uid()).orElseThrow();
    assertThat(hidden.shown()).isEmpty();
    assertThat(hidden.reception().restricted()).isTrue();
    assertThat(node.service.worklist().inReadingOrder(10)).isEmpty();
    assertThat(node.service.worklist().order(order.key()).orElseThrow().studies())
        .allMatch(each -> each.shown().isEmpty());
    assertThat(node.service.orderAnalyses().known(identity)).isEmpty();
    assertThat(node.answer(order).finished()).isEmpty();
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);

    assertThat(privacy().optIn(identifier, "Dr. B")).isTrue();

    assertThat(node.service.orderAnalyses().known(identity)).hasSize(1);
    assertThat(node.service.worklist().inReadingOrder(10)).hasSize(1);
    assertThat(node.answer(order).finished()).hasSize(1);
    assertThat(privacy().optIn(identifier, "Dr. B")).isFalse();
  }

  @Test
  void hidesResultsOfAPatientWhoOptedOutByAnIdentifierThatTheArchiveDoesNotKnow() {
    PatientIdentifier card = new PatientIdentifier("urn:insurance", "I-" + patient.id());
    storeImage();
    PatientIdentity both =
        new PatientIdentity(
            identity.fhirId(), List.of(card, identifier), identity.birthDate(), identity.sex());
    node.answer(Hospital.order(both, Optional.empty(), true));

    privacy().optOut(card, WHY, "Dr. A");

    assertThat(node.service.worklist().study(study.uid()).orElseThrow().shown()).isEmpty();
  }

  @Test
  void optsOutTheSurvivorOfAMergeAndWhoeverIsMergedLater() {
    PatientIdentifier third = new PatientIdentifier(Hospital.SYSTEM, "T-" + patient.id());
    privacy().optOut(identifier, WHY, "Dr. A");

    node.service.patientChanges().merge(identifier, other, "registered twice", "Dr. A");
    node.service.patientChanges().merge(other, third, "registered twice", "Dr. A");

    for (PatientIdentifier each : List.of(other, third)) {
      assertThat(privacy().restriction(as(identity, each))).contains(Restriction.OPTED_OUT);
    }
    privacy().optIn(third, "Dr. A");
    assertThat(privacy().restriction(identity)).isEmpty();
    privacy().optOut(third, WHY, "Dr. A");
    assertThat(privacy().restriction(identity)).contains(Restriction.OPTED_OUT);
  }

  @Test
  void endsWaitingOrdersOfTheOtherIdentifierAtAMerge() {
    node.answer(order);
    await().atMost(Node.SOON).until(() -> remembered().state() == OrderState.WAITING);
    privacy().optOut(other, WHY, "Dr. A");

    node.service.patientChanges().merge(identifier, other, "registered twice", "Dr. A");

    assertThat(remembered().state()).isEqualTo(OrderState.ENDED);
    assertThat(remembered().reason()).contains(Restriction.OPTED_OUT.sentence());
  }

  @Test
  void keepsToALabelUntilATrustedCallComesWithoutIt() {
    assertThat(said(Basis.LABEL, Restriction.CONFIDENTIAL, false))
        .contains(Restriction.CONFIDENTIAL);

    assertThat(said(Basis.LABEL, null, false)).contains(Restriction.CONFIDENTIAL);
    assertThat(said(Basis.CONSENT, null, true)).contains(Restriction.CONFIDENTIAL);
    assertThat(node.answer(order).orderKey()).isEqualTo(order.key());
    assertThat(node.service.worklist().order(order.key())).isEmpty();

    assertThat(said(Basis.LABEL, null, true)).isEmpty();
    node.answer(order);
    assertThat(node.service.worklist().order(order.key())).isPresent();
  }

  @Test
  void keepsAnOptOutThatAPersonEnteredWhateverTheEhrSays() {
    privacy().optOut(identifier, WHY, "Dr. A");

    assertThat(said(Basis.LABEL, null, true)).contains(Restriction.OPTED_OUT);
  }

  @Test
  void takesALabelForNobodyElseWhoSharesAnIdentifierThatIsNotMapped() {
    said(Basis.LABEL, Restriction.CONFIDENTIAL, true);

    PatientIdentity relative = Hospital.identity(Hospital.newPatient());
    assertThat(relative.identifiers()).containsAnyElementsOf(identity.identifiers());
    assertThat(privacy().restriction(relative)).isEmpty();
  }

  @Test
  void deliversNothingToTheEhrThatWaitedForIt() {
    node.close();
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger written = new AtomicInteger();
    CountDownLatch back = new CountDownLatch(1);
    node =
        Node.of(database, proxy.baseUrl())
            .ehr(
                new NoRecord() {
                  @Override
                  public Recorded write(Bundle bundle) {
                    attempts.incrementAndGet();
                    if (back.getCount() > 0) {
                      throw new FhirRecordException("the EHR is away", true);
                    }
                    written.incrementAndGet();
                    return new Recorded(Optional.empty(), Optional.empty(), true);
                  }
                })
            .start();
    storeImage();
    node.answer(order);
    await().atMost(Node.SOON).until(() -> attempts.get() > 0);

    privacy().optOut(identifier, WHY, "Dr. A");
    back.countDown();

    await().atMost(Node.SOON).until(() -> jobs() == 0);
    assertThat(written).hasValue(0);
  }

  @Test
  void takesNothingThatAnEhrSaysOfAPatientWhoOptedOut() {
    privacy().optOut(identifier, WHY, "Dr. A");

    node.service.orderAnalyses().stated(statement());

    assertThat(statements()).isZero();
    privacy().optIn(identifier, "Dr. A");
    node.service.orderAnalyses().stated(statement());
    assertThat(statements()).isOne();
  }

  private PatientStatement statement() {
    return new PatientStatement(
        identity.identifiers(),
        Optional.of(new PatientStatement.Name("Corrected", List.of("Erna"))),
        identity.birthDate(),
        identity.sex(),
        Instant.now());
  }

  private int statements() {
    return JdbcClient.create(database)
        .sql("select count(*) from patient_statement")
        .query(Integer.class)
        .single();
  }

  @Test
  void bringsNoStatementToTheRecordThatWaitedForIt() {
    node.close();
    AtomicInteger attempts = new AtomicInteger();
    AtomicInteger written = new AtomicInteger();
    CountDownLatch back = new CountDownLatch(1);
    node =
        Node.of(database, proxy.baseUrl())
            .record(
                new NoRecord() {
                  @Override
                  public boolean correct(PatientStatement statement) {
                    attempts.incrementAndGet();
                    if (back.getCount() > 0) {
                      throw new FhirRecordException("the record is away", true);
                    }
                    written.incrementAndGet();
                    return true;
                  }
                })
            .start();
    node.service.orderAnalyses().stated(statement());
    await().atMost(Node.SOON).until(() -> attempts.get() > 0);

    privacy().optOut(identifier, WHY, "Dr. A");
    back.countDown();

    await()
        .atMost(Node.SOON)
        .until(
            () ->
                JdbcClient.create(database)
                        .sql("select count(*) from order_job where task_name = 'statement'")
                        .query(Integer.class)
                        .single()
                    == 0);
    assertThat(written).hasValue(0);
  }

  @Test
  void wantsAReason() {
    assertThatThrownBy(() -> privacy().optOut(identifier, " ", "Dr. A"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reason");
    assertThat(privacy().restriction(identity)).isEmpty();
  }
}

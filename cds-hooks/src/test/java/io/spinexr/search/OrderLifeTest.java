package io.spinexr.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.StandingOrder;
import io.spinexr.fhir.store.EhrAccess;
import io.spinexr.fhir.store.EhrFhirTarget;
import io.spinexr.fhir.upkeep.StoredRecord;
import io.spinexr.finding.BirthDate;
import io.spinexr.order.Examination;
import io.spinexr.order.FhirServerUrl;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderEnd;
import io.spinexr.order.OrderNumbers;
import io.spinexr.order.OrderStage;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.study.SpineRegion;
import io.spinexr.tls.TlsContext;
import io.spinexr.triage.ReadingPriority;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What becomes of orders: without ids, signed again, ended, expired. */
class OrderLifeTest {
  @TempDir static Path folder;

  private FolderArchive archive;
  private HikariDataSource database;
  private Node node;
  private final SyntheticPatient patient = Hospital.newPatient();
  private final PatientIdentity identity = Hospital.identity(patient);

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    database = Node.database("life-" + System.nanoTime());
    node = node(Duration.ofMinutes(10));
  }

  private Node node(Duration giveUpAfter) {
    return Node.of(database, archive.baseUrl())
        .search(
            new SearchProperties(
                Duration.ofMillis(300),
                Duration.ofSeconds(1),
                1.5,
                giveUpAfter,
                Duration.ofSeconds(6),
                Duration.ofMillis(200),
                Duration.ofMillis(200),
                2,
                Duration.ofHours(24),
                0.8,
                20,
                Duration.ofHours(1),
                Duration.ofHours(6),
                Duration.ofDays(7)))
        .start();
  }

  @AfterEach
  void stop() {
    node.close();
    database.close();
    archive.close();
  }

  private ImagingOrder order(String id, ReadingPriority priority, String requester) {
    return new ImagingOrder(
        Hospital.EHR,
        id,
        !id.isEmpty(),
        identity,
        OrderNumbers.NONE,
        new Examination("XR lumbar spine", "http://loinc.org|24972-2", SpineRegion.LUMBAR),
        priority,
        OrderStage.SIGNED,
        Set.of(requester));
  }

  private ImagingOrder unnamed(ReadingPriority priority, String requester) {
    return order("", priority, requester);
  }

  @Test
  void takesRepeatedDraftsWithoutAnIdForOneOrder() {
    OrderAnswer first = node.answer(unnamed(ReadingPriority.ROUTINE, "Practitioner/1"));
    OrderAnswer second = node.answer(unnamed(ReadingPriority.URGENT, "Practitioner/2"));
    OrderAnswer third = node.answer(unnamed(ReadingPriority.ROUTINE, "Practitioner/1"));

    assertThat(List.of(second.orderKey(), third.orderKey())).containsOnly(first.orderKey());
    ImagingOrder kept = remembered(first.orderKey()).order();
    assertThat(kept.priority()).isEqualTo(ReadingPriority.URGENT);
    assertThat(kept.requesters()).containsExactlyInAnyOrder("Practitioner/1", "Practitioner/2");
  }

  /** The same order, of the cervical spine, without an id. */
  private static ImagingOrder cervical(ImagingOrder lumbar, String fingerprint) {
    return new ImagingOrder(
        lumbar.source(),
        "",
        false,
        lumbar.patient(),
        OrderNumbers.NONE,
        new Examination("XR cervical spine", fingerprint, SpineRegion.CERVICAL),
        lumbar.priority(),
        lumbar.stage(),
        lumbar.requesters());
  }

  @Test
  void keepsOrdersWithoutAnIdApartForOtherExaminationsAndPatients() {
    ImagingOrder lumbar = unnamed(ReadingPriority.ROUTINE, "Practitioner/1");
    ImagingOrder cervical = cervical(lumbar, "http://loinc.org|24946-6");
    ImagingOrder others = lumbar.withPatient(Hospital.identity(Hospital.newPatient()));

    assertThat(
            Set.of(
                node.answer(lumbar).orderKey(),
                node.answer(cervical).orderKey(),
                node.answer(others).orderKey()))
        .hasSize(3);
  }

  @Test
  void takesADraftWithoutAnIdForAnotherOrderTheNextDay() {
    ImagingOrder draft = unnamed(ReadingPriority.ROUTINE, "Practitioner/1");
    OrderAnswer first = node.answer(draft);
    JdbcClient.create(database)
        .sql("update imaging_order set created_at = created_at - interval '25' hour")
        .update();

    assertThat(node.answer(draft).orderKey()).isNotEqualTo(first.orderKey());
  }

  @Test
  void makesOneOrderOfDraftsWithoutAnIdThatComeAtTheSameMoment() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      Callable<OrderAnswer> ask =
          () -> node.answer(unnamed(ReadingPriority.ROUTINE, "Practitioner/1"), Duration.ZERO);
      Set<String> keys = new HashSet<>();
      for (Future<OrderAnswer> answer : threads.invokeAll(Collections.nCopies(8, ask))) {
        keys.add(answer.get().orderKey());
      }
      assertThat(keys).hasSize(1);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void endsAnUnconfirmedOrderWithoutAnIdQuietlyAndListsIt() {
    node.close();
    node = node(Duration.ofMillis(500));
    String quiet = node.answer(unnamed(ReadingPriority.STAT, "Practitioner/1")).orderKey();
    String loud = node.answer(order("o-1", ReadingPriority.STAT, "Practitioner/1")).orderKey();

    await().atMost(Node.SOON).until(() -> remembered(quiet).state() == OrderState.EXPIRED);
    await().atMost(Node.SOON).until(() -> remembered(loud).state() == OrderState.GIVEN_UP);

    assertThat(FhirTestServer.of(Task.class, patient.id()))
        .singleElement()
        .satisfies(
            task ->
                assertThat(task.getBasedOnFirstRep().getIdentifier().getValue()).isEqualTo("o-1"));
    assertThat(node.service.oversight().expired(10))
        .extracting(order -> order.order().key())
        .containsExactly(quiet);
  }

  @Test
  void endsAnOrderWithoutAnIdVisiblyOnceANumberConfirmsIt() {
    node.close();
    node = node(Duration.ofMillis(500));
    ImagingOrder draft = unnamed(ReadingPriority.ROUTINE, "Practitioner/1");
    ImagingOrder confirmed =
        new ImagingOrder(
            draft.source(),
            "",
            false,
            identity,
            new OrderNumbers(Optional.empty(), Optional.of("PLACER-1")),
            draft.examination(),
            draft.priority(),
            draft.stage(),
            draft.requesters());
    node.answer(draft);
    String key = node.answer(confirmed).orderKey();

    await().atMost(Node.SOON).until(() -> remembered(key).over());
    assertThat(remembered(key).state()).isEqualTo(OrderState.GIVEN_UP);
    assertThat(FhirTestServer.of(Task.class, patient.id())).hasSize(1);
  }

  @Test
  void letsReportAndTaskFollowAnOrderThatIsSignedAgainMoreUrgentlyAndThenRevoked() {
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    ImagingOrder routine = order("o-2", ReadingPriority.ROUTINE, "Practitioner/1");
    node.answer(routine);
    Task before = task();

    node.answer(order("o-2", ReadingPriority.STAT, "Practitioner/1"));

    await().atMost(Node.SOON).until(() -> task().getPriority() == Task.TaskPriority.STAT);
    assertThat(before.getBasedOn()).isNotEmpty();

    node.service
        .orderAnalyses()
        .end(
            new OrderEnd(Hospital.EHR, identity.fhirId(), "o-2", OrderEnd.Reason.ENTERED_IN_ERROR));

    assertThat(remembered(routine.key()).state()).isEqualTo(OrderState.ENDED);
    await().atMost(Node.SOON).until(() -> task().getBasedOn().isEmpty());
    await().atMost(Node.SOON).until(() -> task().getPriority() == before.getPriority());
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id()).get(0).getBasedOn())
        .isEmpty();

    node.answer(routine);
    await().atMost(Node.SOON).until(() -> task().hasBasedOn());
  }

  @Test
  void stopsSearchingForARevokedOrderAndStartsAgainWhenItIsSignedAnew() {
    ImagingOrder order = order("o-3", ReadingPriority.ROUTINE, "Practitioner/1");
    node.answer(order);
    await().atMost(Node.SOON).until(() -> remembered(order.key()).state() == OrderState.WAITING);

    node.service
        .orderAnalyses()
        .end(new OrderEnd(Hospital.EHR, identity.fhirId(), "o-3", OrderEnd.Reason.REVOKED));
    await().atMost(Node.SOON).until(() -> jobs() == 0);
    assertThat(remembered(order.key()).reason()).contains("the order was revoked");

    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    assertThat(node.answer(order).finished()).hasSize(1);
  }

  @Test
  void closesTheFailedTaskOfAnOrderThatIsRevokedOrWhoseImagesComeAfterAll() {
    node.close();
    node = node(Duration.ofMillis(500));
    ImagingOrder late = order("o-8", ReadingPriority.ROUTINE, "Practitioner/1");
    ImagingOrder revoked = order("o-9", ReadingPriority.ROUTINE, "Practitioner/1");
    node.answer(late);
    node.answer(revoked);
    await()
        .atMost(Node.SOON)
        .until(
            () ->
                FhirTestServer.of(Task.class, patient.id()).stream()
                        .filter(task -> task.getStatus() == Task.TaskStatus.FAILED)
                        .count()
                    == 2);

    node.service
        .orderAnalyses()
        .end(new OrderEnd(Hospital.EHR, identity.fhirId(), "o-9", OrderEnd.Reason.REVOKED));
    node.close();
    node = node(Duration.ofSeconds(4)); // the images of orders that share them are waited for
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));

    await().atMost(Node.SOON).until(() -> node.answer(late).finished().size() == 1);
    await()
        .atMost(Node.SOON)
        .until(
            () ->
                FhirTestServer.of(Task.class, patient.id()).stream()
                        .filter(task -> task.getStatus() == Task.TaskStatus.CANCELLED)
                        .count()
                    == 2);
  }

  @Test
  void showsNobodyElseWhatIsKnownThoughTheFirstOrderDidNotTellTheBirthDate() {
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    PatientIdentity silent =
        new PatientIdentity(
            identity.fhirId(), identity.identifiers(), Optional.empty(), Optional.empty());
    ImagingOrder order = order("o-10", ReadingPriority.ROUTINE, "Practitioner/1");
    assertThat(node.answer(order.withPatient(silent)).finished()).hasSize(1);
    archive.close();

    PatientIdentity other =
        new PatientIdentity(
            identity.fhirId(), identity.identifiers(), BirthDate.parse("1901"), identity.sex());

    assertThat(node.service.orderAnalyses().known(other)).isEmpty();
    ImagingOrder others =
        order("o-11", ReadingPriority.ROUTINE, "Practitioner/1").withPatient(other);
    assertThat(node.answer(others, Duration.ofMillis(50)).finished()).isEmpty();
    assertThat(node.service.orderAnalyses().known(identity)).hasSize(1);
  }

  @Test
  void doesNotForgetABirthDateThatALaterCallDoesNotState() {
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    PatientIdentity other =
        new PatientIdentity(
            identity.fhirId(), identity.identifiers(), BirthDate.parse("1901"), identity.sex());
    PatientIdentity silent =
        new PatientIdentity(
            identity.fhirId(), identity.identifiers(), Optional.empty(), Optional.empty());
    ImagingOrder order = order("o-12", ReadingPriority.ROUTINE, "Practitioner/1");
    assertThat(node.answer(order.withPatient(other)).finished()).isEmpty();

    OrderAnswer again = node.answer(order.withPatient(silent));

    assertThat(again.finished()).isEmpty();
    assertThat(again.notices()).contains(OrderAnswer.Notice.IMAGES_NOT_MATCHED);
  }

  @Test
  void keepsOrdersWithoutAnIdApartWhoseCommonCodeMeansOtherRegions() {
    ImagingOrder lumbar = unnamed(ReadingPriority.ROUTINE, "Practitioner/1");
    ImagingOrder cervical = cervical(lumbar, lumbar.examination().fingerprint());

    assertThat(node.answer(lumbar).orderKey()).isNotEqualTo(node.answer(cervical).orderKey());
  }

  @Test
  void readsFromTheEhrThatAnOrderIsMoreUrgentAndThenRevoked() {
    FhirServerUrl address = new FhirServerUrl(FhirTestServer.address());
    node.close();
    node =
        Node.of(database, archive.baseUrl())
            .ehr(
                address,
                new StoredRecord(
                    new EhrFhirTarget(
                        URI.create(address.text()),
                        EhrAccess.open(),
                        Duration.ofSeconds(10),
                        TlsContext.ofJava())))
            .start();
    ServiceRequest atTheEhr = new ServiceRequest();
    atTheEhr.setId("order-" + patient.id().toLowerCase(Locale.ROOT));
    atTheEhr
        .setStatus(ServiceRequest.ServiceRequestStatus.ACTIVE)
        .setIntent(ServiceRequest.ServiceRequestIntent.ORDER)
        .setPriority(ServiceRequest.ServiceRequestPriority.STAT)
        .setSubject(new Reference().setDisplay("somebody"));
    FhirTestServer.client().update().resource(atTheEhr).execute();
    ImagingOrder signed = order(atTheEhr.getId(), ReadingPriority.ROUTINE, "Practitioner/1");
    ImagingOrder order =
        new ImagingOrder(
            address.text(),
            signed.id(),
            true,
            identity,
            OrderNumbers.NONE,
            signed.examination(),
            signed.priority(),
            signed.stage(),
            signed.requesters());

    node.answer(order);

    await()
        .atMost(Node.SOON)
        .until(() -> remembered(order.key()).order().priority() == ReadingPriority.STAT);
    assertThat(remembered(order.key()).state()).isEqualTo(OrderState.WAITING);

    atTheEhr.setStatus(ServiceRequest.ServiceRequestStatus.REVOKED);
    FhirTestServer.client().update().resource(atTheEhr).execute();

    await().atMost(Node.SOON).until(() -> remembered(order.key()).state() == OrderState.ENDED);
    await().atMost(Node.SOON).until(() -> jobs() == 0);
  }

  @Test
  void readsFromTheEhrThatAnOrderIsReplaced() {
    assertThat(OrderChanges.end(new StandingOrder(Optional.of("active"), Optional.empty(), true)))
        .contains(OrderEnd.Reason.REPLACED);
    assertThat(
            OrderChanges.end(new StandingOrder(Optional.of("completed"), Optional.empty(), false)))
        .isEmpty();
  }

  @Test
  void changesNothingOfASignedOrderThatIsLookedAtAsADraftAgain() {
    ImagingOrder signed = order("o-4", ReadingPriority.STAT, "Practitioner/1");
    node.answer(signed);
    ImagingOrder draft =
        new ImagingOrder(
            signed.source(),
            signed.id(),
            true,
            identity,
            OrderNumbers.NONE,
            signed.examination(),
            ReadingPriority.ROUTINE,
            OrderStage.SELECTED,
            Set.of("Practitioner/2"));
    node.answer(draft);

    ImagingOrder kept = remembered(signed.key()).order();
    assertThat(kept.priority()).isEqualTo(ReadingPriority.STAT);
    assertThat(kept.stage()).isEqualTo(OrderStage.SIGNED);
    assertThat(kept.requesters()).containsExactlyInAnyOrder("Practitioner/1", "Practitioner/2");
  }

  @Test
  void showsWhatIsKnownOfThePatientWhileTheArchiveIsSilent() {
    Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    assertThat(node.answer(order("o-5", ReadingPriority.ROUTINE, "Practitioner/1")).finished())
        .hasSize(1);
    archive.close();

    OrderAnswer answer =
        node.answer(order("o-6", ReadingPriority.ROUTINE, "Practitioner/1"), Duration.ofMillis(50));

    assertThat(answer.finished()).hasSize(1);
    assertThat(answer.notices())
        .containsAnyOf(OrderAnswer.Notice.STILL_SEARCHING, OrderAnswer.Notice.ARCHIVE_UNAVAILABLE);
    // Nobody else's, though they share the identifier.
    PatientIdentity other =
        new PatientIdentity(
            identity.fhirId(), identity.identifiers(), BirthDate.parse("1901"), identity.sex());
    ImagingOrder others =
        order("o-7", ReadingPriority.ROUTINE, "Practitioner/1").withPatient(other);
    assertThat(node.answer(others, Duration.ofMillis(50)).finished()).isEmpty();
  }

  private RememberedOrder remembered(String key) {
    return node.service.worklist().order(key).orElseThrow().order();
  }

  private int jobs() {
    return JdbcClient.create(database)
        .sql("select count(*) from order_job where task_name not in ('retention', 'file space')")
        .query(Integer.class)
        .single();
  }

  private Task task() {
    List<Task> tasks = FhirTestServer.of(Task.class, patient.id());
    assertThat(tasks).hasSize(1);
    return tasks.get(0);
  }
}

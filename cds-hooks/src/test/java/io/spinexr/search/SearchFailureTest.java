package io.spinexr.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.analysis.EarlierResult;
import io.spinexr.analysis.StudyAnalyser;
import io.spinexr.archive.Archives;
import io.spinexr.archive.FoundStudies;
import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.PatientMatchingProperties.MappedSystem;
import io.spinexr.archive.study.Archive;
import io.spinexr.archive.study.Copy;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.NoRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.finding.BirthDate;
import io.spinexr.finding.ImageId;
import io.spinexr.inference.ModelRepository;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.job.AnalysisProperties;
import io.spinexr.job.Failures;
import io.spinexr.job.Processor;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.radiograph.Analyser;
import io.spinexr.service.DemoModels;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.StudyAnalysis;
import io.spinexr.state.StudyState;
import io.spinexr.study.PatientIdentifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Searches that meet bad records, bad databases and refusals. */
public class SearchFailureTest {
  private static final Duration SOON = Duration.ofMillis(100);

  /** An order is given up after a second. */
  public static final SearchProperties SHORT_PATIENCE =
      new SearchProperties(
          SOON,
          SOON,
          1,
          Duration.ofSeconds(1),
          SOON,
          SOON,
          SOON,
          1,
          Duration.ofHours(24),
          0.8,
          20,
          Duration.ofHours(1),
          Duration.ofHours(6),
          Duration.ofDays(7));

  @TempDir private Path folder;

  @Test
  void skipsABadRecordAndCountsWhatTheArchiveMiscounts() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    HttpServer archive =
        archive(
            Map.of(
                "/studies",
                "[" + study(patient, "not a uid", "1") + "," + study(patient, "1.2.3", "x") + "]",
                "/studies/1.2.3/series",
                "[{\"0020000E\":{\"vr\":\"UI\",\"Value\":[\"1.2.3.4\"]},"
                    + "\"00080060\":{\"vr\":\"CS\",\"Value\":[\"DX\"]},"
                    + "\"00180015\":{\"vr\":\"CS\",\"Value\":[\"LSPINE\"]},"
                    + "\"00201209\":{\"vr\":\"IS\",\"Value\":[\"2\"]}}]",
                "/studies/1.2.3/instances",
                "[" + instance("1.2.3.4.1") + "," + instance("1.2.3.4.2") + "]"));
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    Archives archives =
        new Archives(
            List.of(
                Node.archive(
                    "",
                    URI.create("http://127.0.0.1:" + archive.getAddress().getPort()),
                    new MappedSystem(Hospital.SYSTEM, Optional.empty()))),
            new SpineRadiographs(Node.defaults(RadiographProperties.class)),
            meters);

    FoundStudies found = archives.search(Hospital.order(patient), Map.of());

    archive.stop(0);
    assertThat(found.studies())
        .singleElement()
        .satisfies(
            study -> {
              assertThat(study.studyUid()).isEqualTo("1.2.3");
              assertThat(study.instances()).isEqualTo(2);
              assertThat(study.radiographs()).isEqualTo(2);
            });
    assertThat(meters.get("spinexr.archive.bad.records").counter().count()).isEqualTo(1);
  }

  private static String instance(String uid) {
    return ("{\"00080018\":{\"vr\":\"UI\",\"Value\":[\"%s\"]},"
            + "\"0020000E\":{\"vr\":\"UI\",\"Value\":[\"1.2.3.4\"]}}")
        .formatted(uid);
  }

  private static String study(SyntheticPatient patient, String uid, String instances) {
    return ("{\"0020000D\":{\"vr\":\"UI\",\"Value\":[\"%s\"]},"
            + "\"00100020\":{\"vr\":\"LO\",\"Value\":[\"%s\"]},"
            + "\"00080061\":{\"vr\":\"CS\",\"Value\":[\"DX\"]},"
            + "\"00201208\":{\"vr\":\"IS\",\"Value\":[\"%s\"]}}")
        .formatted(uid, patient.id(), instances);
  }

  private static HttpServer archive(Map<String, String> answers) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer =
              answers.getOrDefault(exchange.getRequestURI().getPath(), "[]").getBytes(UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/dicom+json");
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void givesAnOverdueOrderUpWhateverFails() throws IOException {
    List<Bundle> written = new CopyOnWriteArrayList<>();
    try (HikariDataSource database = Node.database("search-failure");
        FolderArchive archive = FolderArchive.start(folder, 0);
        Node node = node(database, archive, record(written::add))) {
      JdbcClient jdbc = JdbcClient.create(database);
      jdbc.sql("alter table order_study drop column study_instances").update();
      ImagingOrder order = Hospital.order(Hospital.newPatient());

      node.answer(order, Duration.ZERO);

      await().atMost(Node.SOON).until(() -> state(jdbc, order).equals("GIVEN_UP"));
      assertThat(written)
          .singleElement()
          .satisfies(
              bundle -> assertThat(task(bundle).getStatus()).isEqualTo(Task.TaskStatus.FAILED));
    }
  }

  @Test
  void forgetsWhatWasFoundForAnotherIdentityOfTheSameOrder() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    FolderArchive archive = FolderArchive.start(folder, 0);
    try (HikariDataSource database = Node.database("changed-identity");
        Node node = node(database, archive, record(bundle -> {}))) {
      PatientIdentity right = Hospital.identity(patient);
      ImagingOrder order = Hospital.order(right, Optional.empty(), true);
      node.answer(order);
      JdbcClient jdbc = JdbcClient.create(database);
      archive.close(); // so that no search finds out
      for (PatientIdentity other :
          List.of(
              identity(right, right.identifiers(), BirthDate.parse("1900-01-01")),
              identity(right, List.of(), right.birthDate()))) {
        jdbc.sql("delete from order_study").update();
        jdbc.sql(
                "insert into order_study (order_key, study_uid, study_instances, radiographs, own)"
                    + " values (:key, '1.2.3', 1, 1, true)")
            .param("key", order.key())
            .update();

        node.answer(signedAs(order, other), Duration.ZERO);

        await().atMost(Node.SOON).until(() -> links(jdbc) == 0);
      }
    }
  }

  private static int links(JdbcClient jdbc) {
    return jdbc.sql("select count(*) from order_study").query(Integer.class).single();
  }

  private static PatientIdentity identity(
      PatientIdentity patient, List<PatientIdentifier> identifiers, Optional<BirthDate> birthDate) {
    return new PatientIdentity(patient.fhirId(), identifiers, birthDate, patient.sex());
  }

  private static ImagingOrder signedAs(ImagingOrder order, PatientIdentity patient) {
    return order.withPatient(patient);
  }

  @Test
  void givesUpThoughTheFailureItselfIsRefusedForGood() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    FhirRecord refusing =
        record(
            bundle -> {
              throw new FhirRecordException("refused", false);
            });
    try (HikariDataSource database = Node.database("refused-failure");
        FolderArchive archive = FolderArchive.start(folder, 0);
        Node node = node(database, archive, refusing)) {
      JdbcClient jdbc = JdbcClient.create(database);
      PhantomFile.Study study = Hospital.study(patient);
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
      ImagingOrder without = Hospital.order(Hospital.newPatient());

      node.answer(Hospital.order(patient));
      node.answer(without);

      StudyAnalysis refused = node.service.worklist().study(study.uid()).orElseThrow();
      assertThat(refused.state()).isEqualTo(StudyState.FAILED);
      assertThat(refused.shown()).isEmpty();
      await().atMost(Node.SOON).until(() -> state(jdbc, without).equals("GIVEN_UP"));
      assertThat(node.meters.get("spinexr.failures.not.recorded").counter().count()).isEqualTo(2);
    }
  }

  @Test
  void asksForTheWithdrawalOfAResultWhoseImagesTurnOutToBeAnotherPatients() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    List<Bundle> written = new CopyOnWriteArrayList<>();
    try (HikariDataSource database = Node.database("withdrawal");
        FolderArchive archive = FolderArchive.start(folder, 0);
        Node node = node(database, archive, record(written::add))) {
      PhantomFile.Study study = Hospital.study(patient);
      // This archive takes a study's attributes from the image with the smallest UID.
      List<DicomFile> images =
          Stream.of(Hospital.image(study, 1), Hospital.image(study, 2))
              .sorted(
                  Comparator.comparing(
                      file -> file.dataSet().string(Tag.SOPInstanceUID).orElseThrow()))
              .toList();
      ImagingOrder order = Hospital.order(patient);
      Hospital.store(archive.baseUrl(), images.get(0));
      assertThat(node.answer(order).finished()).hasSize(1);

      Hospital.store(
          archive.baseUrl(),
          Hospital.changed(images.get(1), image -> image.put(Tag.PatientBirthDate, "19000101")));

      await()
          .atMost(Node.SOON)
          .until(
              () -> node.answer(order).notices().contains(OrderAnswer.Notice.IMAGES_NOT_MATCHED));
      assertThat(node.answer(order).finished()).isEmpty();
      assertThat(written)
          .anySatisfy(
              bundle ->
                  assertThat(task(bundle).getStatusReason().getText())
                      .contains("has to be withdrawn"));
    }
  }

  @Test
  void outlastsAnOutageOfTheRecordThatIsLongerThanAllAttempts() throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    AtomicInteger writes = new AtomicInteger();
    FhirRecord away =
        record(
            bundle -> {
              if (writes.incrementAndGet() <= 5) {
                throw new FhirRecordException("down", true);
              }
            });
    try (HikariDataSource database = Node.database("outage");
        FolderArchive archive = FolderArchive.start(folder, 0);
        Node node = node(database, archive, away)) {
      Hospital.store(archive.baseUrl(), Hospital.image(Hospital.study(patient), 1));

      OrderAnswer answer = node.answer(Hospital.order(patient));

      assertThat(answer.notices()).isEmpty();
      assertThat(answer.finished())
          .singleElement()
          .satisfies(result -> assertThat(result.findings().rejected()).isEmpty());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 503})
  void doesNotTakeAnOutageOfTheArchiveForBadImages(int status) throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    HttpServer broken =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    broken.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(status, -1);
          exchange.close();
        });
    broken.start();
    SpineRadiographs radiographs = new SpineRadiographs(Node.defaults(RadiographProperties.class));
    try (FolderArchive archive = FolderArchive.start(folder, 0);
        ModelRepository models = DemoModels.open()) {
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
      Archives archives =
          new Archives(
              List.of(Node.archive("", archive.baseUrl())), radiographs, new SimpleMeterRegistry());
      PatientIdentity who = Hospital.identity(patient);
      ArchivePatient known = archives.matching().inArchive(who).get(0);
      ListedStudy whole = archives.study(study.uid(), who, known).study().orElseThrow();
      Archive failing =
          Node.archive("", URI.create("http://127.0.0.1:" + broken.getAddress().getPort()));
      ListedStudy listed =
          new ListedStudy(
              whole.contents(),
              whole.rejected(),
              whole.images().stream()
                  .collect(
                      Collectors.toMap(
                          ImageId::sopInstanceUid,
                          image -> List.of(new Copy(failing, known, image)))),
              whole.archives());
      StudyAnalyser analyser =
          new StudyAnalyser(
              radiographs,
              new Analyser(models),
              Node.defaults(AnalysisProperties.class),
              new AnalysisMeters(new SimpleMeterRegistry(), () -> true),
              new Processor(1),
              ZoneOffset.UTC);

      assertThatThrownBy(() -> analyser.analyse(listed, EarlierResult.NONE, true))
          .matches(Failures::outage);
    } finally {
      broken.stop(0);
    }
  }

  private static Node node(HikariDataSource database, FolderArchive archive, FhirRecord record) {
    return Node.of(database, archive.baseUrl()).record(record).search(SHORT_PATIENCE).start();
  }

  private static String state(JdbcClient jdbc, ImagingOrder order) {
    return jdbc.sql("select state from imaging_order where order_key = :key")
        .param("key", order.key())
        .query(String.class)
        .single();
  }

  private static Task task(Bundle bundle) {
    return bundle.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(Task.class::isInstance)
        .map(Task.class::cast)
        .findFirst()
        .orElseThrow();
  }

  private static FhirRecord record(Consumer<Bundle> writer) {
    return new NoRecord() {
      @Override
      public Recorded write(Bundle bundle) {
        writer.accept(bundle);
        return new Recorded(Optional.empty(), Optional.of("Task/1"), true);
      }
    };
  }
}

package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.result.PictureResource;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.finding.ModelSet;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.FailedAnalysis;
import io.spinexr.result.Withdrawal;
import io.spinexr.study.OrderReference;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.study.Subject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What has ended, on the server as clients see it and in its tables. Every test has a patient. */
class RecordRemovalTest {
  private static final AtomicInteger NUMBERS = new AtomicInteger();

  @TempDir private static Path folder;
  private static TestServer server;

  private final int number = NUMBERS.incrementAndGet();
  private final String study = "1.2.826.0.12." + number;
  private final String mrn = "MRN-12-" + number;

  @BeforeAll
  static void start() {
    server = TestServer.onH2(folder);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static RecordRemoval removal() {
    return server.bean(RecordRemoval.class);
  }

  private void analysed(String studyUid, int findings, byte... png) {
    AnalysedStudy example = Examples.analysed(studyUid, findings);
    server
        .record(false)
        .write(
            FindingsBundle.of(
                new AnalysedStudy(
                    subject(),
                    List.of(order()),
                    example.study(),
                    example.findings(),
                    example.rule(),
                    example.urgency(),
                    Map.of(studyUid + ".1.1", png),
                    example.analysedAt()),
                Examples.ISSUER));
  }

  private Subject subject() {
    return new Subject(
        List.of(new PatientIdentifier("urn:oid:1.2.36.146.595.217.0.1", mrn)),
        Optional.of("Muster^Max"),
        Optional.empty(),
        Optional.of("M"));
  }

  private OrderReference order() {
    OrderReference example = Examples.ORDER;
    return new OrderReference(
        example.source(),
        mrn,
        "key-" + number,
        example.accession(),
        example.priority(),
        example.description(),
        example.region());
  }

  /** What meets HAPI's indexing after a first start is repeated, as by the nightly job. */
  private static boolean removed(String address) {
    for (int attempt = 0; attempt < 50; attempt++) {
      try {
        return removal().remove(address);
      } catch (ResourceVersionConflictException e) {
        // Once more.
      }
    }
    return removal().remove(address);
  }

  private static List<Boolean> end(String studyUid) {
    return removal().ofResult(studyUid, Examples.MODELS.id()).stream()
        .map(RecordRemovalTest::removed)
        .toList();
  }

  private static JdbcClient tables() {
    return JdbcClient.create(server.bean(DataSource.class));
  }

  /** How many versions of resources the database holds that say a text. */
  private static long saying(String text) {
    return tables()
        .sql(
            "select count(*) from hfj_res_ver where coalesce(res_text_vc, '') like '%' || :text"
                + " || '%'")
        .param("text", text)
        .query(Long.class)
        .single();
  }

  private static List<String> addresses() {
    return tables()
        .sql("select res_type || '/' || fhir_id from hfj_resource")
        .query(String.class)
        .list();
  }

  @Test
  void leavesNothingOfAResultNotEvenItsHistory() {
    List<String> before = addresses();
    analysed(study, 3, (byte) 1);
    analysed(study, 2, (byte) 2);
    server
        .record(false)
        .withdraw(
            new Withdrawal(
                study, Examples.MODELS.id(), "wrong side", "Dr. A", Examples.TIME.plusSeconds(9)));
    assertThat(saying(study)).isPositive();
    assertThat(saying(mrn)).isPositive();

    assertThat(end(study)).isNotEmpty().containsOnly(true);

    assertThat(saying(study)).isZero();
    assertThat(saying(mrn)).isZero();
    // The models, the archive and who runs the server are no patient's.
    assertThat(addresses())
        .filteredOn(address -> !before.contains(address))
        .allMatch(
            address -> address.matches("(Device|DocumentReference|Endpoint|Organization)/.*"));
    assertThat(end(study)).isEmpty();
  }

  @Test
  void leavesWhatAnotherResultOfTheSamePatientNeeds() {
    String other = study + ".9";
    analysed(study, 1, (byte) 1);
    analysed(other, 1, (byte) 1);

    assertThat(end(study)).contains(true, false);

    assertThat(reports(study)).isEmpty();
    assertThat(reports(other)).hasSize(1);
    assertThat(server.search(Observation.class, "patient.identifier=" + mrn)).isNotEmpty();
    assertThat(reports(other).get(0).getBasedOn()).isNotEmpty();
    assertThat(saying(study + ".1.1\"")).isZero();

    assertThat(end(other)).containsOnly(true);
    assertThat(saying(mrn)).isZero();
  }

  /** The tables count what is another set's of the same study as another result. */
  @Test
  void leavesTheResultOfAnotherModelSet() {
    analysed(study, 1, (byte) 1);
    ModelSet next = new ModelSet("demo", "2.0.0", Examples.MODELS.models());
    AnalysedStudy second = Examples.analysed(Examples.study(study), next, 2);
    server.record(false).write(FindingsBundle.of(second, Examples.ISSUER));

    assertThat(end(study)).contains(true);

    String key = study + "/" + next.id();
    assertThat(server.only(DiagnosticReport.class, "identifier=" + key).getResult())
        .allSatisfy(
            result ->
                assertThat(server.send("GET", result.getReference(), "").statusCode())
                    .isEqualTo(200));
    assertThat(server.only(Task.class, "identifier=" + key).hasFocus()).isTrue();
    assertThat(
            server
                .send("GET", "Binary/" + PictureResource.id(study + ".1.1", next.id()), "")
                .statusCode())
        .isEqualTo(200);
    assertThat(server.search(Provenance.class, "_tag=" + Codes.ANALYSIS_TAG + "|" + key))
        .hasSize(1);
  }

  @Test
  void doesNotEndWhatAPersonHasTakenOver() {
    analysed(study, 1, (byte) 1);
    DiagnosticReport report = reports(study).get(0).setStatus(DiagnosticReportStatus.FINAL);
    server.client().update().resource(report).execute();

    assertThat(end(study)).isEmpty();
    assertThat(reports(study)).hasSize(1);
  }

  @Test
  void doesNotEndWhatSomebodyIsReading() {
    analysed(study, 1, (byte) 1);
    Task task = server.only(Task.class, "identifier=" + study + "/" + Examples.MODELS.id());
    server.client().update().resource(task.setStatus(TaskStatus.INPROGRESS)).execute();

    assertThat(end(study)).isEmpty();
    assertThat(reports(study)).hasSize(1);
  }

  @Test
  void removesWhatWasOnlyHalfRemovedBefore() {
    analysed(study, 1, (byte) 1);
    List<String> addresses = removal().ofResult(study, Examples.MODELS.id());
    String first = addresses.get(0);
    assertThat(server.deleted(first)).isEqualTo(200);
    assertThat(addresses()).contains(first);

    assertThat(addresses.stream().map(RecordRemovalTest::removed)).containsOnly(true);
    assertThat(addresses.stream().map(RecordRemovalTest::removed)).containsOnly(true);

    assertThat(addresses()).doesNotContainAnyElementsOf(addresses);
    assertThat(saying(study)).isZero();
  }

  @Test
  void leavesNothingOfAnOrderWithoutImages() {
    FailedAnalysis failed = Examples.failed(Optional.empty());
    server
        .record(false)
        .write(
            FailureBundle.of(
                new FailedAnalysis(
                    subject(),
                    List.of(order()),
                    Optional.empty(),
                    failed.models(),
                    failed.urgency(),
                    failed.kind(),
                    failed.reason(),
                    failed.failedAt()),
                Examples.ISSUER));
    assertThat(saying(mrn)).isPositive();

    assertThat(removal().ofOrder(order().key()).stream().map(RecordRemovalTest::removed))
        .isNotEmpty()
        .containsOnly(true);

    assertThat(saying(mrn)).isZero();
    assertThat(saying(order().key())).isZero();
  }

  @Test
  void removesThePicturesThatOthersHaveReplacedWhenTheirTimeIsOver() {
    Instant start = Instant.now().minusSeconds(1);
    String picture = "Binary/" + PictureResource.id(study + ".1.1", Examples.MODELS.id());
    analysed(study, 1, (byte) 1);
    analysed(study, 1, (byte) 2);
    analysed(study, 1, (byte) 3);
    assertThat(versions(picture)).containsExactly(200, 200, 200);

    assertThat(removal().removeSupersededPictures(start, 100)).isZero();
    assertThat(versions(picture)).containsExactly(200, 200, 200);

    Instant later = Instant.now().plusSeconds(1);
    assertThat(removal().removeSupersededPictures(later, 1)).isEqualTo(1);
    while (removal().removeSupersededPictures(later, 100) > 0) {}

    assertThat(versions(picture)).doesNotContain(500).startsWith(404, 404).endsWith(200);
    assertThat(server.client().read().resource(Binary.class).withId(picture).execute().getData())
        .containsExactly(3);
  }

  private static List<Integer> versions(String address) {
    return Stream.of(1, 2, 3)
        .map(version -> server.send("GET", address + "/_history/" + version, "").statusCode())
        .toList();
  }

  private static List<DiagnosticReport> reports(String studyUid) {
    return server.search(
        DiagnosticReport.class, "identifier=" + studyUid + "/" + Examples.MODELS.id());
  }
}

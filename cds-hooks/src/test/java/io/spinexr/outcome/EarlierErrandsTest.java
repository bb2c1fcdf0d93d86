package io.spinexr.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.NoRecord;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.Withdrawn;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.result.Withdrawal;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.store.StoredJson;
import io.spinexr.store.VisibilityStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Jobs that the version before left in the database. */
class EarlierErrandsTest {
  private static final String GOLDEN_STUDY = "2.25.241511157552173002415255020155783365856";
  private static final String GOLDEN_SET = "demo-1.0.0";
  private static final String SET = "demo-2.0.0";

  @TempDir private Path folder;

  private FolderArchive archive;
  private HikariDataSource database;
  private Node node;
  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);
  private final Ehr ehr = new Ehr();

  /** Keeps what it is asked. */
  private static final class Ehr extends NoRecord {
    private final List<Bundle> written = new CopyOnWriteArrayList<>();
    private final List<Withdrawal> withdrawn = new CopyOnWriteArrayList<>();

    @Override
    public Recorded write(Bundle bundle) {
      written.add(bundle);
      return new Recorded(Optional.of("DiagnosticReport/1"), Optional.of("Task/1"), true);
    }

    @Override
    public Withdrawn withdraw(Withdrawal withdrawal) {
      withdrawn.add(withdrawal);
      return Withdrawn.ALL;
    }
  }

  /** A result, as if that version had kept it, of which no output knows. */
  @BeforeEach
  void analyse() throws IOException {
    archive = FolderArchive.start(folder, 0);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
    database = Node.database("earlier-" + System.nanoTime());
    try (Node before = Node.of(database, archive.baseUrl()).start()) {
      before.answer(Hospital.order(patient));
    }
  }

  @AfterEach
  void stop() {
    node.close();
    database.close();
    archive.close();
  }

  @Test
  void areDeliveredToTheEhr() throws IOException {
    left("deliver", golden("parcel-format-1.json"));

    node = Node.of(database, archive.baseUrl()).ehr(ehr).start();
    await().atMost(Node.SOON).until(() -> ehr.written.size() == 1);

    assertThat(ehr.written.get(0).getType()).isEqualTo(Bundle.BundleType.TRANSACTION);
  }

  @Test
  void areNotDeliveredWhenTheResultWasReplaced() throws IOException {
    left("deliver", golden("parcel-format-1.json").replace("\"request\": 1", "\"request\": 0"));

    node = Node.of(database, archive.baseUrl()).ehr(ehr).start();
    await().atMost(Node.SOON).until(() -> jobs("deliver") == 0);

    assertThat(ehr.written).isEmpty();
  }

  @Test
  void areTakenBackEverywhere() throws IOException {
    JdbcClient.create(database)
        .sql(
            """
            insert into result_output
              (study_uid, model_set, output, state, request, touched, asked_at, changed_at)
            select study_uid, model_set, 'ehr', 'written', 1, true, requested_at, requested_at
            from study_analysis\
            """)
        .update();
    Instant at = Instant.parse("2026-11-02T08:00:00Z");
    new VisibilityStore(database).withdraw(study.uid(), SET, "wrong side", "Dr. A", at);
    left("withdraw", golden("withdrawal-format-1.json"));

    node = Node.of(database, archive.baseUrl()).ehr(ehr).start();
    await().atMost(Node.SOON).until(() -> ehr.withdrawn.size() == 1);
    node.recorded(study.uid(), SET);

    assertThat(ehr.withdrawn)
        .containsExactly(new Withdrawal(study.uid(), SET, "wrong side", "Dr. A", at));
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id()))
        .singleElement()
        .matches(report -> report.getStatus().toCode().equals("entered-in-error"));
  }

  private void left(String task, String json) {
    String data = json.replace(GOLDEN_STUDY, study.uid()).replace(GOLDEN_SET, SET);
    JdbcClient.create(database)
        .sql(
            """
            insert into order_job
              (task_name, task_instance, task_data, execution_time, picked, version)
            values (:task, 'left', :data, :now, false, 1)\
            """)
        .param("task", task)
        .param("data", data.getBytes(StandardCharsets.UTF_8))
        .param("now", Instant.now().atOffset(ZoneOffset.UTC))
        .update();
  }

  private int jobs(String task) {
    return JdbcClient.create(database)
        .sql("select count(*) from order_job where task_name = :task")
        .param("task", task)
        .query(Integer.class)
        .single();
  }

  private static String golden(String file) throws IOException {
    try (InputStream json = StoredJson.class.getResourceAsStream(file)) {
      return new String(json.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

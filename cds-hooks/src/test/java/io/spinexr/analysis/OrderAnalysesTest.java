package io.spinexr.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.analysis.OrderAnswer.Notice;
import io.spinexr.app.phantom.PhantomFile;
import io.spinexr.app.phantom.SyntheticPatient;
import io.spinexr.dicomweb.archive.FolderArchive;
import io.spinexr.order.ImagingOrder;
import java.io.IOException;
import java.nio.file.Path;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderAnalysesTest {
  @TempDir private static Path folder;
  private static FolderArchive archive;
  private static HikariDataSource database;
  private static Node node;

  @BeforeAll
  static void start() throws IOException {
    archive = FolderArchive.start(folder.resolve("archive"), 0);
    database = Node.database("orders");
    node = Node.of(database, archive.baseUrl()).start();
  }

  @AfterAll
  static void stop() {
    node.close();
    database.close();
    archive.close();
  }

  @Test
  void answersAnOrderWithTheFindingsOfItsImages() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));
    ImagingOrder order = Hospital.order(patient);

    OrderAnswer answer = node.answer(order);

    assertThat(answer.running()).isZero();
    assertThat(answer.notices()).isEmpty();
    assertThat(answer.finished())
        .singleElement()
        .satisfies(
            result -> {
              assertThat(result.findings().studyUid()).isEqualTo(study.uid());
              assertThat(result.findings().images()).hasSize(2);
              assertThat(result.studyDate()).contains(study.date());
            });
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id()))
        .singleElement()
        .satisfies(
            report -> {
              assertThat(report.getPresentedForm()).hasSize(2);
              assertThat(report.getBasedOnFirstRep().getIdentifier().getValue())
                  .isEqualTo(order.id());
            });
  }

  @Test
  void saysThatThereAreNoImagesYet() {
    OrderAnswer answer = node.answer(Hospital.order(Hospital.newPatient()));

    assertThat(answer.finished()).isEmpty();
    assertThat(answer.notices()).containsExactly(Notice.NO_IMAGES_YET);
  }
}

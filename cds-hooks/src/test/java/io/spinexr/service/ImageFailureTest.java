package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.dicom.Tag;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.search.SearchFailureTest;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.StudyResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a study of which the archive does not send one image of two. */
class ImageFailureTest {
  @TempDir private Path folder;
  private FolderArchive archive;
  private ArchiveProxy proxy;
  private HikariDataSource database;

  /** How the archive answers when it is asked for the second image, 200 for the image. */
  private volatile int status = 200;

  /** How often it does so. */
  private final AtomicInteger times = new AtomicInteger(Integer.MAX_VALUE);

  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);
  private final ImagingOrder order = Hospital.order(patient);

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
    Hospital.store(archive.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));
    proxy = new ArchiveProxy(archive.baseUrl(), UnaryOperator.identity(), this::answer);
    database = Node.database("image-failure-" + study.uid().hashCode());
  }

  private Optional<ArchiveProxy.Answer> answer(HttpExchange exchange) {
    String second = Hospital.image(study, 2).dataSet().string(Tag.SOPInstanceUID).orElseThrow();
    boolean fails =
        exchange.getRequestURI().getPath().endsWith("/instances/" + second)
            && status != 200
            && times.getAndDecrement() > 0;
    return fails
        ? Optional.of(new ArchiveProxy.Answer(status, "text/plain", new byte[0]))
        : Optional.empty();
  }

  @AfterEach
  void stop() {
    database.close();
    proxy.close();
    archive.close();
  }

  @Test
  void isAnalysedWholeWhenTheImageComesALittleLater() {
    status = 404;
    times.set(2); // of three attempts
    try (Node node = Node.of(database, proxy.baseUrl()).start()) {
      StudyResult result = node.answer(order).finished().get(0);

      assertThat(result.findings().images()).hasSize(2);
      assertThat(result.findings().rejected()).isEmpty();
      assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(1);
    }
  }

  @Test
  void isTriedAnewWhenTheOrderIsSignedAgain() {
    status = 406;
    try (Node node = Node.of(database, proxy.baseUrl()).start()) {
      assertThat(node.answer(order).finished().get(0).findings().rejected()).hasSize(1);
      status = 200;

      await()
          .atMost(Node.SOON)
          .until(() -> node.answer(order).finished().get(0).findings().rejected().isEmpty());
    }
  }

  @Test
  void hasNoResultWhileTheArchiveLetsNobodyIn() {
    status = 403;
    try (Node node = Node.of(database, proxy.baseUrl()).start()) {
      await()
          .atMost(Node.SOON)
          .untilAsserted(
              () -> {
                OrderAnswer answer = node.answer(order, Duration.ofMillis(10));
                assertThat(answer.running()).isEqualTo(1);
                assertThat(node.service.worklist().study(study.uid()))
                    .hasValueSatisfying(
                        waiting ->
                            assertThat(waiting.reason().orElse(""))
                                .startsWith("the archive did not answer as it should: GET /")
                                .endsWith("HTTP 403, check the archive's credentials"));
              });
      assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).isEmpty();
      status = 200;

      await().atMost(Node.SOON).until(() -> node.answer(order).finished().size() == 1);
    }
  }

  /** A redirect, a certificate or a token says nothing of images, and people must read of it. */
  @Test
  void tellsOnTheTaskWhyTheArchiveCouldNotBeSearched() {
    try (ArchiveProxy redirecting =
            new ArchiveProxy(
                archive.baseUrl(),
                UnaryOperator.identity(),
                exchange -> {
                  exchange
                      .getResponseHeaders()
                      .set("Location", "https://sign-in.example/start?secret=1");
                  return Optional.of(new ArchiveProxy.Answer(302, "text/plain", new byte[0]));
                });
        Node node =
            Node.of(database, redirecting.baseUrl())
                .search(SearchFailureTest.SHORT_PATIENCE)
                .start()) {
      node.answer(order, Duration.ZERO);

      await()
          .atMost(Node.SOON)
          .untilAsserted(
              () ->
                  assertThat(FhirTestServer.failures(order.key()))
                      .extracting(Task::getStatusReason)
                      .extracting(reason -> reason.getText())
                      .singleElement()
                      .asString()
                      .startsWith("the archive did not answer as it should: ")
                      .contains("https://sign-in.example", "spinexr.archive.redirect-origins")
                      .doesNotContain("secret"));
    }
  }
}

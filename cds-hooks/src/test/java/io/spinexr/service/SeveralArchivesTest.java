package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.dicomweb.OrthancServer;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.state.OrderAnswer;
import io.spinexr.state.OrderState;
import io.spinexr.state.RememberedOrder;
import io.spinexr.state.StudyResult;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole path with two real archives, of which the second can be made to fail. */
class SeveralArchivesTest {
  @RegisterExtension static final OrthancServer NORTH = new OrthancServer();
  @RegisterExtension static final OrthancServer SOUTH = new OrthancServer();

  private static volatile int failing;
  private static ArchiveProxy toSouth;
  private static HikariDataSource database;
  private static Node node;

  private final SyntheticPatient patient = Hospital.newPatient();

  @BeforeAll
  static void start() {
    toSouth =
        new ArchiveProxy(SOUTH.baseUrl(), UnaryOperator.identity(), SeveralArchivesTest::failure);
    database = Node.database("several-archives");
    node =
        Node.of(
                database,
                List.of(
                    Node.archive("north", NORTH.baseUrl()),
                    Node.archive("south", toSouth.baseUrl())))
            .start();
  }

  private static Optional<ArchiveProxy.Answer> failure(HttpExchange exchange) {
    return failing == 0
        ? Optional.empty()
        : Optional.of(new ArchiveProxy.Answer(failing, "text/plain", new byte[0]));
  }

  @AfterAll
  static void stop() {
    node.close();
    database.close();
    toSouth.close();
  }

  @BeforeEach
  void recover() {
    failing = 0;
  }

  @Test
  void analysesAStudyThatBothHoldOnceAndSaysWhereItIs() {
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(NORTH.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));
    Hospital.store(SOUTH.baseUrl(), Hospital.image(study, 2), Hospital.image(study, 3));

    List<StudyResult> results = node.answer(Hospital.order(patient)).finished();

    assertThat(results)
        .singleElement()
        .satisfies(result -> assertThat(result.findings().images()).hasSize(3));
    assertThat(FhirTestServer.of(ImagingStudy.class, patient.id()))
        .singleElement()
        .satisfies(
            stored ->
                assertThat(stored.getEndpoint())
                    .extracting(endpoint -> endpoint.getIdentifier().getValue())
                    .contains(NORTH.baseUrl().toString(), toSouth.baseUrl().toString()));
  }

  @Test
  void keepsTheOrderOpenUntilTheArchiveThatWasDownHasAnswered() {
    PhantomFile.Study here = Hospital.study(patient);
    PhantomFile.Study there = Hospital.study(patient);
    Hospital.store(NORTH.baseUrl(), Hospital.image(here, 1));
    Hospital.store(SOUTH.baseUrl(), Hospital.image(there, 1));
    ImagingOrder order = Hospital.order(patient);
    failing = 401;

    OrderAnswer during = node.answer(order);

    assertThat(studies(during)).containsExactly(here.uid());
    assertThat(during.notices()).containsExactly(OrderAnswer.Notice.ARCHIVE_UNAVAILABLE);
    RememberedOrder waiting = remembered(order);
    assertThat(waiting.state()).isEqualTo(OrderState.WAITING);
    assertThat(waiting.reason())
        .hasValueSatisfying(
            reason ->
                assertThat(reason)
                    .startsWith("the archive did not answer as it should: archive south: GET ")
                    .endsWith("HTTP 401, check the archive's credentials"));

    failing = 0;

    await()
        .atMost(Node.SOON)
        .untilAsserted(
            () -> {
              OrderAnswer after = node.answer(order);
              assertThat(studies(after)).containsExactlyInAnyOrder(here.uid(), there.uid());
              assertThat(after.notices()).isEmpty();
              assertThat(remembered(order).reason()).isEmpty();
            });
  }

  @Test
  void keepsShowingWhatAnArchiveHadBeforeItWentDown() {
    PhantomFile.Study here = Hospital.study(patient);
    PhantomFile.Study there = Hospital.study(patient);
    Hospital.store(NORTH.baseUrl(), Hospital.image(here, 1));
    Hospital.store(SOUTH.baseUrl(), Hospital.image(there, 1));
    ImagingOrder order = Hospital.order(patient);
    await().atMost(Node.SOON).until(() -> node.answer(order).finished().size() == 2);
    failing = 503;

    await()
        .atMost(Node.SOON)
        .until(() -> node.answer(order).notices().contains(OrderAnswer.Notice.ARCHIVE_UNAVAILABLE));

    assertThat(studies(node.answer(order))).containsExactlyInAnyOrder(here.uid(), there.uid());
  }

  private static Set<String> studies(OrderAnswer answer) {
    return answer.finished().stream()
        .map(result -> result.findings().studyUid())
        .collect(Collectors.toSet());
  }

  private static RememberedOrder remembered(ImagingOrder order) {
    return node.service.worklist().order(order.key()).orElseThrow().order();
  }
}

package io.spinexr.cds;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.cds.order.TestProperties;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clinician is answered, whatever keeps the analyses busy; the order is not lost by it. */
@Timeout(20)
class BudgetTest {
  private static final String SIGN = "/cds-services/spinexr-order-sign";
  private final RecordingAnalyses analyses = new RecordingAnalyses();
  private final CountDownLatch release = new CountDownLatch(1);
  private CdsServer server;

  @BeforeEach
  void start() {
    server = new CdsServer(TestProperties.with(Map.of("budget", "300ms")), analyses);
  }

  @AfterEach
  void stop() {
    release.countDown();
    server.close();
  }

  private void hang() {
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("a recorded order must not be stopped", e);
    }
  }

  @Test
  void answersWithoutAnAnalysisThatHangs() {
    analyses.answer =
        () -> {
          hang();
          return RecordingAnalyses.answer(List.of(), 0);
        };

    HttpResponse<String> response =
        server.post(SIGN, Requests.sign(Requests.SPINE_ORDER).toString());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).contains("AI analysis has no answer yet");
    assertThat(analyses.orders).as("it was handed over, and goes on").hasSize(1);
  }

  @Test
  void answersTheOrdersThatStandWhileTheEndOfAnotherHangs() {
    analyses.answer = () -> RecordingAnalyses.answer(List.of(Results.normal("1.2")), 0);
    analyses.onEnd = this::hang;
    String revoked = Requests.SPINE_ORDER.replace("draft", "revoked").replace("order-1", "o");

    try (CdsServer unhurried =
        new CdsServer(TestProperties.with(Map.of("budget", "3s")), analyses)) {
      HttpResponse<String> response =
          unhurried.post(SIGN, Requests.sign(revoked, Requests.SPINE_ORDER).toString());
      release.countDown();

      assertThat(response.body()).contains("no abnormality found");
      assertThat(unhurried.metrics.counter("spinexr.cds.failures").count())
          .as("it is not known whether the end was kept")
          .isEqualTo(1);
    }
  }

  @Test
  void givesTheAnalysesLessThanTheWholeBudget() {
    server.post(SIGN, Requests.sign(Requests.SPINE_ORDER).toString());

    assertThat(analyses.budgets)
        .hasSize(1)
        .allMatch(budget -> budget.compareTo(Duration.ofMillis(275)) <= 0);
  }

  @Test
  void countsOrdersCardsAndAnswers() {
    analyses.answer = () -> RecordingAnalyses.answer(List.of(Results.normal("1.2")), 1);

    server.post(SIGN, Requests.sign(Requests.SPINE_ORDER).toString());
    server.post(SIGN, "{}");

    assertThat(server.metrics.counter("spinexr.cds.orders", "hook", "order-sign").count())
        .isEqualTo(1);
    assertThat(server.metrics.find("spinexr.cds.cards").counters()).isNotEmpty();
    assertThat(
            server
                .metrics
                .timer("spinexr.cds.answers", "service", "spinexr-order-sign", "status", "400")
                .count())
        .isEqualTo(1);
  }
}

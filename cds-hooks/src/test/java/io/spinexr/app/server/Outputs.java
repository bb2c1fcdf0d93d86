package io.spinexr.app.server;

import static org.awaitility.Awaitility.await;

import io.spinexr.service.AnalysisService;
import java.time.Duration;

/** What a server has still to bring to its outputs. */
final class Outputs {
  private Outputs() {}

  /** Returns when every result is where it belongs. */
  static void awaitAll(Server server) {
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> server.part(AnalysisService.class).outputs().waiting() == 0);
  }
}

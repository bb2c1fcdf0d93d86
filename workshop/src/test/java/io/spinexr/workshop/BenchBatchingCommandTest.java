package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import org.junit.jupiter.api.Test;

class BenchBatchingCommandTest {
  @Test
  void comparesCallersWithAndWithoutBatching() {
    Outcome outcome = run("bench", "batching", "--concurrent", "1,3", "--calls", 2, "--rounds", 1);
    assertThat(outcome.status()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .startsWith("CPU (TensorFlow ")
        .contains("at most 8 images and 5 ms")
        .containsPattern("\n +1 +off( +\\d+\\.\\d){4} +1\\.00\n")
        .containsPattern("\n +1 +on +\\d+\\.\\d +\\d\\.\\d\\dx( +\\d+\\.\\d){3} +1\\.00\n")
        .containsPattern("\n +3 +on +\\d+\\.\\d +\\d\\.\\d\\dx( +\\d+\\.\\d){3} +[1-3]\\.\\d\\d\n");
  }

  @Test
  void saysWhatCannotBeMeasured() {
    assertThat(run("bench", "batching", "--concurrent", "0").err()).contains("at least 1");
    assertThat(run("bench", "batching", "--delay", "-1").err()).contains("at least 0");
    assertThat(run("bench", "batching", "--networks", "retinanet-r50-fpn").err())
        .contains("retinanet-r50-fpn", "classifier");
  }
}

package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import org.junit.jupiter.api.Test;

class BenchFhirCommandTest {
  private static final String MODELS = "../inference-tf/models/demo";

  @Test
  void measuresEveryKindOfRequest() {
    Outcome outcome =
        run("bench", "fhir", "--models", MODELS, "--reports", 2, "--clients", 2, "--seconds", 1);

    assertThat(outcome.status()).as(outcome.err()).isZero();
    for (String request :
        new String[] {
          "report search by identifier",
          "the same, pictures embedded",
          "report search with its observations",
          "worklist, 50 Tasks in reading order",
          "read of a report",
          "read of a picture",
          "transaction of a new result"
        }) {
      // Some were answered, and none failed.
      assertThat(outcome.out()).containsPattern("\\| " + request + " \\| [1-9]\\d* \\| 0 \\|");
    }
    assertThat(outcome.out()).containsPattern("takes \\d+\\.\\d times less CPU");
  }

  @Test
  void saysWhatCannotBeMeasured() {
    assertThat(run("bench", "fhir", "--reports", 0).err()).contains("must be at least 1");
  }
}

package io.spinexr.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.dicom.DicomException;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.fhir.FhirRecordException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;

/** What is told of failures on pages and Tasks. */
class FailuresTest {
  @Test
  void namesNoClassToPeople() {
    for (RuntimeException failure :
        List.of(
            new IllegalStateException("Ada Lovelace"),
            new NullPointerException(),
            new DataAccessResourceFailureException("jdbc:h2"))) {
      assertThat(Failures.words(failure))
          .isEqualTo("an error inside SpineXR, of which its log tells more");
      assertThat(Failures.describe(failure)).contains(failure.getClass().getSimpleName());
    }
  }

  @Test
  void tellsPeopleWhatTheArchiveAndTheRecordSaid() {
    assertThat(
            Failures.words(
                new DicomWebException(
                    DicomWebException.Kind.MISCONFIGURED, "GET /studies: the certificate expired")))
        .isEqualTo(
            "the archive did not answer as it should: GET /studies: the certificate expired");
    assertThat(Failures.words(new FhirRecordException("the FHIR server is down", true)))
        .isEqualTo("the FHIR server is down");
    assertThat(Failures.words(new DicomException("no pixels"))).isEqualTo("no pixels");
  }

  @Test
  void tracesAFailureAndItsCauseWithoutWhatTheySay() {
    String trace =
        Failures.trace(new IllegalStateException("Lovelace", new RuntimeException("Byron")));

    assertThat(trace)
        .startsWith("java.lang.IllegalStateException\n\tat io.spinexr.job.FailuresTest.traces")
        .contains("\nCaused by: java.lang.RuntimeException\n\tat ")
        .doesNotContain("Lovelace", "Byron");
  }
}

package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import io.spinexr.dicom.ReferencePrograms;
import org.junit.jupiter.api.Test;

class BenchDecodeCommandTest {
  @Test
  void timesEveryTransferSyntaxBesideGdcmAndPydicom() {
    ReferencePrograms.requireDcmtk();
    ReferencePrograms.requireGdcm();
    ReferencePrograms.requirePythonGdcm();

    Outcome outcome = run("bench", "decode", "--rounds", 1, "--width", 100, "--height", 150);

    assertThat(outcome.status()).as(outcome.err()).isZero();
    for (String syntax :
        new String[] {
          "RLE Lossless",
          "JPEG Baseline, 8 bits",
          "JPEG Extended",
          "JPEG Lossless",
          "JPEG-LS Lossless",
          "JPEG-LS Near-Lossless",
          "JPEG 2000 Lossless",
          "JPEG 2000 irreversible"
        }) {
      assertThat(outcome.out())
          .containsPattern("\\| %s (\\| -?\\d+\\.\\d+ ){5}\\|".formatted(syntax));
    }
    assertThat(outcome.out()).containsPattern("8-bit image, in every syntax: \\d+\\.\\d ms more");
  }

  @Test
  void namesImpossibleSizes() {
    assertThat(run("bench", "decode", "--width", 0).err()).contains("--width and --height 8 to");
  }
}

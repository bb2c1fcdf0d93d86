package io.spinexr.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkshopTest {
  @TempDir Path folder;

  static Outcome run(Object... arguments) {
    return Outcome.of(Workshop::commandLine, arguments);
  }

  @Test
  void hasTheCommandsOfTheProgramBesideItsOwn() {
    assertThat(run("help").out())
        .contains("  serve ", "  pacs-check ", "  analyze ", "  models ")
        .contains("  demo ", "  phantom ", "  train ", "  evaluate ", "  bench ");
  }

  @Test
  void phantomWritesTheLayoutOfTheDataSet() throws IOException {
    Path data = folder.resolve("phantoms");
    assertThat(run("phantom", "--count", 3, "--seed", 41, "--out", data).status()).isZero();
    try (Stream<Path> images = Files.list(data.resolve("images"))) {
      assertThat(images).hasSize(3).allMatch(image -> image.toString().endsWith(".dicom"));
    }
    assertThat(Files.readAllLines(data.resolve("annotations.csv")))
        .startsWith("study_id,series_id,image_id,rad_id,lesion_type,xmin,ymin,xmax,ymax")
        .hasSizeGreaterThanOrEqualTo(4);
    assertThat(Files.readAllLines(data.resolve("meta.csv"))).hasSize(4);
  }

  @Test
  void wrongUsageGetsHelpAndStatus2() {
    assertThat(run("phantom").status()).isEqualTo(2);
    assertThat(run("phantom").err()).contains("Missing required option: '--out=DIR'");
    assertThat(run("train", "frobnicate").err())
        .startsWith("There is no command 'frobnicate'.")
        .contains("  demo ");
  }

  @Test
  void saysInASentenceWhatIsNotPossible() {
    Outcome outcome = run("demo", "--port", 99999);
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.err())
        .isEqualToIgnoringNewLines("spinexr: --port must be between 0 and 65535.");
  }
}

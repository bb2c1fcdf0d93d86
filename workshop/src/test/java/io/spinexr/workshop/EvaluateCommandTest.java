package io.spinexr.workshop;

import static io.spinexr.workshop.WorkshopTest.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.analysis.OutOfScope;
import io.spinexr.app.Outcome;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  private static final String MODELS = "../inference-tf/models/demo";

  @TempDir Path folder;

  private Path phantoms(int count, long seed) {
    Path data = folder.resolve("phantoms");
    assertThat(run("phantom", "--count", count, "--seed", seed, "--out", data).status()).isZero();
    return data;
  }

  @Test
  void measuresAnnotatedImages() {
    Path data = phantoms(12, 300);
    Outcome outcome =
        run(
            "evaluate",
            "--models",
            MODELS,
            "--images",
            data.resolve("images"),
            "--annotations",
            data.resolve("annotations.csv"));
    assertThat(outcome.status()).isZero();
    assertThat(outcome.out()).contains("12 images", "AUROC", "mAP@0.5", "with the rule");
  }

  @Test
  void leavesOutWhatIsMissingAndSaysSo() throws IOException {
    Path data = phantoms(12, 300);
    try (Stream<Path> images = Files.list(data.resolve("images"))) {
      Files.delete(images.sorted().findFirst().orElseThrow());
    }
    Outcome outcome =
        run(
            "evaluate",
            "--models",
            MODELS,
            "--images",
            data.resolve("images"),
            "--annotations",
            data.resolve("annotations.csv"));
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.out()).contains("11 images");
    assertThat(outcome.err())
        .contains(
            "there is no such file",
            "1 of 12 images are left out: 1 not analysable, 0 outside what the AI is made for.");
  }

  @Test
  void countsAndListsWhatItRefuses() throws IOException {
    Path data = phantoms(12, 300);
    Path first;
    try (Stream<Path> images = Files.list(data.resolve("images"))) {
      first = images.sorted().findFirst().orElseThrow();
    }
    DicomFile child = OutOfScope.CHILD.of(DicomReader.read(first));
    try (OutputStream out = Files.newOutputStream(first)) {
      DicomWriter.write(child, out);
    }
    List<Object> command =
        List.of(
            "evaluate",
            "--models",
            MODELS,
            "--images",
            data.resolve("images"),
            "--annotations",
            data.resolve("annotations.csv"));

    Outcome refusing = run(command.toArray());
    Outcome ignoring = run(Stream.concat(command.stream(), Stream.of("--ignore-scope")).toArray());

    assertThat(refusing.status()).isEqualTo(1);
    assertThat(refusing.out()).contains("11 images");
    assertThat(refusing.err())
        .contains(
            "is left out: outside what the AI is made for: the patient was younger than 18 years",
            "1 of 12 images are left out: 0 not analysable, 1 outside what the AI is made for.");
    assertThat(ignoring.status()).isZero();
    assertThat(ignoring.out()).contains("12 images");
  }
}

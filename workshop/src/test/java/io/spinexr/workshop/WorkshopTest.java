package io.spinexr.workshop;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
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
        .contains("  demo ", "  phantom ", "  train ", "  evaluate ", "  bench ")
        .contains("  calibrate ", "  compare ", "  accept ");
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
  void hardPhantomsComeWithTheirReadersMarksAndTheTruth() throws IOException {
    Path data = folder.resolve("hard");
    assertThat(
            run("phantom", "--difficulty", "hard", "--count", 6, "--seed", 40, "--out", data)
                .status())
        .isZero();
    List<String> marks = Files.readAllLines(data.resolve("annotations.csv"));
    List<String> truth = Files.readAllLines(data.resolve("truth.csv"));
    assertThat(marks).hasSizeGreaterThan(6).isNotEqualTo(truth);
    assertThat(images(marks, "reader")).hasSize(6).isEqualTo(images(truth, "generator"));
    assertThat(data.resolve("contact-sheet.png")).doesNotExist();
  }

  private static Set<String> images(List<String> annotations, String annotator) {
    return annotations.stream()
        .skip(1)
        .map(row -> row.split(","))
        .filter(row -> row[3].equals(annotator))
        .map(row -> row[2])
        .collect(Collectors.toSet());
  }

  @Test
  void hardPhantomsAreOfWhomAndWhereOneAsks() throws Exception {
    Path data = folder.resolve("old-women");
    assertThat(
            run(
                    "phantom",
                    "--difficulty",
                    "hard",
                    "--count",
                    2,
                    "--site",
                    "rural",
                    "--ages",
                    "70-80",
                    "--women",
                    1,
                    "--contact-sheet",
                    "--out",
                    data)
                .status())
        .isZero();
    assertThat(ImageIO.read(data.resolve("contact-sheet.png").toFile()).getWidth()).isPositive();
    try (Stream<Path> images = Files.list(data.resolve("images"))) {
      assertThat(images)
          .hasSize(2)
          .allSatisfy(
              image -> {
                DataSet dataSet = DicomReader.read(image).dataSet();
                assertThat(dataSet.string(Tag.PatientSex)).hasValue("F");
                assertThat(dataSet.string(Tag.PatientAge)).get().asString().matches("0(7\\d|80)Y");
                assertThat(dataSet.string(Tag.ManufacturerModelName)).hasValue("CR-25");
              });
    }
    assertThat(run("phantom", "--site", "rural", "--out", data).err())
        .contains("--site, --ages and --women need --difficulty hard.");
    assertThat(run("phantom", "--difficulty", "hard", "--ages", "6-80", "--out", data).err())
        .contains("ages must be from 18 to 95, not from 6 to 80");
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

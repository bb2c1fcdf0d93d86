package io.spinexr.dicom.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** DICOM's own grayscale pipeline, as pydicom and numpy compute it. */
class StandardImagesTest {
  @TempDir static Path folder;

  @BeforeAll
  static void makeImages() throws IOException, InterruptedException {
    ReferencePrograms.requirePydicom();
    ReferencePrograms.python(StandardImagesTest.class, "standard_images.py", folder);
  }

  @TestFactory
  Stream<DynamicTest> givesTheGrayLevelsOfPydicom() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".gray"))
          .map(name -> name.replace(".gray", ""))
          .sorted()
          .toList()
          .stream()
          .map(name -> dynamicTest(name, () -> assertSame(name)));
    }
  }

  /** Both truncate, so a difference in the last bit may be one level. */
  private static void assertSame(String name) throws IOException {
    String[] clip = Files.readString(folder.resolve(name + ".clip")).split(" ");
    Preprocessing preprocessing =
        new Preprocessing.Standard(Double.parseDouble(clip[0]), Double.parseDouble(clip[1]));
    byte[] expected = Files.readAllBytes(folder.resolve(name + ".gray"));

    byte[] gray =
        new RadiographDecoder(preprocessing)
            .decode(DicomReader.read(folder.resolve(name + ".dcm")))
            .image()
            .pixels();

    assertThat(gray).hasSameSizeAs(expected);
    assertThat(
            IntStream.range(0, gray.length)
                .map(i -> Math.abs((gray[i] & 0xFF) - (expected[i] & 0xFF)))
                .max()
                .orElseThrow())
        .isLessThanOrEqualTo(1);
    assertThat(IntStream.range(0, expected.length).filter(i -> gray[i] != expected[i]).count())
        .as("pixels that differ by rounding")
        .isLessThan(expected.length / 100);
  }

  @Test
  void refusesPercentagesThatDoNotRise() {
    assertThatThrownBy(() -> new Preprocessing.Standard(50, 50)).hasMessageContaining("rising");
    assertThatThrownBy(() -> new Preprocessing.Standard(-1, 99)).hasMessageContaining("rising");
    assertThatThrownBy(() -> new Preprocessing.Standard(1, 101)).hasMessageContaining("rising");
  }
}

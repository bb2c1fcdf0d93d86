package io.spinexr.dicom.pixel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.image.RadiographDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Transfer syntax x bit depth x sign x photometric interpretation x VOI transform, encoded by
 * pydicom, dcmtk and gdcm: the stored values and the 8-bit image must equal the reference's.
 */
class ReferenceImagesTest {
  @TempDir static Path folder;

  @BeforeAll
  static void makeReferenceImages() throws IOException, InterruptedException {
    ReferencePrograms.requirePydicom();
    ReferencePrograms.requireDcmtk();
    ReferencePrograms.requireGdcm();
    ReferencePrograms.python(ReferenceImagesTest.class, "reference_images.py", folder);
  }

  @TestFactory
  Stream<DynamicTest> decodesTheSameStoredValuesAndGrayLevels() throws IOException {
    return Files.readAllLines(folder.resolve("cases.txt")).stream()
        .map(name -> dynamicTest(name, () -> assertSame(name)));
  }

  private static void assertSame(String name) throws IOException {
    DicomFile file = DicomReader.read(folder.resolve(name + ".dcm"));
    PixelFormat format = PixelFormat.of(file.dataSet(), 1);
    Samples samples = FrameDecoder.decode(file, format, new ArrayList<>());

    assertThat(IntStream.range(0, format.pixels()).map(i -> format.storedValue(samples.at(i))))
        .as("stored values")
        .containsExactly(storedValues(name));
    byte[] gray = Files.readAllBytes(folder.resolve(name + ".gray"));
    if (isConstant(gray)) {
      assertThatThrownBy(() -> new RadiographDecoder().decode(file))
          .isInstanceOf(UnsuitableImageException.class)
          .hasMessageMatching(".*(same value|same brightness)");
    } else {
      assertThat(new RadiographDecoder().decode(file).image().pixels())
          .as("gray levels")
          .containsExactly(gray);
    }
  }

  private static boolean isConstant(byte[] gray) {
    return IntStream.range(1, gray.length).allMatch(i -> gray[i] == gray[0]);
  }

  private static Integer[] storedValues(String name) throws IOException {
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name + ".stored")))
            .order(ByteOrder.LITTLE_ENDIAN);
    return IntStream.range(0, bytes.capacity() / 4)
        .mapToObj(i -> bytes.getInt(4 * i))
        .toArray(Integer[]::new);
  }

  @TestFactory
  Stream<DynamicTest> asksForTranscodingOfOtherCompressions() throws IOException {
    return Files.readAllLines(folder.resolve("transcode.txt")).stream()
        .map(name -> dynamicTest(name, () -> assertNeedsTranscoding(name)));
  }

  private static void assertNeedsTranscoding(String name) {
    DicomFile file = DicomReader.read(folder.resolve(name + ".dcm"));

    UnsuitableImageException refusal =
        catchThrowableOfType(
            UnsuitableImageException.class, () -> new RadiographDecoder().decode(file));

    assertThat(refusal.needsTranscoding()).isTrue();
    assertThat(refusal).hasMessageContaining("cannot be decoded here");
  }
}

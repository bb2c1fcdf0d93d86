package io.spinexr.dicom.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.ReferencePrograms;
import io.spinexr.dicom.Tag;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Files that are not quite as DICOM prescribes: what pydicom and dcmtk read is read here. */
class OddFilesTest {
  @TempDir static Path folder;

  @BeforeAll
  static void makeOddFiles() throws IOException, InterruptedException {
    ReferencePrograms.requirePydicom();
    ReferencePrograms.requireDcmtk();
    ReferencePrograms.python(OddFilesTest.class, "odd_files.py", folder);
  }

  @TestFactory
  Stream<DynamicTest> readsTheSamePixelsAsPydicom() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".sha256"))
          .map(name -> name.replace(".sha256", ""))
          .sorted()
          .toList()
          .stream()
          .map(name -> dynamicTest(name, () -> assertSame(name)));
    }
  }

  private static void assertSame(String name) throws IOException, NoSuchAlgorithmException {
    DataSet dataSet = DicomReader.read(folder.resolve(name + ".dcm")).dataSet();

    assertThat(dataSet.string(Tag.PatientID)).hasValue("P1");
    assertThat(dataSet.string(Tag.Modality)).hasValue("DX");
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(dataSet.bytes(Tag.PixelData).orElseThrow());
    assertThat(HexFormat.of().formatHex(digest.digest()))
        .isEqualTo(Files.readString(folder.resolve(name + ".sha256")));
  }

  @Test
  void takesTheFirstOfTwoValuesAsDcmtkDoesAndSaysSo() throws IOException, InterruptedException {
    Path file = folder.resolve("modality-twice.dcm");

    DicomFile read = DicomReader.read(file);

    assertThat(ReferencePrograms.run("dcmdump", "-q", "+P", "Modality", file))
        .contains("[" + read.dataSet().string(Tag.Modality).orElseThrow() + "]");
    assertThat(read.irregularities())
        .containsExactly(
            "Modality (0008,0060) occurs more than once in its header; the first value was used");
    assertThat(DicomReader.read(folder.resolve("zeros-8.dcm")).irregularities()).isEmpty();
  }

  @Test
  void tellsAFileWithoutMetaInformationFromOneThatIsNoDicom() {
    byte[] prefixed = new byte[400];
    System.arraycopy("DICM".getBytes(StandardCharsets.US_ASCII), 0, prefixed, 128, 4);
    prefixed[132] = 0x55;

    assertThatThrownBy(() -> DicomReader.read(ByteBuffer.wrap(prefixed), ReadLimits.DEFAULT))
        .hasMessageStartingWith("the file has the prefix DICM, but neither a transfer syntax");
    assertThatThrownBy(() -> DicomReader.read(ByteBuffer.allocate(400), ReadLimits.DEFAULT))
        .hasMessageStartingWith("the content is not DICOM");
  }
}

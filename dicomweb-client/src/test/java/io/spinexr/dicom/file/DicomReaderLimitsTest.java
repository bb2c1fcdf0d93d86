package io.spinexr.dicom.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that are no DICOM, damaged DICOM, or made to exhaust the reader. */
class DicomReaderLimitsTest {
  private static final ReadLimits SMALL = new ReadLimits(10_000, 100, 3, 5);

  private static DataSet.Builder minimal() {
    return DataSet.builder().put(Tag.SOPClassUID, "1.2").put(Tag.SOPInstanceUID, "1.2.3");
  }

  private static byte[] file(String syntax, DataSet dataSet) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DicomWriter.write(new DicomFile(syntax, dataSet), bytes);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] file(DataSet dataSet) {
    return file(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, dataSet);
  }

  private static DicomFile read(byte[] bytes) {
    return DicomReader.read(ByteBuffer.wrap(bytes), SMALL);
  }

  private static void assertRefused(byte[] bytes, String reason) {
    assertThatThrownBy(() -> read(bytes))
        .isExactlyInstanceOf(DicomException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesWhatIsNotDicom() {
    assertRefused(new byte[0], "not DICOM");
    assertRefused("<html>not found</html>".getBytes(StandardCharsets.UTF_8), "not DICOM");
    assertRefused(new byte[500], "not DICOM");
  }

  @Test
  void namesTheFileOperationThatFailed(@TempDir Path folder) {
    assertThatThrownBy(() -> DicomReader.read(folder.resolve("absent.dcm")))
        .isInstanceOf(DicomException.class)
        .hasMessage("the file cannot be read: NoSuchFileException");
  }

  @Test
  void refusesAFileAndAStreamAboveTheSizeLimit(@TempDir Path folder) throws IOException {
    Path large = Files.write(folder.resolve("large"), new byte[10_001]);
    InputStream endless =
        new InputStream() {
          @Override
          public int read() {
            return 0;
          }
        };

    assertThatThrownBy(() -> DicomReader.read(large, SMALL))
        .hasMessage("the file is larger than the limit of 10000 bytes");
    assertThatThrownBy(() -> DicomReader.read(endless, SMALL))
        .hasMessage("the file is larger than the limit of 10000 bytes");
  }

  @Test
  void refusesALengthBeyondTheEnd() {
    byte[] whole = file(minimal().putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(64)).build());
    byte[] cut = Arrays.copyOf(whole, whole.length - 10);
    byte[] gigantic = whole.clone();
    ByteBuffer.wrap(gigantic).order(ByteOrder.LITTLE_ENDIAN).putInt(whole.length - 68, 0xFFFF0000);

    assertRefused(cut, "PixelData (7FE0,0010) declares 64 bytes but 54 are left");
    assertRefused(gigantic, "PixelData (7FE0,0010) declares 4294901760 bytes but 64 are left");
  }

  @Test
  void refusesDeepNesting() {
    DataSet nested = DataSet.builder().put(Tag.CodeMeaning, "end").build();
    for (int level = 0; level < 3; level++) {
      nested = DataSet.builder().putItems(Tag.ProcedureCodeSequence, List.of(nested)).build();
    }
    DataSet allowed = minimal().putAll(nested).build();
    DataSet tooDeep = minimal().putItems(Tag.ProcedureCodeSequence, List.of(nested)).build();

    assertThat(read(file(allowed)).dataSet().contains(Tag.ProcedureCodeSequence)).isTrue();
    assertRefused(
        file(tooDeep),
        "ProcedureCodeSequence (0008,1032) is nested deeper than the limit of 3 sequences");
  }

  @Test
  void refusesTooManyElements() {
    DataSet items =
        minimal()
            .putItems(
                Tag.ProcedureCodeSequence, Collections.nCopies(101, DataSet.builder().build()))
            .build();

    assertRefused(file(items), "more than the limit of 100 elements");
  }

  @Test
  void refusesADeflatedDataSetThatGrowsTooMuch() {
    ReadLimits limits = new ReadLimits(64 << 20, 100, 3, 5);
    byte[] bomb =
        file(
            TransferSyntax.DEFLATED,
            minimal().putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(8 << 20)).build());

    assertThatThrownBy(() -> DicomReader.read(ByteBuffer.wrap(bomb), limits))
        .hasMessageContaining("inflates beyond the limit of 1048576 bytes");
  }

  @Test
  void refusesATruncatedOrDamagedDeflatedDataSet() {
    byte[] whole =
        file(TransferSyntax.DEFLATED, minimal().put(Tag.StudyDescription, "Spine").build());
    byte[] cut = Arrays.copyOf(whole, whole.length - 6);
    byte[] damaged = whole.clone();
    int metaLength = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getInt(140);
    damaged[144 + metaLength] = (byte) 0xFF;

    assertRefused(cut, "deflated data set is truncated");
    assertRefused(damaged, "deflated data set is damaged");
  }

  /** Otherwise an image could count as the one patient's or as the other's. */
  @Test
  void refusesTwoDifferentStatementsOfThePatient() {
    byte[] once = file(minimal().put(Tag.PatientID, "A1").build());
    byte[] patient = Arrays.copyOfRange(once, once.length - 10, once.length);
    byte[] twice = ByteBuffer.allocate(once.length + 10).put(once).put(patient).array();
    byte[] different = twice.clone();
    different[different.length - 1] = '2';

    assertThat(read(twice).dataSet().string(Tag.PatientID)).hasValue("A1");
    assertRefused(different, "PatientID (0010,0020) occurs twice with different values");
  }

  @Test
  void readsAFileWithoutPreambleOrMetaInformation() {
    byte[] whole = file(minimal().build());
    byte[] implicit = file(TransferSyntax.IMPLICIT_LITTLE_ENDIAN, minimal().build());
    byte[] big = file(TransferSyntax.EXPLICIT_BIG_ENDIAN, minimal().build());
    int explicitBytes = 2 * 8 + 4 + 6;

    assertThat(read(Arrays.copyOfRange(whole, 132, whole.length)).dataSet().tags())
        .containsExactly(Tag.SOPClassUID, Tag.SOPInstanceUID);
    for (byte[] file : List.of(whole, implicit, big)) {
      byte[] bare = Arrays.copyOfRange(file, file.length - explicitBytes, file.length);
      assertThat(read(bare).dataSet().string(Tag.SOPInstanceUID)).hasValue("1.2.3");
    }
  }

  @Test
  void readsUnknownRepresentationsAsTheDictionaryKnowsThem() {
    DataSet dataSet =
        minimal()
            .putBytes(Tag.PatientID, VR.UN, ByteBuffer.wrap("A1".getBytes(StandardCharsets.UTF_8)))
            .build();

    assertThat(read(file(dataSet)).dataSet().string(Tag.PatientID)).hasValue("A1");
  }

  @Test
  void toleratesZeroBytesBehindTheLastElement() {
    byte[] whole = file(minimal().build());

    assertThat(read(Arrays.copyOf(whole, whole.length + 5)).dataSet().tags()).hasSize(2);
    assertThat(read(Arrays.copyOf(whole, whole.length + 500)).dataSet().tags()).hasSize(2);
    assertRefused(
        ByteBuffer.allocate(whole.length + 1).put(whole).put((byte) 1).array(), "truncated");
  }

  @Test
  void refusesNumbersThatAreNone() {
    DataSet dataSet =
        DataSet.builder()
            .putBytes(Tag.Rows, VR.US, ByteBuffer.allocate(3))
            .put(Tag.InstanceNumber, "12x")
            .put(Tag.WindowCenter, "1e99999999999")
            .build();

    assertThatThrownBy(() -> dataSet.integer(Tag.Rows))
        .isInstanceOf(DicomException.class)
        .hasMessageContaining("Rows (0028,0010) has 3 bytes");
    assertThatThrownBy(() -> dataSet.integer(Tag.InstanceNumber))
        .isInstanceOf(DicomException.class)
        .hasMessage("InstanceNumber (0020,0013) is not an integer of 32 bits");
    assertThatThrownBy(() -> dataSet.integer(Tag.WindowCenter)).isInstanceOf(DicomException.class);
    assertThatThrownBy(() -> dataSet.sequence(Tag.Rows))
        .isInstanceOf(DicomException.class)
        .hasMessageContaining("does not hold items");
  }
}

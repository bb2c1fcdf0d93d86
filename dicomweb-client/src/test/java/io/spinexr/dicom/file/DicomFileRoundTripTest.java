package io.spinexr.dicom.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DicomFileRoundTripTest {
  private static final int PRIVATE_CREATOR = 0x00090010;
  private static final int PRIVATE = 0x00091001;

  private static DataSet.Builder example() {
    return DataSet.builder()
        .put(Tag.SpecificCharacterSet, "ISO_IR 192")
        .put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.1.1")
        .put(Tag.SOPInstanceUID, "1.2.3")
        .put(Tag.PatientName, "Müller^Jürgen", "山田^太郎")
        .put(Tag.ImageType, "ORIGINAL", "", "LUMBAR")
        .put(Tag.Rows, 2)
        .put(Tag.PixelRepresentation, 1)
        .put(0x00280106, -7)
        .put(Tag.WindowCenter, 40.5, -3)
        .put(Tag.InstanceNumber, 12)
        .putBytes(PRIVATE_CREATOR, VR.LO, ByteBuffer.wrap("ACME".getBytes()))
        .putItems(
            Tag.VOILUTSequence,
            List.of(
                DataSet.builder().putNumbers(Tag.LUTDescriptor, VR.SS, List.of(2, -5, 16)).build(),
                DataSet.builder()
                    .putItems(
                        Tag.ProcedureCodeSequence,
                        List.of(DataSet.builder().put(Tag.CodeMeaning, "Wirbelsäule").build()))
                    .build()))
        .putBytes(Tag.PixelData, VR.OW, ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, 6, 7, 8}));
  }

  private static DicomFile through(DicomFile file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DicomWriter.write(file, bytes);
    return DicomReader.read(new ByteArrayInputStream(bytes.toByteArray()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
        TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
        TransferSyntax.EXPLICIT_BIG_ENDIAN,
        TransferSyntax.DEFLATED
      })
  void keepsEveryValueInEachTransferSyntax(String uid) throws IOException {
    DicomFile back = through(new DicomFile(uid, example().build()));

    assertThat(back.transferSyntaxUid()).isEqualTo(uid);
    DataSet dataSet = back.dataSet();
    assertThat(dataSet.tags()).containsExactlyElementsOf(example().build().tags());
    assertThat(dataSet.strings(Tag.PatientName)).containsExactly("Müller^Jürgen", "山田^太郎");
    assertThat(dataSet.strings(Tag.ImageType)).containsExactly("ORIGINAL", "", "LUMBAR");
    assertThat(dataSet.integer(Tag.Rows)).hasValue(2);
    assertThat(dataSet.vr(0x00280106)).hasValue(VR.SS);
    assertThat(dataSet.integer(0x00280106)).hasValue(-7);
    assertThat(dataSet.decimals(Tag.WindowCenter)).containsExactly(40.5, -3.0);
    assertThat(dataSet.integer(Tag.InstanceNumber)).hasValue(12);
    assertThat(dataSet.string(PRIVATE_CREATOR)).hasValue("ACME");
    List<DataSet> items = dataSet.sequence(Tag.VOILUTSequence);
    assertThat(items).hasSize(2);
    assertThat(items.get(0).integers(Tag.LUTDescriptor)).containsExactly(2, -5, 16);
    assertThat(items.get(1).sequence(Tag.ProcedureCodeSequence).get(0).string(Tag.CodeMeaning))
        .hasValue("Wirbelsäule");
    ByteBuffer pixels = dataSet.bytes(Tag.PixelData).orElseThrow();
    assertThat(pixels.getShort(2))
        .as("the second pixel, in whatever order")
        .isEqualTo((short) 0x0403);
  }

  @Test
  void keepsEncapsulatedFragments() throws IOException {
    DataSet dataSet =
        example()
            .putFragments(
                Tag.PixelData,
                List.of(
                    ByteBuffer.allocate(0),
                    ByteBuffer.wrap(new byte[] {1, 2, 3}),
                    ByteBuffer.wrap(new byte[] {4, 5})))
            .build();

    DicomFile back = through(new DicomFile(TransferSyntax.JPEG_LOSSLESS_SV1, dataSet));

    assertThat(back.dataSet().fragments(Tag.PixelData))
        .containsExactly(
            ByteBuffer.allocate(0),
            ByteBuffer.wrap(new byte[] {1, 2, 3, 0}),
            ByteBuffer.wrap(new byte[] {4, 5}));
  }

  @Test
  void refusesPixelDataThatDoesNotFitTheTransferSyntax() {
    DicomFile file = new DicomFile(TransferSyntax.RLE, example().build());

    assertThatThrownBy(() -> through(file))
        .isInstanceOf(DicomException.class)
        .hasMessageContaining("needs encapsulated pixel data");
  }

  @Test
  void refusesTextThatTheDeclaredCharacterSetLacks() {
    DataSet latin = example().put(Tag.SpecificCharacterSet, "ISO_IR 100").build();

    assertThatThrownBy(() -> through(new DicomFile(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, latin)))
        .isInstanceOf(DicomException.class)
        .hasMessageContaining("PatientName (0010,0010)")
        .hasMessageContaining("ISO_IR 192");
  }

  @Test
  void namesNoPatientInItsTextForm() {
    assertThat(example().build().toString()).isEqualTo("DataSet of 13 attributes");
  }
}

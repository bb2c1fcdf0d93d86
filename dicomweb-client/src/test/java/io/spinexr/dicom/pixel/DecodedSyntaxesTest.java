package io.spinexr.dicom.pixel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicom.image.RadiographDecoder;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DecodedSyntaxesTest {
  static Stream<String> syntaxes() {
    return Arrays.stream(TransferSyntax.class.getFields())
        .filter(field -> field.getType() == String.class)
        .map(DecodedSyntaxesTest::uid);
  }

  private static String uid(Field field) {
    try {
      return (String) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** An image without a usable codestream is refused for that, unless nothing reads its syntax. */
  @ParameterizedTest
  @MethodSource("syntaxes")
  void listsExactlyWhatIsDecoded(String syntax) {
    DataSet.Builder image =
        DataSet.builder()
            .put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.1")
            .put(Tag.SamplesPerPixel, 1)
            .put(Tag.PhotometricInterpretation, "MONOCHROME2")
            .put(Tag.Rows, 64)
            .put(Tag.Columns, 64)
            .put(Tag.BitsAllocated, 8)
            .put(Tag.BitsStored, 8)
            .put(Tag.HighBit, 7)
            .put(Tag.PixelRepresentation, 0);
    if (TransferSyntax.isNative(syntax)) {
      image.putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(2));
    } else {
      image.putFragments(
          Tag.PixelData, List.of(ByteBuffer.allocate(0), ByteBuffer.wrap(new byte[] {0, 0})));
    }
    UnsuitableImageException refusal =
        catchThrowableOfType(
            UnsuitableImageException.class,
            () -> new RadiographDecoder().decode(new DicomFile(syntax, image.build())));
    assertThat(refusal).isNotNull();
    assertThat(refusal.needsTranscoding()).isEqualTo(!DecodedSyntaxes.UIDS.contains(syntax));
  }
}

package io.spinexr.dicom.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomFile;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.TransferSyntax;
import io.spinexr.dicom.VR;
import io.spinexr.finding.ImageWarning;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Objects that are no radiograph to look at: each gets a reason, none a crash. */
class UnsuitableImageTest {
  private static DataSet.Builder image() {
    return DataSet.builder()
        .put(Tag.SamplesPerPixel, 1)
        .put(Tag.PhotometricInterpretation, "MONOCHROME2")
        .put(Tag.Rows, 2)
        .put(Tag.Columns, 3)
        .put(Tag.BitsAllocated, 16)
        .put(Tag.BitsStored, 12)
        .put(Tag.HighBit, 11)
        .put(Tag.PixelRepresentation, 0)
        .putBytes(
            Tag.PixelData, VR.OW, ByteBuffer.wrap(new byte[] {0, 0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0}));
  }

  private static DecodedRadiograph decode(String syntax, DataSet.Builder image) {
    return RadiographDecoder.decode(new DicomFile(syntax, image.build()));
  }

  private static void assertRefused(String syntax, DataSet.Builder image, String reason) {
    UnsuitableImageException refusal =
        catchThrowableOfType(UnsuitableImageException.class, () -> decode(syntax, image));
    assertThat(refusal).hasMessageContaining(reason);
    assertThat(refusal.needsTranscoding()).isFalse();
  }

  private static void assertRefused(DataSet.Builder image, String reason) {
    assertRefused(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, image, reason);
  }

  private static DataSet.Builder encapsulated(int... bytes) {
    ByteBuffer fragment = ByteBuffer.allocate(bytes.length);
    for (int value : bytes) {
      fragment.put((byte) value);
    }
    return image().putFragments(Tag.PixelData, List.of(ByteBuffer.allocate(0), fragment.flip()));
  }

  @Test
  void decodesTheImageThatTheOthersAreMadeFrom() {
    DecodedRadiograph decoded = decode(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, image());

    assertThat(decoded.image().pixels())
        .containsExactly((byte) 0, (byte) 51, (byte) 102, (byte) 153, (byte) 204, (byte) 255);
    assertThat(decoded.warnings()).isEmpty();
  }

  @Test
  void refusesColour() {
    assertRefused(image().put(Tag.PhotometricInterpretation, "RGB"), "colour image");
    assertRefused(image().put(Tag.PhotometricInterpretation, "YBR_FULL_422"), "colour image");
    assertRefused(image().put(Tag.SamplesPerPixel, 3), "3 samples per pixel");
  }

  @Test
  void refusesSeveralFrames() {
    assertRefused(image().put(Tag.NumberOfFrames, 20), "multi-frame image of 20 frames");
  }

  @Test
  void refusesAnObjectWithoutPixels() {
    assertRefused(image().remove(Tag.PixelData), "holds no pixel data");
    assertRefused(
        image().putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(0)), "pixel data is empty");
    assertRefused(
        TransferSyntax.JPEG_LOSSLESS_SV1,
        image().putFragments(Tag.PixelData, List.of(ByteBuffer.allocate(0))),
        "pixel data is empty");
  }

  @Test
  void refusesTruncatedPixels() {
    assertRefused(
        image().putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(10)),
        "truncated: 10 of 12 bytes");
  }

  @Test
  void refusesMoreThanFiftyMillionPixelsBeforeMakingRoomForThem() {
    for (String syntax : List.of(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.RLE)) {
      assertRefused(
          syntax,
          encapsulated(0).put(Tag.Rows, 65_535).put(Tag.Columns, 65_535),
          "65535 x 65535 pixels, more than the limit of 50 million");
    }
    assertRefused(
        TransferSyntax.RLE,
        encapsulated(rleHeader()).put(Tag.Rows, 7000).put(Tag.Columns, 7000),
        "RLE data is truncated");
  }

  private static int[] rleHeader() {
    int[] header = new int[66];
    header[0] = 2;
    header[4] = 64;
    header[8] = 65;
    return header;
  }

  @Test
  void refusesPixelFormatsThatContradictThemselves() {
    assertRefused(image().put(Tag.BitsStored, 17), "contradicts itself");
    assertRefused(image().put(Tag.HighBit, 3), "contradicts itself");
    assertRefused(image().put(Tag.BitsAllocated, 32), "32 bits per pixel");
    assertRefused(image().put(Tag.PixelRepresentation, 2), "neither 0 nor 1");
    assertRefused(image().put(Tag.Rows, 0), "0 rows");
    assertRefused(image().remove(Tag.BitsStored), "BitsStored (0028,0101) is missing");
    assertRefused(image().put(Tag.NumberOfFrames, "many"), "NumberOfFrames (0028,0008)");
  }

  @Test
  void refusesDamagedCodestreams() {
    assertRefused(TransferSyntax.RLE, encapsulated(1, 2, 3), "RLE data is damaged");
    assertRefused(TransferSyntax.JPEG_BASELINE, encapsulated(0xFF, 0xD8), "no frame header");
    assertRefused(TransferSyntax.JPEG_2000, encapsulated(0xFF, 0x4F), "no header");
  }

  @Test
  void refusesACodestreamOfAnotherSize() {
    assertRefused(
        TransferSyntax.JPEG_LOSSLESS_SV1,
        encapsulated(0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 12, 0x7F, 0xFF, 0x7F, 0xFF, 1, 1, 0x11, 0),
        "32767 x 32767 pixels where the data set says 3 x 2");
  }

  @Test
  void asksForTranscodingOfAnUnknownTransferSyntax() {
    UnsuitableImageException refusal =
        catchThrowableOfType(
            UnsuitableImageException.class,
            () -> decode("1.2.840.10008.1.2.4.201", encapsulated(1, 2)));

    assertThat(refusal.needsTranscoding()).isTrue();
  }

  @Test
  void makesAConstantImageBlackAndSaysSo() {
    DecodedRadiograph decoded =
        decode(
            TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
            image().putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(12)));

    assertThat(decoded.image().pixels()).containsOnly((byte) 0);
    assertThat(decoded.warnings())
        .extracting(ImageWarning::text)
        .containsExactly("the image has the same brightness everywhere and was made black");
  }

  @Test
  void saysWhenTheVoiTransformCouldNotBeApplied() {
    DecodedRadiograph decoded =
        decode(
            TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
            image().put(Tag.WindowCenter, 3).put(Tag.WindowWidth, 0));

    assertThat(decoded.warnings())
        .singleElement()
        .extracting(ImageWarning::text)
        .asString()
        .contains("WindowWidth (0028,1051) is too small for a LINEAR window")
        .contains("histogram was equalised");
  }

  @Test
  void saysWhenUnusedBitsWereSet() {
    DecodedRadiograph decoded =
        decode(
            TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
            image()
                .putBytes(
                    Tag.PixelData,
                    VR.OW,
                    ByteBuffer.wrap(new byte[] {0, 0x10, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0})));

    assertThat(decoded.warnings())
        .extracting(ImageWarning::text)
        .containsExactly(
            "1 pixels have bits set outside the 12 stored ones; those bits were ignored");
    assertThat(decoded.image().at(0, 0)).isZero();
  }
}

package io.spinexr.dicom.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicom.pixel.UnsuitableImageException;
import io.spinexr.finding.ImageWarning;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
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
    return new RadiographDecoder().decode(new DicomFile(syntax, image.build()));
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

  private static DataSet.Builder encapsulated(int... values) {
    return image()
        .putFragments(
            Tag.PixelData, List.of(ByteBuffer.allocate(0), bytes(values, 0, values.length)));
  }

  @Test
  void decodesTheImageThatTheOthersAreMadeFrom() {
    DecodedRadiograph decoded = decode(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, image());

    assertThat(decoded.image().pixels())
        .containsExactly((byte) 0, (byte) 51, (byte) 102, (byte) 153, (byte) 204, (byte) 255);
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
  void refusesMorePixelsThanConfiguredBeforeMakingRoomForThem() {
    for (String syntax : List.of(TransferSyntax.EXPLICIT_LITTLE_ENDIAN, TransferSyntax.RLE)) {
      assertRefused(
          syntax,
          encapsulated(0).put(Tag.Rows, 65_535).put(Tag.Columns, 65_535),
          "65535 x 65535 pixels, more than the configured limit of 100 million");
    }
    assertRefused(
        TransferSyntax.RLE,
        encapsulated(rleHeader()).put(Tag.Rows, 7000).put(Tag.Columns, 7000),
        "it is too short for its size");
  }

  @Test
  void takesTheLimitThatItIsGiven() {
    DicomFile twoMegapixels =
        new DicomFile(
            TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
            image()
                .put(Tag.Rows, 1000)
                .put(Tag.Columns, 2000)
                .putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(4_000_000).put(0, (byte) 1))
                .build());

    assertThat(new RadiographDecoder(2).decode(twoMegapixels).image().width()).isEqualTo(2000);
    assertThatThrownBy(() -> new RadiographDecoder(1).decode(twoMegapixels))
        .hasMessage("it has 2000 x 1000 pixels, more than the configured limit of 1 million");
    assertThatThrownBy(() -> new RadiographDecoder(0)).hasMessageContaining("1 to 1000 million");
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
    assertRefused(
        TransferSyntax.RLE,
        encapsulated(1, 2, 3),
        "damaged, its RLE data is not whole: its header");
    assertRefused(TransferSyntax.JPEG_BASELINE, encapsulated(0xFF, 0xD8), "it ends early");
    assertRefused(TransferSyntax.JPEG_2000, encapsulated(0xFF, 0x4F), "damaged");
  }

  @Test
  void refusesACodestreamOfAnotherSize() {
    assertRefused(
        TransferSyntax.JPEG_LOSSLESS_SV1,
        encapsulated(0xFF, 0xD8, 0xFF, 0xC3, 0, 11, 12, 0x7F, 0xFF, 0x7F, 0xFF, 1, 1, 0x11, 0),
        "32767 x 32767 pixels where the data set says 3 x 2");
  }

  @Test
  void refusesPixelDataOfSeveralFrames() {
    ByteBuffer offsets = ByteBuffer.allocate(8);
    assertRefused(
        TransferSyntax.RLE,
        image().putFragments(Tag.PixelData, List.of(offsets, ByteBuffer.allocate(64))),
        "its pixel data has 2 frames where the data set says 1");
  }

  /** PackBits of 6 cells: the high bytes, then the low ones, of which the last is 0. */
  private static int[] rle(int high, int low) {
    int[] frame = new int[70];
    frame[0] = 2;
    frame[4] = 64;
    frame[8] = 66;
    frame[64] = -5;
    frame[65] = high;
    frame[66] = -4;
    frame[67] = low;
    return frame;
  }

  @Test
  void refusesMoreBitsThanAreAllocated() {
    assertRefused(
        TransferSyntax.RLE,
        encapsulated(rle(0, 1))
            .put(Tag.BitsAllocated, 8)
            .put(Tag.BitsStored, 8)
            .put(Tag.HighBit, 7),
        "damaged, its compressed data has 16 bits per pixel where the data set says 8");
  }

  @Test
  void ignoresCompressedBitsAboveTheStoredOnesAndSaysSo() {
    assertThat(decode(TransferSyntax.RLE, encapsulated(rle(0x10, 1))).warnings())
        .extracting(ImageWarning::code)
        .contains(ImageWarning.Code.BITS_MASKED);
  }

  @Test
  void joinsFragments() {
    int[] whole = rle(0, 7);
    DataSet.Builder parts =
        image()
            .putFragments(
                Tag.PixelData,
                List.of(ByteBuffer.allocate(0), bytes(whole, 0, 66), bytes(whole, 66, 70)));

    assertThat(decode(TransferSyntax.RLE, parts).image().width()).isEqualTo(3);
  }

  private static ByteBuffer bytes(int[] values, int from, int to) {
    ByteBuffer bytes = ByteBuffer.allocate(to - from);
    for (int i = from; i < to; i++) {
      bytes.put((byte) values[i]);
    }
    return bytes.flip();
  }

  @Test
  void saysWhatIsOddOfCompressedData() {
    DicomFile file;
    try (InputStream resource = DicomFile.class.getResourceAsStream("fuzz/jpeg-ls.dcm")) {
      file = DicomReader.read(resource);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ByteBuffer frame = file.dataSet().fragments(Tag.PixelData).get(1);
    int end = frame.remaining();
    while (frame.get(end - 1) != (byte) 0xD9) {
      end--;
    }
    ByteBuffer open = frame.slice(0, end - 2);
    DataSet.Builder image =
        file.dataSet().toBuilder()
            .putFragments(Tag.PixelData, List.of(ByteBuffer.allocate(0), open));

    assertThat(decode(file.transferSyntaxUid(), image).warnings())
        .contains(
            new ImageWarning(
                ImageWarning.Code.CODESTREAM_IRREGULAR,
                "its compressed data is irregular: its end marker is missing"));
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
  void refusesAnImageInWhichEveryPixelHasTheSameValue() {
    assertRefused(
        image().putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(12)),
        "every pixel has the same value");
    assertRefused(
        image()
            .put(Tag.PixelPaddingValue, 4095)
            .putBytes(
                Tag.PixelData,
                VR.OW,
                ByteBuffer.allocate(12).put(0, (byte) 0xFF).put(1, (byte) 0x0F)),
        "every pixel has the same value, but for pixel padding");
  }

  @Test
  void refusesAnImageThatItsWindowMakesBlackOrWhite() {
    for (int center : new int[] {40_000, -40_000}) {
      assertRefused(
          image().put(Tag.WindowCenter, center).put(Tag.WindowWidth, 200),
          "its window or VOI LUT lies outside its pixel values");
    }
    assertRefused(
        image()
            .put(Tag.BitsStored, 16)
            .put(Tag.HighBit, 15)
            .put(Tag.PixelPaddingValue, 65_535)
            .putBytes(
                Tag.PixelData,
                VR.OW,
                ByteBuffer.wrap(new byte[] {-1, -1, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0})),
        "its padding lies too far from them");
  }
}

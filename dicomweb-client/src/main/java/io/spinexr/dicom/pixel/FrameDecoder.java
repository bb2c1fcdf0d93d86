package io.spinexr.dicom.pixel;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.DecodedFrame;
import io.spinexr.dicom.codec.FrameSize;
import io.spinexr.dicom.codec.Rle;
import io.spinexr.dicom.codec.jpeg.Jpeg;
import io.spinexr.dicom.codec.jpeg2000.Jpeg2000;
import io.spinexr.dicom.codec.jpegls.JpegLs;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Takes the pixel cells of the only frame out of any transfer syntax that is decoded here. All of
 * it is Java: no native code meets the bytes of an image.
 */
public final class FrameDecoder {
  private FrameDecoder() {}

  /**
   * @param warnings what is odd about the pixel data is added to them
   * @throws UnsuitableImageException if the pixel data is truncated or damaged, or if its
   *     compression is not decoded here
   */
  public static Samples decode(DicomFile file, PixelFormat format, List<ImageWarning> warnings) {
    DataSet dataSet = file.dataSet();
    return switch (file.transferSyntaxUid()) {
      case TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
          TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
          TransferSyntax.EXPLICIT_BIG_ENDIAN,
          TransferSyntax.DEFLATED ->
          uncompressed(dataSet, format);
      case TransferSyntax.RLE -> compressed(dataSet, format, Rle::decode, warnings);
      case TransferSyntax.JPEG_BASELINE,
          TransferSyntax.JPEG_EXTENDED,
          TransferSyntax.JPEG_LOSSLESS,
          TransferSyntax.JPEG_LOSSLESS_SV1 ->
          compressed(dataSet, format, Jpeg::decode, warnings);
      case TransferSyntax.JPEG_LS_LOSSLESS, TransferSyntax.JPEG_LS ->
          compressed(dataSet, format, JpegLs::decode, warnings);
      case TransferSyntax.JPEG_2000_LOSSLESS, TransferSyntax.JPEG_2000 ->
          compressed(dataSet, format, Jpeg2000::decode, warnings);
      default ->
          throw UnsuitableImageException.needingTranscoding(
              CodecException.unsupported("transfer syntax " + file.transferSyntaxUid()));
    };
  }

  /** The most memory that {@link #decode} takes beside the file and its result, in bytes. */
  public static long memory(DicomFile file, PixelFormat format) {
    List<ByteBuffer> fragments = file.dataSet().fragments(Tag.PixelData);
    long encoded = fragments.stream().mapToLong(ByteBuffer::remaining).sum();
    // Joined if there are several, and once more by the codec, which skips marker bytes.
    long copies = fragments.size() > 2 ? 3 * encoded : 2 * encoded;
    return switch (file.transferSyntaxUid()) {
      case TransferSyntax.JPEG_2000_LOSSLESS, TransferSyntax.JPEG_2000 ->
          copies + (long) format.pixels() * Jpeg2000.BYTES_PER_PIXEL;
      default -> fragments.isEmpty() ? 0 : copies + (long) format.pixels() * Short.BYTES;
    };
  }

  private static Samples compressed(
      DataSet dataSet,
      PixelFormat format,
      BiFunction<ByteBuffer, FrameSize, DecodedFrame> codec,
      List<ImageWarning> warnings) {
    DecodedFrame decoded;
    try {
      decoded = codec.apply(frame(dataSet), new FrameSize(format.columns(), format.rows()));
    } catch (CodecException e) {
      throw e.kind() == CodecException.Kind.UNSUPPORTED
          ? UnsuitableImageException.needingTranscoding(e)
          : new UnsuitableImageException(e.getMessage(), e);
    }
    // Encoders that say 16 bits of samples with fewer are common; a cell cannot hold more.
    if (decoded.precision() > format.bitsAllocated()) {
      throw new UnsuitableImageException(
          "damaged, its compressed data has %d bits per pixel where the data set says %d"
              .formatted(decoded.precision(), format.bitsAllocated()));
    }
    for (String oddity : decoded.warnings()) {
      warnings.add(
          new ImageWarning(
              Code.CODESTREAM_IRREGULAR, "its compressed data is irregular: " + oddity));
    }
    int mask = (1 << format.bitsAllocated()) - 1;
    short[] samples = decoded.samples();
    return index -> samples[index] & mask;
  }

  private static Samples uncompressed(DataSet dataSet, PixelFormat format) {
    Optional<ByteBuffer> value = dataSet.bytes(Tag.PixelData);
    if (value.isEmpty() || !value.get().hasRemaining()) {
      throw new UnsuitableImageException("its pixel data is empty");
    }
    ByteBuffer cells = value.get();
    long needed = (long) format.pixels() * format.bytesPerPixel();
    if (cells.remaining() < needed) {
      throw new UnsuitableImageException(
          "its pixel data is truncated: %d of %d bytes".formatted(cells.remaining(), needed));
    }
    if (format.bytesPerPixel() == 2) {
      return Samples.of16Bits(cells);
    }
    boolean swapped =
        cells.order() == ByteOrder.BIG_ENDIAN
            && dataSet.vr(Tag.PixelData).equals(Optional.of(VR.OW))
            && cells.remaining() % 2 == 0;
    return swapped ? index -> cells.get(index ^ 1) & 0xFF : Samples.of8Bits(cells);
  }

  /** The fragments of the only frame, joined; the table before them has an offset per frame. */
  private static ByteBuffer frame(DataSet dataSet) {
    List<ByteBuffer> items = dataSet.fragments(Tag.PixelData);
    if (items.size() < 2) {
      throw new UnsuitableImageException("its pixel data is empty or not encapsulated");
    }
    int frames = items.get(0).remaining() / Integer.BYTES;
    if (frames > 1) {
      throw new UnsuitableImageException(
          "its pixel data has %d frames where the data set says 1".formatted(frames));
    }
    if (items.size() == 2) {
      return items.get(1);
    }
    List<ByteBuffer> fragments = items.subList(1, items.size());
    ByteBuffer joined =
        ByteBuffer.allocate(fragments.stream().mapToInt(ByteBuffer::remaining).sum());
    fragments.forEach(joined::put);
    return joined.flip();
  }
}

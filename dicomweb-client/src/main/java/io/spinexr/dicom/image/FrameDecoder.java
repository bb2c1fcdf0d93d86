package io.spinexr.dicom.image;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomFile;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.TransferSyntax;
import io.spinexr.dicom.VR;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;

/** Takes the pixel cells of the only frame out of any transfer syntax that is decoded here. */
final class FrameDecoder {
  private FrameDecoder() {}

  /**
   * @throws UnsuitableImageException if the pixel data is truncated or damaged, or if its
   *     compression is not decoded here
   */
  static Samples decode(DicomFile file, PixelFormat format) {
    DataSet dataSet = file.dataSet();
    return switch (file.transferSyntaxUid()) {
      case TransferSyntax.IMPLICIT_LITTLE_ENDIAN,
          TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
          TransferSyntax.EXPLICIT_BIG_ENDIAN,
          TransferSyntax.DEFLATED ->
          uncompressed(dataSet, format);
      case TransferSyntax.RLE -> RleFrame.decode(frame(dataSet), format);
      case TransferSyntax.JPEG_BASELINE,
          TransferSyntax.JPEG_EXTENDED,
          TransferSyntax.JPEG_LOSSLESS,
          TransferSyntax.JPEG_LOSSLESS_SV1 ->
          JpegFrame.decode(frame(dataSet), format);
      case TransferSyntax.JPEG_2000_LOSSLESS, TransferSyntax.JPEG_2000 ->
          Jpeg2000Frame.decode(frame(dataSet), format);
      default ->
          throw UnsuitableImageException.needingTranscoding(
              "transfer syntax " + file.transferSyntaxUid());
    };
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

  /** The fragments of the only frame, joined; the offset table before them is not needed. */
  private static ByteBuffer frame(DataSet dataSet) {
    List<ByteBuffer> items = dataSet.fragments(Tag.PixelData);
    if (items.size() < 2) {
      throw new UnsuitableImageException("its pixel data is empty or not encapsulated");
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

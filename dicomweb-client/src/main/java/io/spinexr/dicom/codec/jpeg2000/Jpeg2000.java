package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.cores.Cores;
import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.DecodedFrame;
import io.spinexr.dicom.codec.FrameSize;
import io.spinexr.dicom.codec.jpeg2000.header.J2kBytes;
import io.spinexr.dicom.codec.jpeg2000.header.J2kCodestream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * JPEG 2000 (ISO 15444-1) of one component, as a bare codestream (PS3.5 A.4.4) or in the boxes of a
 * JP2 file. Quality that an encoder left out is legal; bytes that are missing are not. Tiles and
 * code-blocks are decoded on all processors.
 */
public final class Jpeg2000 {
  /** Samples (2), coefficients (4), code-blocks and precincts (2), their chunks (1). */
  public static final int BYTES_PER_PIXEL = 9;

  private Jpeg2000() {}

  /**
   * @throws CodecException if the codestream is damaged, is of another size, or uses what is not
   *     decoded here: several components, more than 16 bits, extensions of other parts
   */
  public static DecodedFrame decode(ByteBuffer frame, FrameSize size) {
    byte[] bytes = new byte[frame.remaining()];
    frame.duplicate().get(bytes);
    try {
      J2kCodestream codestream = J2kCodestream.read(new J2kBytes(bytes, 0, bytes.length), size);
      short[] samples = new short[size.width() * size.height()];
      Cores.each(
          codestream.tiles().size(),
          index -> new J2kTile(codestream, index).decode(bytes, samples));
      return new DecodedFrame(
          size.width(),
          size.height(),
          codestream.size().precision(),
          codestream.size().signed(),
          samples,
          codestream.endMarker() ? List.of() : List.of("its JPEG 2000 data has no end marker"));
    } catch (CodecException e) {
      throw e;
    } catch (RuntimeException e) {
      throw J2kBytes.damaged("it contradicts itself");
    }
  }
}

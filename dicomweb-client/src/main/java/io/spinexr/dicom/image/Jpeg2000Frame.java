package io.spinexr.dicom.image;

import com.github.jaiimageio.jpeg2000.impl.J2KImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;

/** JPEG 2000 of ISO 15444-1, reversible or not, as a bare codestream (PS3.5 A.4.4). */
final class Jpeg2000Frame {
  private static final int START_AND_SIZE = 0xFF4FFF51;
  private static final int SIZE_LENGTH = 45;

  private Jpeg2000Frame() {}

  static Samples decode(ByteBuffer frame, PixelFormat format) {
    ByteBuffer stream = frame.duplicate().order(ByteOrder.BIG_ENDIAN);
    if (stream.remaining() < SIZE_LENGTH || stream.getInt(0) != START_AND_SIZE) {
      throw new UnsuitableImageException("its JPEG 2000 data is damaged: it has no header");
    }
    CodecFrame.requireSize(
        "JPEG 2000",
        stream.getInt(8) - stream.getInt(16),
        stream.getInt(12) - stream.getInt(20),
        format);
    if (stream.getShort(40) != 1) {
      throw new UnsuitableImageException("its JPEG 2000 data is in colour");
    }
    return CodecFrame.decode("JPEG 2000", reader(), frame, format);
  }

  private static ImageReader reader() {
    try {
      return new J2KImageReaderSpi().createReaderInstance(null);
    } catch (IOException e) {
      throw new IllegalStateException("the JPEG 2000 codec is not available", e);
    }
  }
}

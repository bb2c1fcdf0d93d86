package io.spinexr.dicom.image;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;

/**
 * JPEG of ISO 10918-1: baseline and extended with 8 bits, lossless with up to 16. The extended
 * process with 12 bits is left to the archive.
 */
final class JpegFrame {
  private static final int START_OF_LOSSLESS = 0xC3;
  private static final int START_OF_SCAN = 0xDA;

  private JpegFrame() {}

  private record StartOfFrame(
      boolean lossless, int precision, int width, int height, int components) {}

  static Samples decode(ByteBuffer frame, PixelFormat format) {
    StartOfFrame start = startOfFrame(frame.duplicate().order(ByteOrder.BIG_ENDIAN));
    CodecFrame.requireSize("JPEG", start.width, start.height, format);
    if (start.components != 1) {
      throw new UnsuitableImageException("its JPEG data is in colour");
    }
    if (!start.lossless && start.precision > 8) {
      throw UnsuitableImageException.needingTranscoding("lossy JPEG with 12 bits");
    }
    if (start.precision > format.bitsAllocated()) {
      throw new UnsuitableImageException(
          "its JPEG data has %d bits where the data set says %d"
              .formatted(start.precision, format.bitsAllocated()));
    }
    return CodecFrame.decode("JPEG", reader(), frame, format);
  }

  /** The codec needs the registry: it leaves the lossy processes to the JDK's codec there. */
  private static ImageReader reader() {
    IIORegistry registry = IIORegistry.getDefaultInstance();
    JPEGImageReaderSpi codec = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
    if (codec == null) {
      codec = new JPEGImageReaderSpi();
      registry.registerServiceProvider(codec);
    }
    try {
      return codec.createReaderInstance();
    } catch (IOException e) {
      throw new IllegalStateException("the JPEG codec is not available", e);
    }
  }

  private static StartOfFrame startOfFrame(ByteBuffer jpeg) {
    int position = 2;
    while (position + 10 <= jpeg.limit() && jpeg.getShort(0) == (short) 0xFFD8) {
      int marker = jpeg.getShort(position) & 0xFFFF;
      int code = marker & 0xFF;
      if (marker >>> 8 != 0xFF || code == START_OF_SCAN) {
        break;
      }
      boolean isFill = code == 0xFF;
      boolean isFrame =
          code >= 0xC0 && code <= 0xCF && code != 0xC4 && code != 0xC8 && code != 0xCC;
      if (isFrame) {
        return new StartOfFrame(
            code == START_OF_LOSSLESS,
            jpeg.get(position + 4) & 0xFF,
            jpeg.getShort(position + 7) & 0xFFFF,
            jpeg.getShort(position + 5) & 0xFFFF,
            jpeg.get(position + 9) & 0xFF);
      }
      position += isFill ? 1 : 2 + (jpeg.getShort(position + 2) & 0xFFFF);
    }
    throw new UnsuitableImageException("its JPEG data is damaged: it has no frame header");
  }
}

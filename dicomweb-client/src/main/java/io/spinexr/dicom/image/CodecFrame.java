package io.spinexr.dicom.image;

import java.awt.image.DataBufferUShort;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageReader;
import jj2000.j2k.NotImplementedError;

/** Runs a codec on a frame whose own header has been checked against the data set. */
final class CodecFrame {
  private CodecFrame() {}

  static void requireSize(String codec, int width, int height, PixelFormat format) {
    if (width != format.columns() || height != format.rows()) {
      throw new UnsuitableImageException(
          "its %s data has %d x %d pixels where the data set says %d x %d"
              .formatted(codec, width, height, format.columns(), format.rows()));
    }
  }

  static Samples decode(String codec, ImageReader reader, ByteBuffer frame, PixelFormat format) {
    try (BufferImageInput input = new BufferImageInput(frame)) {
      reader.setInput(input, true, true);
      requireSize(codec, reader.getWidth(0), reader.getHeight(0), format);
      Raster raster = reader.readRaster(0, null);
      requireSize(codec, raster.getWidth(), raster.getHeight(), format);
      return samples(raster, format);
    } catch (UnsuitableImageException e) {
      throw e;
    } catch (IOException | RuntimeException | NotImplementedError e) {
      // On damaged data codecs fail in any way.
      throw new UnsuitableImageException("its %s data is damaged".formatted(codec), e);
    } finally {
      reader.dispose();
    }
  }

  private static Samples samples(Raster raster, PixelFormat format) {
    if (raster.getDataBuffer() instanceof DataBufferUShort buffer
        && buffer.getNumBanks() == 1
        && buffer.getSize() == format.pixels()) {
      return Samples.of(buffer.getData());
    }
    short[] cells = new short[format.pixels()];
    int[] row = new int[format.columns()];
    for (int y = 0; y < format.rows(); y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, row.length, 1, 0, row);
      for (int x = 0; x < row.length; x++) {
        cells[y * row.length + x] = (short) row[x];
      }
    }
    return Samples.of(cells);
  }
}

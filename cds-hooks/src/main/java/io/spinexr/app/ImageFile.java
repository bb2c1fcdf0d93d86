package io.spinexr.app;

import io.spinexr.app.setting.Mistake;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.image.RadiographDecoder;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** An image file as the networks start from it: DICOM by the product's own chain, or grey PNG. */
final class ImageFile {
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', 0x0D, 0x0A, 0x1A, 0x0A};
  private static final byte[] JPEG = {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF};
  private static final long MOST_PIXELS = 100_000_000;

  private ImageFile() {}

  /**
   * Reads DICOM or PNG, told apart by content. The grey levels of a PNG are taken as they are,
   * whatever its gamma says.
   *
   * @param preprocessing of DICOM
   * @throws Mistake a clause that says why the file is no usable radiograph
   */
  static GrayscaleImage read(Path file, Preprocessing preprocessing) {
    if (!Files.isRegularFile(file)) {
      throw new Mistake(Files.isDirectory(file) ? "this is a folder" : "there is no such file");
    }
    try {
      byte[] head = head(file);
      if (head.length == 0) {
        throw new Mistake("the file is empty");
      }
      if (startsWith(head, PNG)) {
        return gray(readPng(file));
      }
      if (startsWith(head, JPEG)) {
        throw new Mistake("the file is JPEG; give the DICOM file, or 8-bit grey PNG");
      }
      return new RadiographDecoder(preprocessing).decode(DicomReader.read(file)).image();
    } catch (DicomException e) {
      throw new Mistake(e.getMessage(), e);
    } catch (IOException e) {
      throw new Mistake("the file cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] head(Path file) throws IOException {
    try (InputStream content = Files.newInputStream(file)) {
      return content.readNBytes(PNG.length);
    }
  }

  private static boolean startsWith(byte[] head, byte[] signature) {
    return head.length >= signature.length
        && Arrays.equals(head, 0, signature.length, signature, 0, signature.length);
  }

  private static BufferedImage readPng(Path file) throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName("png").next();
    try (ImageInputStream stream = ImageIO.createImageInputStream(file.toFile())) {
      reader.setInput(stream);
      long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
      if (pixels > MOST_PIXELS) {
        throw new Mistake("the PNG has %d pixels, more than %d".formatted(pixels, MOST_PIXELS));
      }
      if (reader.getRawImageType(0).getColorModel().getComponentSize(0) > 8) {
        throw new Mistake(
            "the PNG has 16 bits per sample; convert it to 8-bit grey, or give the DICOM file");
      }
      return reader.read(0);
    } catch (Mistake e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The reader meets damage with any exception.
      throw new Mistake("the PNG is damaged", e);
    } finally {
      reader.dispose();
    }
  }

  private static GrayscaleImage gray(BufferedImage image) {
    Raster raster = image.getRaster();
    int width = raster.getWidth();
    int height = raster.getHeight();
    byte[] pixels = new byte[width * height];
    boolean plain =
        raster.getNumBands() == 1 && !(image.getColorModel() instanceof IndexColorModel);
    for (int y = 0, i = 0; y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        pixels[i] = (byte) (plain ? raster.getSample(x, y, 0) : level(image, x, y));
      }
    }
    return new GrayscaleImage(width, height, pixels);
  }

  /** The grey level of a pixel that is stored as a colour or with an opacity. */
  private static int level(BufferedImage image, int x, int y) {
    Raster raster = image.getRaster();
    int red;
    int green;
    int blue;
    int alpha = 255;
    if (image.getColorModel() instanceof IndexColorModel palette) {
      int index = raster.getSample(x, y, 0);
      red = palette.getRed(index);
      green = palette.getGreen(index);
      blue = palette.getBlue(index);
      alpha = palette.getAlpha(index);
    } else {
      int bands = raster.getNumBands();
      red = raster.getSample(x, y, 0);
      green = bands < 3 ? red : raster.getSample(x, y, 1);
      blue = bands < 3 ? red : raster.getSample(x, y, 2);
      alpha = bands % 2 == 0 ? raster.getSample(x, y, bands - 1) : alpha;
    }
    if (red != green || green != blue) {
      throw new Mistake(
          "the PNG is coloured at column %d, row %d; radiographs are grey".formatted(x, y));
    }
    if (alpha != 255) {
      throw new Mistake(
          "the PNG is transparent at column %d, row %d; radiographs are opaque".formatted(x, y));
    }
    return red;
  }
}

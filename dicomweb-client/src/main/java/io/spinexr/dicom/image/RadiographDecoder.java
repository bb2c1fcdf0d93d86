package io.spinexr.dicom.image;

import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.DicomFile;
import io.spinexr.finding.ImageWarning;
import io.spinexr.image.GrayscaleImage;
import java.util.ArrayList;
import java.util.List;

/**
 * From a DICOM object to the 8-bit image that the networks start from, exactly as the reference
 * implementation of VinDr-SpineXR prepares it (see {@link GrayscaleChain}).
 *
 * @param maxMegapixels larger images are refused before memory is taken for them; in millions of
 *     pixels, 1 to 1000
 */
public record RadiographDecoder(int maxMegapixels) {
  /** A stitched radiograph of a whole spine may have 84 million pixels. */
  public static final int DEFAULT_MAX_MEGAPIXELS = 100;

  public RadiographDecoder {
    if (maxMegapixels < 1 || maxMegapixels > 1000) {
      throw new IllegalArgumentException(
          "the limit must be 1 to 1000 million pixels, but is %d million".formatted(maxMegapixels));
    }
  }

  /** With defaults. */
  public RadiographDecoder() {
    this(DEFAULT_MAX_MEGAPIXELS);
  }

  /**
   * @throws UnsuitableImageException if the object holds no single grayscale image that can be
   *     decoded here; {@link UnsuitableImageException#needsTranscoding()} tells whether the archive
   *     could help
   */
  public DecodedRadiograph decode(DicomFile file) {
    try {
      PixelFormat format = PixelFormat.of(file.dataSet(), maxMegapixels);
      List<ImageWarning> warnings = new ArrayList<>();
      Samples samples = FrameDecoder.decode(file, format, warnings);
      int[] counts = counts(samples, format);
      byte[] levels = new GrayscaleChain(file.dataSet(), format, warnings).levels(counts);
      byte[] pixels = new byte[format.pixels()];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = levels[samples.at(i)];
      }
      return new DecodedRadiograph(
          new GrayscaleImage(format.columns(), format.rows(), pixels), warnings);
    } catch (UnsuitableImageException e) {
      throw e;
    } catch (DicomException e) {
      throw new UnsuitableImageException(e.getMessage(), e);
    } catch (RuntimeException e) {
      // The last net below strange data: one image must not take others along.
      throw new UnsuitableImageException("it could not be decoded, for no known reason", e);
    }
  }

  /** How often each of the possible pixel cells occurs. */
  private static int[] counts(Samples samples, PixelFormat format) {
    int[] counts = new int[1 << format.bitsAllocated()];
    for (int i = 0; i < format.pixels(); i++) {
      counts[samples.at(i)]++;
    }
    return counts;
  }
}

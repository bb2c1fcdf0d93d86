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
 */
public final class RadiographDecoder {
  private RadiographDecoder() {}

  /**
   * @throws UnsuitableImageException if the object holds no single grayscale image that can be
   *     decoded here; {@link UnsuitableImageException#needsTranscoding()} tells whether the archive
   *     could help
   */
  public static DecodedRadiograph decode(DicomFile file) {
    try {
      PixelFormat format = PixelFormat.of(file.dataSet());
      Samples samples = FrameDecoder.decode(file, format);
      int[] counts = counts(samples, format);
      List<ImageWarning> warnings = new ArrayList<>();
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

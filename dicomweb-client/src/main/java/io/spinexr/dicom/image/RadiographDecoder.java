package io.spinexr.dicom.image;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.pixel.FrameDecoder;
import io.spinexr.dicom.pixel.Padding;
import io.spinexr.dicom.pixel.PixelFormat;
import io.spinexr.dicom.pixel.Samples;
import io.spinexr.dicom.pixel.StoredValues;
import io.spinexr.dicom.pixel.UnsuitableImageException;
import io.spinexr.dicom.pixel.Window;
import io.spinexr.finding.ImageWarning;
import io.spinexr.finding.ImageWarning.Code;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.image.Preprocessing;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * From a DICOM object to the 8-bit image that the networks start from.
 *
 * @param maxMegapixels larger images are refused before memory is taken for them; in millions of
 *     pixels, 1 to 1000
 * @param maxMemory images that need more to be decoded, with their file, are refused as well; in
 *     bytes of heap
 * @param preprocessing that the networks were trained with
 */
public record RadiographDecoder(int maxMegapixels, long maxMemory, Preprocessing preprocessing) {
  /** A stitched radiograph of a whole spine may have 84 million pixels. */
  public static final int DEFAULT_MAX_MEGAPIXELS = 100;

  public RadiographDecoder {
    Objects.requireNonNull(preprocessing, "preprocessing");
    if (maxMegapixels < 1 || maxMegapixels > 1000) {
      throw new IllegalArgumentException(
          "the limit must be 1 to 1000 million pixels, but is %d million".formatted(maxMegapixels));
    }
  }

  /** With whatever memory it takes. */
  public RadiographDecoder(int maxMegapixels, Preprocessing preprocessing) {
    this(maxMegapixels, Long.MAX_VALUE, preprocessing);
  }

  /** With the default limit. */
  public RadiographDecoder(Preprocessing preprocessing) {
    this(DEFAULT_MAX_MEGAPIXELS, preprocessing);
  }

  /** With the reference's preprocessing. */
  public RadiographDecoder(int maxMegapixels) {
    this(maxMegapixels, Preprocessing.REFERENCE);
  }

  /** With the default limit and the reference's preprocessing. */
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
      requireMemory(
          file.dataSet().valueBytes() + FrameDecoder.memory(file, format) + format.pixels());
      List<ImageWarning> warnings = new ArrayList<>();
      file.irregularities().forEach(text -> warnings.add(irregular(text)));
      Samples samples = FrameDecoder.decode(file, format, warnings);
      StoredValues stored = StoredValues.of(samples, format);
      Padding padding = padding(file.dataSet(), format, warnings);
      int[] shown = stored.where(value -> !padding.contains(value));
      requireDifferent(stored, shown);
      int[] levels = chain(file.dataSet(), format, warnings).levels(stored, shown);
      requireDifferent(levels, shown, file.dataSet());
      warnings.addAll(ImageDoubts.of(file.dataSet(), format, stored, shown, levels));
      byte[] levelOfCell = new byte[1 << format.bitsAllocated()];
      for (int i = 0; i < levels.length; i++) {
        levelOfCell[stored.cells()[i]] = (byte) levels[i];
      }
      byte[] pixels = new byte[format.pixels()];
      for (int i = 0; i < pixels.length; i++) {
        pixels[i] = levelOfCell[samples.at(i)];
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

  private void requireMemory(long bytes) {
    if (bytes > maxMemory) {
      throw new UnsuitableImageException(
          "it needs %d MB of memory where %d MB are there for one image; more heap"
                  .formatted(bytes >> 20, maxMemory >> 20)
              + " for the Java VM lets it through: SPINEXR_JAVA_OPTS=-Xmx4g");
    }
  }

  private static void requireDifferent(StoredValues stored, int[] shown) {
    if (shown.length < 2) {
      throw new UnsuitableImageException(
          stored.values().length < 2
              ? "every pixel has the same value"
              : "every pixel has the same value, but for pixel padding");
    }
  }

  private static void requireDifferent(int[] levels, int[] shown, DataSet dataSet) {
    if (IntStream.of(shown).map(place -> levels[place]).distinct().count() < 2) {
      throw new UnsuitableImageException(
          Window.isIn(dataSet) || !dataSet.sequence(Tag.VOILUTSequence).isEmpty()
              ? "its window or VOI LUT lies outside its pixel values, which all get the same"
                  + " brightness"
              : "its pixel values all get the same brightness: its padding lies too far from them,"
                  + " or clipping cuts them off");
    }
  }

  private GrayscaleChain chain(DataSet dataSet, PixelFormat format, List<ImageWarning> warnings) {
    return preprocessing instanceof Preprocessing.Standard standard
        ? new StandardChain(dataSet, format, standard, warnings)
        : new ReferenceChain(dataSet, format, warnings);
  }

  /** What cannot be read of it says nothing of the image itself. */
  private static Padding padding(DataSet dataSet, PixelFormat format, List<ImageWarning> warnings) {
    try {
      return Padding.of(dataSet, format);
    } catch (DicomException e) {
      warnings.add(irregular(e.getMessage()));
      return Padding.NONE;
    }
  }

  private static ImageWarning irregular(String text) {
    return new ImageWarning(Code.DATA_SET_IRREGULAR, text);
  }
}

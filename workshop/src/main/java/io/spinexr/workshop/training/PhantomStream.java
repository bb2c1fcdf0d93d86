package io.spinexr.workshop.training;

import io.spinexr.finding.BoundingBox;
import io.spinexr.finding.LesionType;
import io.spinexr.image.GrayscaleImage;
import io.spinexr.inference.folder.InputSize;
import io.spinexr.phantom.LesionBox;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.hard.Difficulty;
import io.spinexr.workshop.dataset.LabelledImage;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Training examples without end: every index is another phantom, resized for the network and
 * mirrored at random. Their seeds start at 2^32, so that phantoms with smaller seeds were never
 * trained on.
 *
 * @param seed of the training; other seeds see other phantoms
 * @param difficulty which family they are of
 * @param generatorScale of the phantoms before they are resized, relative to full size
 * @param rareOften whether every second phantom is, where one of {@value #CANDIDATES} is, one with
 *     a lesion that is no osteophyte, because a detector sees the other types too seldom else
 */
record PhantomStream(Difficulty difficulty, long seed, double generatorScale, boolean rareOften) {
  private static final int CANDIDATES = 8;

  /** The example at an index from 0. */
  LabelledImage get(long index, InputSize size) {
    long phantomSeed = phantomSeed(index);
    Phantom phantom = difficulty.generate(phantomSeed, generatorScale);
    GrayscaleImage image = size.resize(phantom.grayscale());
    double scaleX = (double) image.width() / phantom.width();
    double scaleY = (double) image.height() / phantom.height();
    boolean mirrored = new SplittableRandom(phantomSeed).nextBoolean();
    List<LesionBox> lesions =
        phantom.lesions().stream()
            .map(
                lesion ->
                    new LesionBox(
                        lesion.type(),
                        place(lesion.box(), scaleX, scaleY, mirrored ? image.width() : 0)))
            .toList();
    return new LabelledImage(mirrored ? mirror(image) : image, phantom.abnormal(), lesions);
  }

  private long phantomSeed(long index) {
    long first = seed + 1 << 32;
    if (!rareOften) {
      return first + index;
    }
    long candidate = first + index * CANDIDATES;
    return index % 2 == 0
        ? candidate
        : LongStream.range(candidate, candidate + CANDIDATES)
            .filter(this::isRare)
            .findFirst()
            .orElse(candidate);
  }

  private boolean isRare(long phantomSeed) {
    return difficulty.glance(phantomSeed).lesions().stream()
        .anyMatch(lesion -> lesion.type() != LesionType.OSTEOPHYTES);
  }

  private static BoundingBox place(BoundingBox box, double scaleX, double scaleY, int mirrorWidth) {
    double left = box.xMin() * scaleX;
    double right = box.xMax() * scaleX;
    double top = box.yMin() * scaleY;
    double bottom = box.yMax() * scaleY;
    return mirrorWidth == 0
        ? new BoundingBox(left, top, right, bottom)
        : new BoundingBox(
            Math.max(0, mirrorWidth - right), top, Math.max(0, mirrorWidth - left), bottom);
  }

  /** With left and right exchanged. */
  static GrayscaleImage mirror(GrayscaleImage image) {
    int width = image.width();
    byte[] pixels = new byte[image.pixels().length];
    for (int row = 0; row < pixels.length; row += width) {
      for (int x = 0; x < width; x++) {
        pixels[row + x] = image.pixels()[row + width - 1 - x];
      }
    }
    return new GrayscaleImage(width, image.height(), pixels);
  }
}

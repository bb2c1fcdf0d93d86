package io.spinexr.workshop.training;

import io.spinexr.image.GrayscaleImage;
import io.spinexr.phantom.Phantom;
import io.spinexr.phantom.View;

/**
 * An image and what a check should say of it.
 *
 * @param orientation quarters by which it is turned clockwise; -1 if it shows no spine
 * @param region ordinal of the phantom's region; -1 if it shows no spine
 * @param view 0 from the front, 1 from the side; -1 if it shows no spine
 */
record CheckExample(GrayscaleImage image, int orientation, int region, int view) {
  /** Of something else than a spine. */
  static CheckExample other(GrayscaleImage image) {
    return new CheckExample(image, -1, -1, -1);
  }

  /** A phantom as it is. */
  static CheckExample upright(Phantom phantom) {
    return new CheckExample(
        phantom.grayscale(), 0, phantom.region().ordinal(), phantom.view() == View.LATERAL ? 1 : 0);
  }

  boolean spine() {
    return orientation >= 0;
  }

  /** The same turned clockwise by quarters. */
  CheckExample turned(int quarters) {
    GrayscaleImage turned = image;
    for (int i = 0; i < quarters; i++) {
      turned = quarter(turned);
    }
    return new CheckExample(turned, (orientation + quarters) % 4, region, view);
  }

  /** An image turned clockwise by 90 degrees. */
  static GrayscaleImage quarter(GrayscaleImage image) {
    int width = image.height();
    int height = image.width();
    byte[] pixels = new byte[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        pixels[y * width + x] = image.pixels()[(width - 1 - x) * height + y];
      }
    }
    return new GrayscaleImage(width, height, pixels);
  }

  CheckExample with(GrayscaleImage changed) {
    return new CheckExample(changed, orientation, region, view);
  }
}

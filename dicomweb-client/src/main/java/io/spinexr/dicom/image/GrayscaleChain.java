package io.spinexr.dicom.image;

import io.spinexr.dicom.pixel.StoredValues;

/** From the stored values of an image to its gray levels. */
interface GrayscaleChain {
  /** The highest gray level. */
  int WHITE = 255;

  /**
   * The gray level of each value, 0 to {@link #WHITE}.
   *
   * @param shown places of the values that are no padding
   * @throws io.spinexr.dicom.DicomException if an attribute that it needs is damaged
   */
  int[] levels(StoredValues stored, int[] shown);
}

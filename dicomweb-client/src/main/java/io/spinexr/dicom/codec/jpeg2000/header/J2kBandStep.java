package io.spinexr.dicom.codec.jpeg2000.header;

/**
 * The quantization step of a subband (ISO 15444-1, E-3).
 *
 * @param exponent below the dynamic range of the subband
 * @param mantissa 0 to 2047
 */
public record J2kBandStep(int exponent, int mantissa) {
  /**
   * @param range bits of the subband's dynamic range
   */
  public float size(int range) {
    return Math.scalb(1 + mantissa / 2048f, range - exponent);
  }
}

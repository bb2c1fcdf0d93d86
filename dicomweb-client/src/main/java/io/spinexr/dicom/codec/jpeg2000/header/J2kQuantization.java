package io.spinexr.dicom.codec.jpeg2000.header;

import io.spinexr.dicom.codec.CodecException;

/**
 * What one quantization step is worth: the marker segments QCD and QCC (ISO 15444-1, A.6.4, E.1).
 *
 * @param guardBits 0 to 7
 * @param derived whether all subbands follow the first
 * @param steps by subband, 5 bits of exponent and 11 of mantissa
 */
public record J2kQuantization(boolean exact, int guardBits, boolean derived, int[] steps) {
  static J2kQuantization read(J2kBytes segment) {
    int sqcd = segment.u8();
    int style = sqcd & 0x1F;
    if (style > 2) {
      throw CodecException.unsupported("JPEG 2000 with extensions of part 2");
    }
    int[] steps = new int[style == 0 ? segment.remaining() : segment.remaining() / 2];
    for (int i = 0; i < steps.length; i++) {
      steps[i] = style == 0 ? segment.u8() >> 3 << 11 : segment.u16();
    }
    return new J2kQuantization(style == 0, sqcd >> 5, style == 1, steps);
  }

  /**
   * @param band 0 for the lowest, then three for each resolution
   */
  public J2kBandStep step(int band) {
    int index = derived ? 0 : band;
    if (index >= steps.length) {
      throw J2kBytes.damaged("it has no quantization for some subbands");
    }
    int lower = derived ? Math.max(0, band - 1) / 3 : 0;
    return new J2kBandStep((steps[index] >> 11) - lower, steps[index] & 0x7FF);
  }
}

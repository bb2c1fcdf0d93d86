package io.spinexr.dicom.codec;

import java.util.List;
import java.util.Objects;

/**
 * What a codec made of a compressed frame of one component.
 *
 * @param width in pixels
 * @param height in pixels
 * @param precision bits per sample that the codestream itself states, 1 to 16
 * @param signed whether the codestream says that samples are in two's complement
 * @param samples row by row from the top left; the lower 16 bits of each, the sign repeated above
 *     the precision if signed
 * @param warnings what was odd and does no harm, e.g. a missing end marker; usually none
 */
public record DecodedFrame(
    int width, int height, int precision, boolean signed, short[] samples, List<String> warnings) {
  public DecodedFrame {
    Objects.requireNonNull(samples, "samples");
    warnings = List.copyOf(warnings);
    if ((long) width * height != samples.length) {
      throw new IllegalArgumentException(
          "%d x %d pixels are not %d samples".formatted(width, height, samples.length));
    }
  }
}

package io.spinexr.dicom.codec;

/**
 * The size that the data set says a frame has; the only one that a codec makes room for.
 *
 * @param width in pixels, positive
 * @param height in pixels, positive
 */
public record FrameSize(int width, int height) {
  /**
   * @throws CodecException if the codestream says another size
   */
  public void require(String codec, long codedWidth, long codedHeight) {
    if (codedWidth != width || codedHeight != height) {
      throw CodecException.damaged(
          codec,
          "it has %d x %d pixels where the data set says %d x %d"
              .formatted(codedWidth, codedHeight, width, height));
    }
  }
}

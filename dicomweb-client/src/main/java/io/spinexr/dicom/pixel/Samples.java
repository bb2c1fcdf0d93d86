package io.spinexr.dicom.pixel;

import java.nio.ByteBuffer;

/** Pixel cells of a frame, row by row from the top left, as unsigned numbers. */
public interface Samples {
  int at(int index);

  static Samples of8Bits(ByteBuffer cells) {
    return index -> cells.get(index) & 0xFF;
  }

  /** Two bytes each, in the byte order of the buffer. */
  static Samples of16Bits(ByteBuffer cells) {
    return index -> cells.getShort(index << 1) & 0xFFFF;
  }
}

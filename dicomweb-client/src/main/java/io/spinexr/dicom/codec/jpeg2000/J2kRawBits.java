package io.spinexr.dicom.codec.jpeg2000;

/** The bits of a codeword segment that bypasses arithmetic coding (ISO 15444-1, D.6). */
final class J2kRawBits {
  private final byte[] data;
  private final int end;
  private int at;
  private int current;
  private int left;

  /**
   * @param end of the segment, behind which bits are 1
   */
  J2kRawBits(byte[] data, int end) {
    this.data = data;
    this.end = end;
  }

  int bit() {
    if (left == 0) {
      left = current == 0xFF ? 7 : 8;
      current = at < end ? data[at] & 0xFF : 0xFF;
      at++;
    }
    return current >> --left & 1;
  }

  /** How many bytes of the segment were not taken yet; negative if bytes behind it were. */
  int unread() {
    return end - at;
  }

  /** Whether nothing is left but padding of 0 and 1 in turns (D.4.2). */
  boolean endsPredictably() {
    return at == end && (current & (1 << left) - 1) == 0x55 >> 8 - left;
  }
}

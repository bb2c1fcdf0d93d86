package io.spinexr.dicom.codec.jpeg2000;

import io.spinexr.dicom.codec.jpeg2000.header.J2kBytes;

/** The bits of packet headers: after a byte 0xFF the next has only seven (ISO 15444-1, B.10.1). */
final class J2kBits {
  private final J2kBytes bytes;
  private int current;
  private int left;

  J2kBits(J2kBytes bytes) {
    this.bytes = bytes;
  }

  int bit() {
    if (left == 0) {
      next();
    }
    return current >> --left & 1;
  }

  int bits(int count) {
    int value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 1 | bit();
    }
    return value;
  }

  /** Ends a header: the rest of its last byte is padding, and no header ends with 0xFF. */
  void align() {
    if (current == 0xFF) {
      next();
    }
  }

  private void next() {
    left = current == 0xFF ? 7 : 8;
    current = bytes.u8();
    if (left == 7 && current > 0x7F) {
      throw J2kBytes.damaged("a packet header holds a marker");
    }
  }
}

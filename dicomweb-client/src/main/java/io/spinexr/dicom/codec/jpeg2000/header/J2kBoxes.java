package io.spinexr.dicom.codec.jpeg2000.header;

/** The boxes of a JP2 file, which some archives leave around the codestream (ISO 15444-1, I.4). */
final class J2kBoxes {
  private static final long CODESTREAM = 0x6A703263;

  private J2kBoxes() {}

  /** Reads on to the codestream, whose own markers tell its end. */
  static void skipToCodestream(J2kBytes stream) {
    if (stream.peek16() != 0) { // the high half of the first length
      return;
    }
    while (true) {
      long length = stream.u32();
      long type = stream.u32();
      long header = 8;
      if (length == 1) {
        length = stream.u32() << 32 | stream.u32();
        header = 16;
      }
      if (type == CODESTREAM) {
        return;
      }
      if (length == 0) {
        throw J2kBytes.damaged("it has no codestream");
      }
      stream.take(length - header);
    }
  }
}

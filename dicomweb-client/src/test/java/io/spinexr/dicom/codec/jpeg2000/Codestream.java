package io.spinexr.dicom.codec.jpeg2000;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A JPEG 2000 codestream taken apart so that tests can put it together in other ways.
 *
 * @param main header up to the first SOT
 * @param tileParts each from its SOT to the next
 */
record Codestream(byte[] main, List<byte[]> tileParts) {
  static final int COD = 0xFF52;
  static final int QCD = 0xFF5C;
  private static final int SOT = 0xFF90;
  private static final int SOD = 0xFF93;
  private static final int SOP = 0xFF91;
  private static final int EPH = 0xFF92;

  static Codestream of(byte[] bytes) {
    int at = segment(bytes, SOT);
    byte[] main = Arrays.copyOf(bytes, at);
    List<byte[]> tileParts = new ArrayList<>();
    while (at + 2 < bytes.length) {
      int length = ByteBuffer.wrap(bytes).getInt(at + 6);
      tileParts.add(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    return new Codestream(main, tileParts);
  }

  ByteBuffer buffer() {
    return ByteBuffer.wrap(bytes());
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(main);
    tileParts.forEach(bytes::writeBytes);
    bytes.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xD9});
    return bytes.toByteArray();
  }

  Codestream withMain(byte[] otherMain) {
    return new Codestream(otherMain, tileParts);
  }

  /** The content of a marker segment of the main header. */
  byte[] content(int marker) {
    int at = segment(main, marker);
    return Arrays.copyOfRange(main, at + 4, at + 2 + ByteBuffer.wrap(main).getShort(at + 2));
  }

  /** Another segment instead of the one with that marker. */
  Codestream replacing(int marker, int by, byte[] content) {
    int at = segment(main, marker);
    int end = at + 2 + ByteBuffer.wrap(main).getShort(at + 2);
    return withMain(
        concat(
            Arrays.copyOf(main, at),
            segment(by, content),
            Arrays.copyOfRange(main, end, main.length)));
  }

  Codestream withMainSegment(int marker, byte[] content) {
    return withMain(concat(main, segment(marker, content)));
  }

  /** With one more segment in the header of one tile-part. */
  Codestream withTileSegment(int tilePart, int marker, byte[] content) {
    byte[] part = tileParts.get(tilePart);
    List<byte[]> parts = new ArrayList<>(tileParts);
    parts.set(
        tilePart,
        sized(
            concat(
                Arrays.copyOf(part, 12),
                segment(marker, content),
                Arrays.copyOfRange(part, 12, part.length))));
    return new Codestream(main, parts);
  }

  /**
   * The packet headers of each tile-part, taken out of it. The packets must begin with SOP, which
   * stays, and their headers end with EPH, which goes with them.
   */
  Packed packed() {
    List<byte[]> headers = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    for (byte[] part : tileParts) {
      ByteArrayOutputStream header = new ByteArrayOutputStream();
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      int at = segment(part, SOD) + 2;
      body.write(part, 0, at);
      while (at < part.length) {
        body.write(part, at, 6);
        int end = marker(part, EPH, at + 6) + 2;
        header.write(part, at + 6, end - at - 6);
        at = marker(part, SOP, end);
        body.write(part, end, at - end);
      }
      headers.add(header.toByteArray());
      bodies.add(sized(body.toByteArray()));
    }
    return new Packed(new Codestream(main, bodies), headers);
  }

  /**
   * @param headers by tile-part
   */
  record Packed(Codestream codestream, List<byte[]> headers) {}

  static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }

  private static byte[] sized(byte[] tilePart) {
    ByteBuffer.wrap(tilePart).putInt(6, tilePart.length);
    return tilePart;
  }

  private static byte[] segment(int marker, byte[] content) {
    return ByteBuffer.allocate(4 + content.length)
        .putShort((short) marker)
        .putShort((short) (2 + content.length))
        .put(content)
        .array();
  }

  /** Where a segment of a header begins. */
  private static int segment(byte[] header, int wanted) {
    ByteBuffer bytes = ByteBuffer.wrap(header);
    int at = bytes.getShort(0) == (short) 0xFF4F ? 2 : 0;
    while (bytes.getShort(at) != (short) wanted) {
      at += 2 + bytes.getShort(at + 2);
    }
    return at;
  }

  /** Packets hold no other marker, so that the next one is found byte by byte. */
  private static int marker(byte[] part, int wanted, int from) {
    for (int at = from; at < part.length - 1; at++) {
      if (ByteBuffer.wrap(part).getShort(at) == (short) wanted) {
        return at;
      }
    }
    return part.length;
  }
}

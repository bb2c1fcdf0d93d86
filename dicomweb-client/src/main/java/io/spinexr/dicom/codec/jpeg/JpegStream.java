package io.spinexr.dicom.codec.jpeg;

import io.spinexr.dicom.codec.Bits;
import io.spinexr.dicom.codec.CodecException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Markers and what follows them (ISO 10918-1 section B.1). JPEG-LS has the same, but for the
 * stuffing of its bits (ISO 14495-1 section C.1).
 */
public final class JpegStream {
  static final int TABLE_OF_HUFFMAN_CODES = 0xC4;
  static final int RESTART = 0xD0;
  static final int START_OF_IMAGE = 0xD8;
  static final int END_OF_IMAGE = 0xD9;
  public static final int START_OF_SCAN = 0xDA;
  static final int TABLE_OF_QUANTIZATION = 0xDB;
  static final int NUMBER_OF_LINES = 0xDC;
  public static final int RESTART_INTERVAL = 0xDD;
  private static final int APPLICATION = 0xE0;
  private static final int COMMENT = 0xFE;

  private final String codec;
  private final byte[] bytes;
  private int position;

  /**
   * @param codec as messages name it
   */
  public JpegStream(String codec, ByteBuffer frame) {
    this.codec = codec;
    bytes = new byte[frame.remaining()];
    frame.duplicate().get(bytes);
    if (marker() != START_OF_IMAGE) {
      throw damaged("it has no start");
    }
  }

  public CodecException damaged(String how) {
    return CodecException.damaged(codec, how);
  }

  /** How many bytes the frame has. */
  public int size() {
    return bytes.length;
  }

  /** The code of the next marker. */
  public int marker() {
    if (position < bytes.length && bytes[position] != (byte) 0xFF) {
      throw damaged("there is no marker where one is due");
    }
    while (position < bytes.length && bytes[position] == (byte) 0xFF) {
      position++;
    }
    if (position == bytes.length) {
      throw damaged("it ends early");
    }
    return bytes[position++] & 0xFF;
  }

  /** What follows a marker, without its length. */
  public ByteBuffer segment() {
    ByteBuffer rest = ByteBuffer.wrap(bytes, position, bytes.length - position);
    int length = rest.remaining() < Short.BYTES ? 0 : rest.getShort() & 0xFFFF;
    if (length < Short.BYTES || length > bytes.length - position) {
      throw damaged("a marker segment has an impossible length");
    }
    position += length;
    return rest.slice().limit(length - Short.BYTES);
  }

  /** Whether a segment of this marker says nothing of the pixels. */
  public static boolean isComment(int marker) {
    return marker >= APPLICATION && marker < APPLICATION + 16 || marker == COMMENT;
  }

  /** The bits up to the next marker, where a zero byte is stuffed behind each of 255. */
  Bits bitsWithStuffedBytes() {
    byte[] plain = new byte[markerBehind(0) - position];
    int count = 0;
    while (position < bytes.length && !isMarker(position, 0)) {
      byte next = bytes[position];
      plain[count++] = next;
      position = Math.min(position + (next == (byte) 0xFF ? 2 : 1), bytes.length);
    }
    return new Bits(codec, plain, 8L * count);
  }

  /** The bits up to the next marker, where a zero bit is stuffed behind each byte of 255. */
  public Bits bitsWithStuffedBits() {
    int end = markerBehind(0x7F);
    byte[] plain = new byte[end - position];
    int count = 0;
    int held = 0;
    int bits = 0;
    boolean stuffed = false;
    for (; position < end; position++) {
      int next = bytes[position] & 0xFF;
      int fresh = stuffed ? 7 : 8;
      held = held << fresh | next;
      bits += fresh;
      if (bits >= 8) {
        bits -= 8;
        plain[count++] = (byte) (held >>> bits);
      }
      stuffed = next == 0xFF;
    }
    if (bits > 0) {
      plain[count] = (byte) (held << 8 - bits);
    }
    return new Bits(codec, plain, 8L * count + bits);
  }

  /**
   * @param highestStuffed byte behind one of 255 that makes no marker
   */
  private int markerBehind(int highestStuffed) {
    int at = position;
    while (at < bytes.length && !isMarker(at, highestStuffed)) {
      at++;
    }
    return at;
  }

  private boolean isMarker(int at, int highestStuffed) {
    return bytes[at] == (byte) 0xFF
        && at + 1 < bytes.length
        && (bytes[at + 1] & 0xFF) > highestStuffed;
  }

  /**
   * Reads the marker between two restart intervals.
   *
   * @param interval how many have been before
   */
  public void restart(int interval) {
    if (marker() != RESTART + (interval - 1) % 8) {
      throw damaged("a restart marker is missing");
    }
  }

  /**
   * Reads on behind the last pixel.
   *
   * @param linesAreDue whether the number of lines is told only now
   * @return what is odd
   */
  public List<String> end(boolean linesAreDue, int height) {
    List<String> warnings = new ArrayList<>();
    boolean linesMissing = linesAreDue;
    while (position < bytes.length) {
      int marker = marker();
      if (marker == END_OF_IMAGE && !linesMissing) {
        behindEnd(warnings);
        return warnings;
      }
      if (marker == NUMBER_OF_LINES) {
        if (segment().getShort() != (short) height) {
          throw damaged("it has another number of lines than the data set says");
        }
        linesMissing = false;
      } else if (isComment(marker)) {
        segment();
      } else {
        throw damaged("it goes on behind the last pixel");
      }
    }
    if (linesMissing) {
      throw damaged("it ends early");
    }
    warnings.add("its end marker is missing");
    return warnings;
  }

  private void behindEnd(List<String> warnings) {
    while (position < bytes.length && bytes[position] == 0) {
      position++;
    }
    if (position + 1 < bytes.length
        && bytes[position] == (byte) 0xFF
        && bytes[position + 1] == (byte) START_OF_IMAGE) {
      throw damaged("it holds more than one image");
    }
    if (position < bytes.length) {
      warnings.add("there is data behind its end");
    }
  }
}

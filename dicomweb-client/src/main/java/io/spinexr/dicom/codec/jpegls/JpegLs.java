package io.spinexr.dicom.codec.jpegls;

import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.DecodedFrame;
import io.spinexr.dicom.codec.FrameSize;
import io.spinexr.dicom.codec.jpeg.JpegStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * JPEG-LS (ISO 14495-1, PS3.5 section A.4.3) of one component with 2 to 16 bits, lossless or
 * near-lossless, with or without preset coding parameters.
 */
public final class JpegLs {
  static final String NAME = "JPEG-LS";

  private static final int START_OF_FRAME = 0xF7;
  private static final int PRESET_PARAMETERS = 0xF8;
  private static final int CODING_PARAMETERS = 1;

  private final JpegStream stream;
  private final FrameSize size;
  private ByteBuffer presets = ByteBuffer.allocate(5 * Short.BYTES);
  private int restartInterval;
  private int precision;
  private boolean linesAreDue;

  private JpegLs(ByteBuffer frame, FrameSize size) {
    this.stream = new JpegStream(NAME, frame);
    this.size = size;
  }

  /**
   * Decodes a frame. JPEG-LS knows no sign: samples are the bits as they were put in.
   *
   * @throws CodecException if the data is damaged, has another size, or uses a mapping table or a
   *     point transform
   */
  public static DecodedFrame decode(ByteBuffer frame, FrameSize size) {
    try {
      return new JpegLs(frame, size).decode();
    } catch (BufferUnderflowException e) {
      throw CodecException.damaged(NAME, "a marker segment is too short");
    }
  }

  private DecodedFrame decode() {
    while (true) {
      int marker = stream.marker();
      switch (marker) {
        case START_OF_FRAME -> readFrame(stream.segment());
        case PRESET_PARAMETERS -> readPresets(stream.segment());
        case JpegStream.RESTART_INTERVAL -> readRestartInterval(stream.segment());
        case JpegStream.START_OF_SCAN -> {
          short[] samples = new JpegLsScan(stream, size, coding(stream.segment())).decode();
          List<String> warnings = stream.end(linesAreDue, size.height());
          return new DecodedFrame(size.width(), size.height(), precision, false, samples, warnings);
        }
        default -> {
          if (!JpegStream.isComment(marker)) {
            throw stream.damaged("it has no frame header");
          }
          stream.segment();
        }
      }
    }
  }

  /** C.2.2 */
  private void readFrame(ByteBuffer header) {
    precision = header.get() & 0xFF;
    int lines = header.getShort() & 0xFFFF;
    int columns = header.getShort() & 0xFFFF;
    linesAreDue = lines == 0;
    size.require(NAME, columns, linesAreDue ? size.height() : lines);
    if (header.get() != 1) {
      throw stream.damaged("it is in colour");
    }
    if (precision < 2 || precision > 16) {
      throw stream.damaged("its frame header contradicts itself");
    }
  }

  /** C.2.4.1 */
  private void readPresets(ByteBuffer segment) {
    if (segment.get() != CODING_PARAMETERS) {
      throw CodecException.unsupported("JPEG-LS with a mapping table or an extended size");
    }
    presets = segment.slice();
  }

  /** C.2.5 */
  private void readRestartInterval(ByteBuffer segment) {
    restartInterval = 0;
    while (segment.hasRemaining()) {
      restartInterval = restartInterval << 8 | segment.get() & 0xFF;
    }
    if (restartInterval < 0) {
      throw stream.damaged("its restart interval is impossible");
    }
  }

  /** C.2.3 */
  private JpegLsCoding coding(ByteBuffer header) {
    int components = header.get();
    header.get();
    int mappingTable = header.get();
    int near = header.get() & 0xFF;
    header.get(); // how components are interleaved
    int pointTransform = header.get();
    if (precision == 0) {
      throw stream.damaged("it has no frame header");
    }
    if (components != 1) {
      throw stream.damaged("it is in colour");
    }
    if (mappingTable != 0 || pointTransform != 0) {
      throw CodecException.unsupported("JPEG-LS with a mapping table or a point transform");
    }
    return JpegLsCoding.of(
        precision,
        near,
        restartInterval,
        new JpegLsCoding.Presets(
            presets.getShort() & 0xFFFF,
            presets.getShort() & 0xFFFF,
            presets.getShort() & 0xFFFF,
            presets.getShort() & 0xFFFF,
            presets.getShort() & 0xFFFF));
  }
}

package io.spinexr.dicom.codec.jpeg;

import io.spinexr.dicom.codec.CodecException;
import io.spinexr.dicom.codec.DecodedFrame;
import io.spinexr.dicom.codec.FrameSize;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * JPEG (ISO 10918-1) of one component with Huffman coding: baseline, extended sequential with 8 or
 * 12 bits, and lossless with 2 to 16 bits and any predictor (processes 1, 2, 4 and 14 of PS3.5
 * section A.4.1).
 */
public final class Jpeg {
  static final String NAME = "JPEG";

  private static final int BASELINE = 0xC0;
  private static final int EXTENDED = 0xC1;
  private static final int PROGRESSIVE = 0xC2;
  private static final int LOSSLESS = 0xC3;

  private final JpegStream stream;
  private final FrameSize size;
  private final int[][] quantization = new int[4][];
  private final HuffmanTable[] dcTables = new HuffmanTable[4];
  private final HuffmanTable[] acTables = new HuffmanTable[4];
  private int restartInterval;
  private @Nullable Frame frame;

  private Jpeg(ByteBuffer frame, FrameSize size) {
    this.stream = new JpegStream(NAME, frame);
    this.size = size;
  }

  /**
   * What the frame header says (B.2.2).
   *
   * @param linesAreDue whether the number of lines is told behind the scan
   * @param component its identifier
   * @param table of quantisation
   */
  private record Frame(
      boolean lossless, int precision, boolean linesAreDue, int component, int table) {}

  /**
   * Decodes a frame.
   *
   * @throws CodecException if the data is damaged, has another size, or is of another process
   */
  public static DecodedFrame decode(ByteBuffer frame, FrameSize size) {
    try {
      return new Jpeg(frame, size).decode();
    } catch (BufferUnderflowException e) {
      throw CodecException.damaged(NAME, "a marker segment is too short");
    }
  }

  private DecodedFrame decode() {
    while (true) {
      int marker = stream.marker();
      switch (marker) {
        case BASELINE, EXTENDED, LOSSLESS -> readFrame(marker, stream.segment());
        case JpegStream.TABLE_OF_HUFFMAN_CODES -> readHuffmanTables(stream.segment());
        case JpegStream.TABLE_OF_QUANTIZATION -> readQuantizationTables(stream.segment());
        case JpegStream.RESTART_INTERVAL -> restartInterval = stream.segment().getShort() & 0xFFFF;
        case JpegStream.START_OF_SCAN -> {
          Frame stated = frame;
          if (stated == null) {
            throw stream.damaged("it has no frame header");
          }
          short[] samples = readScan(stream.segment(), stated);
          List<String> warnings = stream.end(stated.linesAreDue, size.height());
          return new DecodedFrame(
              size.width(), size.height(), stated.precision, false, samples, warnings);
        }
        case PROGRESSIVE -> throw CodecException.unsupported("progressive JPEG");
        case 0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF ->
            throw CodecException.unsupported("hierarchical JPEG");
        case 0xC9, 0xCA, 0xCB, 0xCC ->
            throw CodecException.unsupported("JPEG with arithmetic coding");
        default -> {
          if (!JpegStream.isComment(marker)) {
            throw stream.damaged("it has no frame header");
          }
          stream.segment();
        }
      }
    }
  }

  private void readFrame(int marker, ByteBuffer header) {
    int precision = header.get() & 0xFF;
    int lines = header.getShort() & 0xFFFF;
    int columns = header.getShort() & 0xFFFF;
    int components = header.get() & 0xFF;
    int component = header.get() & 0xFF;
    header.get(); // sampling factors do not matter to a single component (A.2.2)
    int table = header.get() & 0xFF;
    size.require(NAME, columns, lines == 0 ? size.height() : lines);
    if (components != 1) {
      throw stream.damaged("it is in colour");
    }
    boolean legal =
        switch (marker) {
          case LOSSLESS -> precision >= 2 && precision <= 16;
          case EXTENDED -> precision == 8 || precision == 12;
          default -> precision == 8;
        };
    if (!legal || frame != null || table > 3) {
      throw stream.damaged("its frame header contradicts itself");
    }
    frame = new Frame(marker == LOSSLESS, precision, lines == 0, component, table);
  }

  private void readQuantizationTables(ByteBuffer definitions) {
    while (definitions.hasRemaining()) {
      int head = definitions.get() & 0xFF;
      int[] table = new int[InverseDct.BLOCK];
      for (int i = 0; i < table.length; i++) {
        table[i] = head >>> 4 == 0 ? definitions.get() & 0xFF : definitions.getShort() & 0xFFFF;
      }
      quantization[destination(head)] = table;
    }
  }

  private void readHuffmanTables(ByteBuffer definitions) {
    while (definitions.hasRemaining()) {
      int head = definitions.get() & 0xFF;
      HuffmanTable[] tables = head >>> 4 == 0 ? dcTables : acTables;
      tables[destination(head)] = new HuffmanTable(definitions);
    }
  }

  private int destination(int head) {
    if (head >>> 4 > 1 || (head & 0xF) > 3) {
      throw stream.damaged("a table has an impossible number");
    }
    return head & 0xF;
  }

  private short[] readScan(ByteBuffer header, Frame frame) {
    int components = header.get() & 0xFF;
    int component = header.get() & 0xFF;
    int tables = header.get() & 0xFF;
    int selection = header.get() & 0xFF;
    header.get();
    int pointTransform = header.get() & 0xF;
    if (components != 1 || component != frame.component) {
      throw stream.damaged("its scan is of other components than its frame");
    }
    HuffmanTable first = defined(dcTables, tables >>> 4);
    if (frame.lossless) {
      return new JpegLossless(
              stream, size, frame.precision, selection, pointTransform, restartInterval, first)
          .decode();
    }
    return new JpegSequential(
            stream,
            size,
            frame.precision,
            restartInterval,
            defined(quantization, frame.table),
            first,
            defined(acTables, tables & 0xF))
        .decode();
  }

  private <T> T defined(T[] tables, int index) {
    if (index >= tables.length || tables[index] == null) {
      throw stream.damaged("a table is missing");
    }
    return tables[index];
  }
}

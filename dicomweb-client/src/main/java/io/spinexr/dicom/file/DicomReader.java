package io.spinexr.dicom.file;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.ReadLimits;
import io.spinexr.dicom.VR;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Reads DICOM files (PS3.10) in any transfer syntax: implicit and explicit, little and big endian,
 * deflated, encapsulated. The values of the data set are views on the bytes read, so that a large
 * image is held once. A file without preamble or without meta information is read if its first
 * element is recognisable.
 */
public final class DicomReader {
  private static final int PREAMBLE = 128;
  private static final int PREFIX = 0x4D434944; // "DICM" in little endian

  private DicomReader() {}

  /**
   * @throws DicomException if the file is not DICOM, damaged, too large or unreadable
   */
  public static DicomFile read(Path file) {
    return read(file, ReadLimits.DEFAULT);
  }

  /**
   * @throws DicomException if the file is not DICOM, damaged, beyond a limit or unreadable
   */
  public static DicomFile read(Path file, ReadLimits limits) {
    try {
      requireSize(Files.size(file), limits);
      return read(ByteBuffer.wrap(Files.readAllBytes(file)), limits);
    } catch (IOException e) {
      throw new DicomException("the file cannot be read: " + e.getClass().getSimpleName(), e);
    }
  }

  /**
   * Reads to the end of the stream and leaves it open.
   *
   * @throws DicomException if the content is not DICOM, damaged or too large
   * @throws IOException of the stream itself
   */
  public static DicomFile read(InputStream stream) throws IOException {
    return read(stream, ReadLimits.DEFAULT);
  }

  /**
   * Reads to the end of the stream and leaves it open.
   *
   * @throws DicomException if the content is not DICOM, damaged or beyond a limit
   * @throws IOException of the stream itself
   */
  public static DicomFile read(InputStream stream, ReadLimits limits) throws IOException {
    byte[] bytes = stream.readNBytes(limits.maxBytes());
    if (bytes.length == limits.maxBytes() && stream.read() >= 0) {
      requireSize(limits.maxBytes() + 1L, limits);
    }
    return read(ByteBuffer.wrap(bytes), limits);
  }

  /**
   * Reads from memory. The data set keeps views on the buffer.
   *
   * @throws DicomException if the content is not DICOM, damaged or beyond a limit
   */
  public static DicomFile read(ByteBuffer content, ReadLimits limits) {
    requireSize(content.remaining(), limits);
    ByteBuffer bytes = content.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (hasPrefix(bytes)) {
      bytes.position(PREAMBLE + 4);
    }
    String declared = new DataSetParser(bytes, limits).transferSyntaxOfMeta();
    String uid = declared.isEmpty() ? recognise(bytes) : declared;
    ByteBuffer body = uid.equals(TransferSyntax.DEFLATED) ? inflate(bytes, limits) : bytes;
    body.order(TransferSyntax.byteOrder(uid));
    DataSetParser parser = new DataSetParser(body, limits);
    DataSet dataSet = parser.dataSet();
    return new DicomFile(uid, dataSet, parser.irregularities());
  }

  private static void requireSize(long bytes, ReadLimits limits) {
    if (bytes > limits.maxBytes()) {
      throw new DicomException(
          "the file is larger than the limit of %d bytes".formatted(limits.maxBytes()));
    }
  }

  private static boolean hasPrefix(ByteBuffer littleEndian) {
    return littleEndian.limit() >= PREAMBLE + 4 && littleEndian.getInt(PREAMBLE) == PREFIX;
  }

  /** The encoding of a data set that no meta information announces, by its first element. */
  private static String recognise(ByteBuffer bytes) {
    if (bytes.remaining() >= 8) {
      int start = bytes.position();
      int group = bytes.getShort(start) & 0xFFFF;
      boolean explicit = VR.of(ascii(bytes, start + 4, 2)).isPresent();
      long implicitLength = bytes.getInt(start + 4) & 0xFFFFFFFFL;
      if (group == 0x0008 && explicit) {
        return TransferSyntax.EXPLICIT_LITTLE_ENDIAN;
      }
      if (group == 0x0008 && implicitLength <= bytes.remaining() - 8) {
        return TransferSyntax.IMPLICIT_LITTLE_ENDIAN;
      }
      if (group == 0x0800 && explicit) {
        return TransferSyntax.EXPLICIT_BIG_ENDIAN;
      }
    }
    throw new DicomException(
        hasPrefix(bytes)
            ? "the file has the prefix DICM, but neither a transfer syntax nor a recognisable first"
                + " element behind it: it is damaged or truncated"
            : "the content is not DICOM: it has neither the prefix DICM nor a recognisable first"
                + " element");
  }

  static String ascii(ByteBuffer bytes, int at, int length) {
    byte[] characters = new byte[length];
    bytes.get(at, characters);
    return new String(characters, StandardCharsets.ISO_8859_1);
  }

  private static ByteBuffer inflate(ByteBuffer deflated, ReadLimits limits) {
    byte[] input = new byte[deflated.remaining()];
    deflated.get(input);
    long cap =
        Math.min(limits.maxBytes(), Math.max(1 << 20, (long) input.length * limits.maxInflation()));
    Inflater inflater = new Inflater(true);
    try {
      // Measured first: what grows while it is filled takes several times the memory.
      byte[] output = new byte[inflatedSize(input, cap, inflater)];
      inflater.reset();
      inflater.setInput(input);
      inflater.inflate(output);
      return ByteBuffer.wrap(output);
    } catch (DataFormatException e) {
      throw new DicomException("the deflated data set is damaged", e);
    } finally {
      inflater.end();
    }
  }

  private static int inflatedSize(byte[] input, long cap, Inflater inflater)
      throws DataFormatException {
    inflater.setInput(input);
    byte[] chunk = new byte[64 << 10];
    while (!inflater.finished()) {
      int count = inflater.inflate(chunk);
      if (count == 0 && !inflater.finished()) {
        throw new DicomException("the deflated data set is truncated");
      }
      if (inflater.getBytesWritten() > cap) {
        throw new DicomException(
            "the deflated data set inflates beyond the limit of %d bytes".formatted(cap));
      }
    }
    return (int) inflater.getBytesWritten();
  }
}

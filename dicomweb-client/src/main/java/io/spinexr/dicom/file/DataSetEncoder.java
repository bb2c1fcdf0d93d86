package io.spinexr.dicom.file;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomCharset;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Element;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.Value;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Encodes a data set (PS3.5 section 7) into a stream. */
final class DataSetEncoder {
  private static final int ITEM = 0xFFFEE000;
  private static final int ITEM_END = 0xFFFEE00D;
  private static final int SEQUENCE_END = 0xFFFEE0DD;
  private static final int UNDEFINED = -1;
  private static final int LONGEST_SHORT = 0xFFFE;

  private final OutputStream out;
  private final ByteOrder order;
  private final boolean implicit;

  DataSetEncoder(OutputStream out, ByteOrder order, boolean implicit) {
    this.out = out;
    this.order = order;
    this.implicit = implicit;
  }

  void write(DataSet dataSet) throws IOException {
    write(dataSet, DicomCharset.DEFAULT);
  }

  private void write(DataSet dataSet, DicomCharset outer) throws IOException {
    DicomCharset charset =
        dataSet.contains(Tag.SpecificCharacterSet)
            ? DicomCharset.of(dataSet.strings(Tag.SpecificCharacterSet))
            : outer;
    for (Element element : dataSet.elements()) {
      boolean isGroupLength = (element.tag() & 0xFFFF) == 0;
      if (!isGroupLength) {
        write(element, charset);
      }
    }
  }

  private void write(Element element, DicomCharset charset) throws IOException {
    if (element.value() instanceof Value.Items items) {
      writeItems(element, items.items(), charset);
    } else if (element.value() instanceof Value.Fragments encapsulated) {
      writeFragments(element, encapsulated.fragments());
    } else if (element.value() instanceof Value.Text text) {
      writeText(element, text.values(), charset);
    } else if (element.value() instanceof Value.Raw raw) {
      if (element.vr().kind() == VR.Kind.TEXT && !raw.charset().equals(charset)) {
        writeText(element, element.strings(), charset);
      } else {
        writeBytes(element, raw.view());
      }
    } else {
      throw new DicomException(
          Tag.describe(element.tag()) + " was left in the archive and cannot be written");
    }
  }

  private void writeText(Element element, List<String> values, DicomCharset charset)
      throws IOException {
    DicomCharset used = element.vr().kind() == VR.Kind.TEXT ? charset : DicomCharset.DEFAULT;
    writeBytes(element, ByteBuffer.wrap(used.encode(element.tag(), String.join("\\", values))));
  }

  /** In an explicit encoding a value too long for its representation is UN (PS3.5 6.2.2). */
  private void writeBytes(Element element, ByteBuffer value) throws IOException {
    int length = value.remaining() + (value.remaining() & 1);
    boolean tooLong = !implicit && !element.vr().hasLongLength() && length > LONGEST_SHORT;
    writeHeader(element.tag(), tooLong ? VR.UN : element.vr(), length);
    int unit = element.vr().unit();
    ByteOrder wanted = tooLong ? ByteOrder.LITTLE_ENDIAN : order;
    if (unit == 1 || value.order() == wanted) {
      writeAll(value);
    } else {
      writeSwapped(value, unit);
    }
    if (length > value.limit()) {
      out.write(element.vr().padding());
    }
  }

  private void writeAll(ByteBuffer value) throws IOException {
    byte[] chunk = new byte[Math.min(value.remaining(), 64 << 10)];
    while (value.hasRemaining()) {
      int count = Math.min(chunk.length, value.remaining());
      value.get(chunk, 0, count);
      out.write(chunk, 0, count);
    }
  }

  private void writeSwapped(ByteBuffer value, int unit) throws IOException {
    byte[] number = new byte[unit];
    while (value.remaining() >= unit) {
      for (int i = unit - 1; i >= 0; i--) {
        number[i] = value.get();
      }
      out.write(number);
    }
    writeAll(value);
  }

  private void writeItems(Element sequence, List<DataSet> items, DicomCharset charset)
      throws IOException {
    writeHeader(sequence.tag(), VR.SQ, items.isEmpty() ? 0 : UNDEFINED);
    for (DataSet item : items) {
      writeDelimiter(ITEM, UNDEFINED);
      write(item, charset);
      writeDelimiter(ITEM_END, 0);
    }
    if (!items.isEmpty()) {
      writeDelimiter(SEQUENCE_END, 0);
    }
  }

  private void writeFragments(Element pixelData, List<ByteBuffer> fragments) throws IOException {
    writeHeader(pixelData.tag(), pixelData.vr(), UNDEFINED);
    for (ByteBuffer fragment : fragments) {
      ByteBuffer bytes = fragment.duplicate();
      int odd = bytes.remaining() & 1;
      writeDelimiter(ITEM, bytes.remaining() + odd);
      writeAll(bytes);
      if (odd == 1) {
        out.write(0);
      }
    }
    writeDelimiter(SEQUENCE_END, 0);
  }

  private void writeDelimiter(int tag, int length) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(8).order(order);
    header.putShort((short) (tag >>> 16)).putShort((short) tag).putInt(length);
    out.write(header.array());
  }

  private void writeHeader(int tag, VR vr, int length) throws IOException {
    if (implicit) {
      writeDelimiter(tag, length);
      return;
    }
    ByteBuffer header = ByteBuffer.allocate(vr.hasLongLength() ? 12 : 8).order(order);
    header.putShort((short) (tag >>> 16)).putShort((short) tag);
    header.put((byte) vr.name().charAt(0)).put((byte) vr.name().charAt(1));
    if (vr.hasLongLength()) {
      header.putShort((short) 0).putInt(length);
    } else {
      header.putShort((short) length);
    }
    out.write(header.array());
  }
}

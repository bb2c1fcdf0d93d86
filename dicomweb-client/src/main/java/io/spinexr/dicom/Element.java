package io.spinexr.dicom;

import io.spinexr.text.PortableText;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One attribute of a data set, and how its value is decoded (PS3.5 section 6.2). */
public record Element(int tag, VR vr, Value value) {
  /** A value of many letters or numbers takes many times its bytes when it is decoded. */
  private static final int LONGEST_DECODED = 1 << 20;

  /** All values as text without padding; numbers in decimal; nothing if the value is elsewhere. */
  public List<String> strings() {
    if (value instanceof Value.Text text) {
      return text.values();
    }
    if (value instanceof Value.Raw raw && vr.isString()) {
      return decodeText(raw);
    }
    if (vr.kind() == VR.Kind.NUMBER) {
      return numbers().stream().map(Number::toString).toList();
    }
    if (value instanceof Value.BulkData) {
      return List.of();
    }
    throw wrongKind("text");
  }

  private List<String> decodeText(Value.Raw raw) {
    requireShort(raw);
    DicomCharset charset = vr.kind() == VR.Kind.TEXT ? raw.charset() : DicomCharset.DEFAULT;
    String delimiters = vr.isSingleText() ? "\r\n\f\t" : vr == VR.PN ? "\\^=" : "\\";
    String text = charset.decode(raw.view(), delimiters);
    return values(vr, text);
  }

  private void requireShort(Value.Raw raw) {
    if (raw.bytes().remaining() > LONGEST_DECODED) {
      throw new DicomException(
          "%s has %d bytes, more than the limit of %d for text and numbers"
              .formatted(Tag.describe(tag), raw.bytes().remaining(), LONGEST_DECODED));
    }
  }

  /**
   * The values in a text as an element holds it, without padding, and with U+FFFD for each
   * character that not every place could hold where they may go.
   */
  static List<String> values(VR vr, String text) {
    if (vr.isSingleText()) {
      String trimmed = PortableText.of(trimEnd(text));
      return trimmed.isEmpty() ? List.of() : List.of(trimmed);
    }
    String[] values = text.split("\\\\", -1);
    boolean leadingCounts = vr == VR.UC;
    Arrays.setAll(
        values,
        i ->
            PortableText.of(
                leadingCounts ? trimEnd(values[i]) : trimEnd(values[i]).stripLeading()));
    return values.length == 1 && values[0].isEmpty() ? List.of() : List.of(values);
  }

  private static String trimEnd(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == 0)) {
      end--;
    }
    return text.substring(0, end);
  }

  /**
   * All values as numbers: of an integer representation Long (UV: BigInteger), else Float or
   * Double.
   */
  List<Number> numbers() {
    if (value instanceof Value.BulkData) {
      return List.of();
    }
    if (vr.kind() != VR.Kind.NUMBER || !(value instanceof Value.Raw raw)) {
      throw wrongKind("numbers");
    }
    requireShort(raw);
    ByteBuffer bytes = raw.view();
    if (bytes.remaining() % vr.numberBytes() != 0) {
      throw new DicomException(
          "%s has %d bytes, which is no whole number of %s values"
              .formatted(Tag.describe(tag), bytes.remaining(), vr));
    }
    List<Number> numbers = new ArrayList<>(bytes.remaining() / vr.numberBytes());
    while (bytes.hasRemaining()) {
      numbers.add(next(bytes));
    }
    return numbers;
  }

  private Number next(ByteBuffer bytes) {
    return switch (vr) {
      case AT -> (bytes.getShort() & 0xFFFFL) << 16 | bytes.getShort() & 0xFFFFL;
      case FD -> bytes.getDouble();
      case FL -> bytes.getFloat();
      case SL -> (long) bytes.getInt();
      case SS -> (long) bytes.getShort();
      case SV -> bytes.getLong();
      case UL -> bytes.getInt() & 0xFFFFFFFFL;
      case US -> bytes.getShort() & 0xFFFFL;
      case UV -> new BigInteger(Long.toUnsignedString(bytes.getLong()));
      default -> throw wrongKind("numbers");
    };
  }

  DicomException wrongKind(String wanted) {
    return new DicomException(
        "%s has the representation %s and does not hold %s"
            .formatted(Tag.describe(tag), vr, wanted));
  }
}

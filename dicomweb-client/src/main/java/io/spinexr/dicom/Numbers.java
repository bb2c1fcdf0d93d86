package io.spinexr.dicom;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;

/** Numbers as elements hold them: binary in little endian, or decimal text. */
final class Numbers {
  private static final int MOST_DIGITS = 40;

  /** DS and IS have at most 16 characters (PS3.5 table 6.2-1); some writers spend more. */
  private static final int LONGEST_TEXT = 64;

  private Numbers() {}

  /**
   * @return the text
   * @throws NumberFormatException if it is so long that to read it as a number could take hours
   */
  static String requireShort(String text) {
    if (text.length() > LONGEST_TEXT) {
      throw new NumberFormatException("too long");
    }
    return text;
  }

  /**
   * @throws DicomException if a number does not fit the representation
   */
  static ByteBuffer encode(int tag, VR vr, Collection<? extends Number> values) {
    if (vr.kind() != VR.Kind.NUMBER) {
      throw new DicomException(
          "%s has the representation %s and does not hold numbers"
              .formatted(Tag.describe(tag), vr));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate(values.size() * vr.numberBytes()).order(ByteOrder.LITTLE_ENDIAN);
    values.forEach(value -> encode(tag, vr, value, bytes));
    return bytes.flip();
  }

  private static void encode(int tag, VR vr, Number value, ByteBuffer bytes) {
    switch (vr) {
      case FD -> bytes.putDouble(value.doubleValue());
      case FL -> bytes.putFloat(value.floatValue());
      case AT -> {
        long attribute = within(tag, vr, value, 32, false);
        bytes.putShort((short) (attribute >>> 16)).putShort((short) attribute);
      }
      case SS -> bytes.putShort((short) within(tag, vr, value, 16, true));
      case US -> bytes.putShort((short) within(tag, vr, value, 16, false));
      case SL -> bytes.putInt((int) within(tag, vr, value, 32, true));
      case UL -> bytes.putInt((int) within(tag, vr, value, 32, false));
      case SV -> bytes.putLong(within(tag, vr, value, 64, true));
      default -> bytes.putLong(within(tag, vr, value, 64, false));
    }
  }

  private static long within(int tag, VR vr, Number value, int bits, boolean signed) {
    BigInteger integer;
    try {
      BigDecimal decimal = new BigDecimal(value.toString());
      // Spares the expansion of exponents like 1E999999999.
      if (Math.abs((long) decimal.precision() - decimal.scale()) > MOST_DIGITS) {
        throw new ArithmeticException("too large or too small");
      }
      integer = decimal.toBigIntegerExact();
    } catch (NumberFormatException | ArithmeticException e) {
      throw new DicomException(Tag.describe(tag) + " is no integer", e);
    }
    boolean fits =
        signed ? integer.bitLength() < bits : integer.signum() >= 0 && integer.bitLength() <= bits;
    if (!fits) {
      throw new DicomException(
          "%s does not fit the representation %s".formatted(Tag.describe(tag), vr));
    }
    return integer.longValue();
  }

  /** A DS has at most 16 characters (PS3.5 table 6.2-1), so it may lose digits. */
  static List<String> toText(int tag, VR vr, Collection<? extends Number> values) {
    if (vr != VR.DS && vr != VR.IS) {
      throw new DicomException(
          "%s has the representation %s and does not hold numbers"
              .formatted(Tag.describe(tag), vr));
    }
    return values.stream().map(value -> toText(tag, value)).toList();
  }

  private static String toText(int tag, Number value) {
    try {
      BigDecimal decimal = new BigDecimal(value.toString()).stripTrailingZeros();
      String plain = decimal.toPlainString();
      return plain.length() <= 16 ? plain : decimal.round(new MathContext(10)).toString();
    } catch (NumberFormatException e) {
      throw new DicomException(Tag.describe(tag) + " is no finite number", e);
    }
  }
}

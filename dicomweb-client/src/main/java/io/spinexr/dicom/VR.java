package io.spinexr.dicom;

import static io.spinexr.dicom.VR.Kind.ASCII;
import static io.spinexr.dicom.VR.Kind.BINARY;
import static io.spinexr.dicom.VR.Kind.NUMBER;
import static io.spinexr.dicom.VR.Kind.SEQUENCE;
import static io.spinexr.dicom.VR.Kind.TEXT;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The value representations of PS3.5 section 6.2. */
public enum VR {
  AE(ASCII, 1),
  AS(ASCII, 1),
  AT(NUMBER, 2),
  CS(ASCII, 1),
  DA(ASCII, 1),
  DS(ASCII, 1),
  DT(ASCII, 1),
  FD(NUMBER, 8),
  FL(NUMBER, 4),
  IS(ASCII, 1),
  LO(TEXT, 1),
  LT(TEXT, 1),
  OB(BINARY, 1),
  OD(BINARY, 8),
  OF(BINARY, 4),
  OL(BINARY, 4),
  OV(BINARY, 8),
  OW(BINARY, 2),
  PN(TEXT, 1),
  SH(TEXT, 1),
  SL(NUMBER, 4),
  SQ(SEQUENCE, 1),
  SS(NUMBER, 2),
  ST(TEXT, 1),
  SV(NUMBER, 8),
  TM(ASCII, 1),
  UC(TEXT, 1),
  UI(ASCII, 1),
  UL(NUMBER, 4),
  UN(BINARY, 1),
  UR(ASCII, 1),
  US(NUMBER, 2),
  UT(TEXT, 1),
  UV(NUMBER, 8);

  /** How a value is encoded: {@code TEXT} depends on the Specific Character Set, ASCII does not. */
  public enum Kind {
    ASCII,
    TEXT,
    NUMBER,
    BINARY,
    SEQUENCE
  }

  private static final Map<String, VR> BY_NAME =
      Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(VR::name, Function.identity()));

  private final Kind kind;
  private final int unit;

  VR(Kind kind, int unit) {
    this.kind = kind;
    this.unit = unit;
  }

  public static Optional<VR> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  public Kind kind() {
    return kind;
  }

  boolean isString() {
    return kind == ASCII || kind == TEXT;
  }

  /** Whether the value is one text in which a backslash is a character, not a separator. */
  boolean isSingleText() {
    return this == LT || this == ST || this == UT || this == UR;
  }

  /** Bytes whose order depends on the byte order of the transfer syntax. */
  public int unit() {
    return unit;
  }

  /** Bytes of one number (an AT is two units). */
  int numberBytes() {
    return this == AT ? 4 : unit;
  }

  /** Whether explicit encodings give it a length of 32 bits (PS3.5 table 7.1-1). */
  public boolean hasLongLength() {
    return kind == BINARY
        || kind == SEQUENCE
        || this == SV
        || this == UC
        || this == UR
        || this == UT
        || this == UV;
  }

  public byte padding() {
    return (byte) (isString() && this != UI ? ' ' : 0);
  }
}

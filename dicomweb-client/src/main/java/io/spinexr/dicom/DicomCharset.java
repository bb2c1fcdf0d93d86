package io.spinexr.dicom;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * How the text of a data set is encoded: Specific Character Set (0008,0005), PS3.3 C.12.1.1.2 and
 * PS3.5 section 6.1. Bytes that mean nothing become U+FFFD; a character set that is not defined is
 * read as Latin-1, as the letters of most names survive it.
 *
 * @param initial what a value starts with
 * @param extended whether escape sequences of ISO 2022 switch to other sets
 */
public record DicomCharset(Charset initial, boolean extended) {
  private static final byte ESCAPE = 0x1B;

  /** ISO IR 6. Latin-1 is a superset and keeps bytes that should not be there. */
  public static final DicomCharset DEFAULT = new DicomCharset(StandardCharsets.ISO_8859_1, false);

  static final DicomCharset UTF_8 = new DicomCharset(StandardCharsets.UTF_8, false);

  private static final Map<String, String> BY_DEFINED_TERM =
      Map.ofEntries(
          Map.entry("IR 6", "ISO-8859-1"),
          Map.entry("IR 13", "Shift_JIS"),
          Map.entry("IR 100", "ISO-8859-1"),
          Map.entry("IR 101", "ISO-8859-2"),
          Map.entry("IR 109", "ISO-8859-3"),
          Map.entry("IR 110", "ISO-8859-4"),
          Map.entry("IR 126", "ISO-8859-7"),
          Map.entry("IR 127", "ISO-8859-6"),
          Map.entry("IR 138", "ISO-8859-8"),
          Map.entry("IR 144", "ISO-8859-5"),
          Map.entry("IR 148", "ISO-8859-9"),
          Map.entry("IR 166", "TIS-620"),
          Map.entry("IR 203", "ISO-8859-15"),
          Map.entry("IR 192", "UTF-8"),
          Map.entry("GB18030", "GB18030"),
          Map.entry("GBK", "GBK"));

  /** PS3.3 tables C.12-3 and C.12-4: the characters after ESC, and what they switch to. */
  private static final Map<String, String> BY_ESCAPE =
      Map.ofEntries(
          Map.entry("(B", "ISO-8859-1"),
          Map.entry("-A", "ISO-8859-1"),
          Map.entry("-b", "ISO-8859-15"),
          Map.entry(")I", "Shift_JIS"),
          Map.entry("(J", "Shift_JIS"),
          Map.entry("-B", "ISO-8859-2"),
          Map.entry("-C", "ISO-8859-3"),
          Map.entry("-D", "ISO-8859-4"),
          Map.entry("-F", "ISO-8859-7"),
          Map.entry("-G", "ISO-8859-6"),
          Map.entry("-H", "ISO-8859-8"),
          Map.entry("-L", "ISO-8859-5"),
          Map.entry("-M", "ISO-8859-9"),
          Map.entry("-T", "TIS-620"),
          Map.entry("$B", "x-JIS0208"),
          Map.entry("$(D", "JIS_X0212-1990"),
          Map.entry("$)C", "EUC-KR"),
          Map.entry("$)A", "GB2312"));

  /** Sets of two bytes in G0: in them a byte that looks like a delimiter is half a character. */
  private static final List<String> TWO_BYTES_IN_G0 = List.of("$B", "$(D");

  public static DicomCharset of(List<String> specificCharacterSet) {
    String first = specificCharacterSet.isEmpty() ? "" : specificCharacterSet.get(0);
    String term = first.replaceFirst("^ISO[_ ](2022 )?", "");
    Charset initial = Charset.forName(BY_DEFINED_TERM.getOrDefault(term, "ISO-8859-1"));
    return new DicomCharset(
        initial, specificCharacterSet.size() > 1 || first.startsWith("ISO 2022"));
  }

  /**
   * @param delimiters characters that end what an escape sequence switched to (PS3.5 6.1.2.5.3)
   */
  String decode(ByteBuffer encoded, String delimiters) {
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    int escape = extended ? indexOf(bytes, ESCAPE, 0) : -1;
    if (escape < 0) {
      return new String(bytes, initial);
    }
    StringBuilder text = new StringBuilder(new String(bytes, 0, escape, initial));
    while (escape < bytes.length) {
      int next = indexOf(bytes, ESCAPE, escape + 1);
      int end = next < 0 ? bytes.length : next;
      decodeEscaped(bytes, escape + 1, end, delimiters, text);
      escape = end;
    }
    return text.toString();
  }

  private void decodeEscaped(
      byte[] bytes, int start, int end, String delimiters, StringBuilder text) {
    String code = escapeCode(bytes, start, end);
    int from = start + code.length();
    Charset charset = code.isEmpty() ? initial : Charset.forName(BY_ESCAPE.get(code));
    int switchBack = TWO_BYTES_IN_G0.contains(code) ? end : from;
    while (switchBack < end && delimiters.indexOf(bytes[switchBack] & 0xFF) < 0) {
      switchBack++;
    }
    text.append(new String(bytes, from, switchBack - from, charset));
    text.append(new String(bytes, switchBack, end - switchBack, initial));
  }

  private static String escapeCode(byte[] bytes, int start, int end) {
    for (int length = 2; length <= 3 && start + length <= end; length++) {
      String code = new String(bytes, start, length, StandardCharsets.ISO_8859_1);
      if (BY_ESCAPE.containsKey(code)) {
        return code;
      }
    }
    return "";
  }

  private static int indexOf(byte[] bytes, byte wanted, int from) {
    for (int i = from; i < bytes.length; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The text in the initial set.
   *
   * @throws DicomException if the set lacks one of its characters
   */
  public byte[] encode(int tag, String text) {
    try {
      ByteBuffer encoded =
          initial
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      return bytes;
    } catch (CharacterCodingException e) {
      throw new DicomException(
          Tag.describe(tag)
              + " has a character that the data set's Specific Character Set lacks: "
              + "declare ISO_IR 192 (UTF-8)",
          e);
    }
  }
}

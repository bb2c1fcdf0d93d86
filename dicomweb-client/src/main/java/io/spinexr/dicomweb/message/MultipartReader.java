package io.spinexr.dicomweb.message;

import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a multipart body (RFC 2046 section 5.1) part by part as it arrives, in constant memory.
 * What a part's headers say about its length is not trusted: the boundary alone ends a part, and a
 * body that ends without the closing boundary is malformed.
 */
public final class MultipartReader {
  private static final int BUFFER_SIZE = 1 << 16;
  private static final int MAX_HEADER_BYTES = 1 << 14;
  private static final int MAX_BOUNDARY = 256;

  /**
   * One part; its body is to be read before the next part is asked for.
   *
   * @param headers by lower-case name
   */
  public record Part(Map<String, String> headers, InputStream body) {
    public MediaType contentType() {
      return MediaType.parse(headers.getOrDefault("content-type", ""));
    }
  }

  private final InputStream in;

  /** Empty until it is read from the body. */
  private byte[] delimiter = {};

  private final byte[] buffer = new byte[BUFFER_SIZE];
  private int start;
  private int end;

  /** No delimiter starts in {@code buffer[start, clean)}. */
  private int clean;

  private boolean finished;

  /**
   * @param contentType of the body; where it does not name the boundary, or in quotes of its own
   *     kind, the first line of the body is taken for it
   * @throws DicomWebException (MALFORMED) if it is not multipart or its boundary is too long
   */
  public MultipartReader(MediaType contentType, InputStream in) {
    String boundary = contentType.parameter("boundary").orElse("");
    if (!contentType.name().startsWith("multipart/")) {
      throw malformed("expected a multipart body, not %s".formatted(printable(contentType)));
    }
    if (boundary.length() > MAX_BOUNDARY) {
      throw noBoundary();
    }
    this.in = in;
    if (!boundary.isEmpty() && !boundary.startsWith("'")) {
      this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    }
    // The first boundary may stand at the very start: let it look like every other.
    buffer[end++] = '\r';
    buffer[end++] = '\n';
  }

  /**
   * The next part, after skipping what is left of the current one; empty once the closing boundary
   * was seen.
   *
   * @throws DicomWebException (MALFORMED) if the body ends without the closing boundary
   */
  public Optional<Part> next() throws IOException {
    if (finished) {
      return Optional.empty();
    }
    if (delimiter.length == 0) {
      delimiter = firstLine();
    }
    while (safeBytes() > 0) {
      start = clean;
    }
    start += delimiter.length;
    clean = start;
    int first = readByte();
    int second = readByte();
    if (first == '-' && second == '-') {
      finished = true;
      return Optional.empty();
    }
    String rest = second == '\n' ? "" : (char) second + readLine();
    if (!((char) first + rest).isBlank()) {
      throw malformed("a multipart boundary is followed by text");
    }
    return Optional.of(new Part(readHeaders(), new Body()));
  }

  /** The first line that is not empty, with the line break before it. */
  private byte[] firstLine() throws IOException {
    while (true) {
      String begin = new String(buffer, 0, end, StandardCharsets.ISO_8859_1);
      String text = begin.stripLeading();
      int length = text.indexOf('\n');
      if (length >= 0 && text.startsWith("--") && length <= MAX_BOUNDARY + 3) {
        return ("\r\n" + text.substring(0, length).stripTrailing())
            .getBytes(StandardCharsets.ISO_8859_1);
      }
      int count = in.read(buffer, end, buffer.length - end);
      if (count < 0 || length >= 0 || end > 2 * MAX_BOUNDARY) {
        throw noBoundary();
      }
      end += count;
    }
  }

  private Map<String, String> readHeaders() throws IOException {
    Map<String, String> headers = new HashMap<>();
    int size = 0;
    for (String line = readLine(); !line.isEmpty(); line = readLine()) {
      int colon = line.indexOf(':');
      size += line.length();
      if (colon < 1 || size > MAX_HEADER_BYTES) {
        throw malformed("a multipart part has headers that cannot be read");
      }
      headers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
    return Map.copyOf(headers);
  }

  private String readLine() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = readByte(); b != '\n'; b = readByte()) {
      if (line.length() == MAX_HEADER_BYTES) {
        throw malformed("a multipart part has headers that cannot be read");
      }
      line.append((char) b);
    }
    int length = line.length();
    return length > 0 && line.charAt(length - 1) == '\r'
        ? line.substring(0, length - 1)
        : line.toString();
  }

  private int readByte() throws IOException {
    if (start == end) {
      fill();
    }
    clean = Math.max(clean, start + 1);
    return buffer[start++] & 0xFF;
  }

  /** How many bytes from {@code start} on belong to the part; 0 at a delimiter. */
  private int safeBytes() throws IOException {
    while (clean == start) {
      int last = end - delimiter.length;
      while (clean <= last && !delimiterAt(clean)) {
        clean++;
      }
      if (clean == start) {
        if (clean <= last) {
          return 0;
        }
        fill();
      }
    }
    return clean - start;
  }

  private boolean delimiterAt(int position) {
    for (int i = 0; i < delimiter.length; i++) {
      if (buffer[position + i] != delimiter[i]) {
        return false;
      }
    }
    return true;
  }

  private void fill() throws IOException {
    System.arraycopy(buffer, start, buffer, 0, end - start);
    end -= start;
    clean -= start;
    start = 0;
    int count = in.read(buffer, end, buffer.length - end);
    if (count < 0) {
      throw malformed("a multipart body ends without its closing boundary");
    }
    end += count;
  }

  private static DicomWebException noBoundary() {
    return malformed("a multipart body needs a boundary of 1 to 256 characters");
  }

  private static DicomWebException malformed(String message) {
    return new DicomWebException(Kind.MALFORMED, message);
  }

  private static String printable(MediaType type) {
    return type.name().matches("[a-z0-9.+-]+/[a-z0-9.+-]+") ? type.name() : "an unknown type";
  }

  private final class Body extends InputStream {
    @Override
    public int read() throws IOException {
      return safeBytes() == 0 ? -1 : buffer[start++] & 0xFF;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      int count = Math.min(length, safeBytes());
      if (count == 0) {
        return -1;
      }
      System.arraycopy(buffer, start, target, offset, count);
      start += count;
      return count;
    }
  }
}

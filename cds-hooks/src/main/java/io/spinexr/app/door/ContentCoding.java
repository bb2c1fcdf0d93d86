package io.spinexr.app.door;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.springframework.util.FastByteArrayOutputStream;

/** How bodies are packed (RFC 9110, 8.4). */
final class ContentCoding {
  static final Refusal UNKNOWN =
      new Refusal(
          415, "not-supported", "Content-Encoding must be gzip or absent, and gzip only once");

  private static final Refusal DAMAGED =
      new Refusal(
          400, "structure", "the body is damaged: it is not what Content-Encoding says, gzip");

  private ContentCoding() {}

  /** What the headers name, in lower case. */
  private static List<String> codings(HttpServletRequest request) {
    return Collections.list(request.getHeaders("Content-Encoding")).stream()
        .flatMap(header -> List.of(header.split("[\\s,]+")).stream())
        .map(coding -> coding.toLowerCase(Locale.ROOT))
        .filter(coding -> !coding.isEmpty() && !coding.equals("identity"))
        .toList();
  }

  static boolean isKnown(HttpServletRequest request) {
    List<String> codings = codings(request);
    return codings.isEmpty() || isGzip(codings);
  }

  static boolean isPacked(HttpServletRequest request) {
    return !codings(request).isEmpty();
  }

  /** RFC 9110, 8.4.1.3: x-gzip means gzip. */
  private static boolean isGzip(List<String> codings) {
    return codings.equals(List.of("gzip")) || codings.equals(List.of("x-gzip"));
  }

  /**
   * Unpacks, but never more than shows that it is too long.
   *
   * @return why that cannot be done, if so
   */
  static Optional<Refusal> unpack(
      InputStream packed,
      FastByteArrayOutputStream plain,
      BodyMemory.Lease lease,
      long limit,
      Refusal tooLong) {
    byte[] chunk = new byte[8192];
    try (InputStream unpacked = new GZIPInputStream(packed)) {
      for (int count = unpacked.read(chunk); count >= 0; count = unpacked.read(chunk)) {
        if (plain.size() + count > limit) {
          return Optional.of(tooLong);
        }
        if (!lease.take(count)) {
          return Optional.of(BodyMemory.FULL);
        }
        plain.write(chunk, 0, count);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(DAMAGED);
    }
  }
}

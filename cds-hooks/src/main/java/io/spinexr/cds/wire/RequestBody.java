package io.spinexr.cds.wire;

import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * Reads request bodies, plain or gzipped.
 *
 * @param limit longest body in bytes, both as it comes and as it is when unpacked
 */
public record RequestBody(int limit) {
  private static final Pattern COMMA = Pattern.compile("[\\s,]+");

  /**
   * The body as its sender wrote it before packing.
   *
   * @throws CdsException 413 as soon as it is longer than allowed, 415 for another encoding than
   *     gzip, 400 when it breaks off or is damaged
   */
  public byte[] read(InputStream body, ContainerRequestContext http) {
    boolean gzip = isGzip(http);
    if (http.getLength() > limit) {
      throw CdsException.tooLarge(limit);
    }
    byte[] sent = bounded(body, "the body ended before it was complete");
    if (!gzip) {
      return sent;
    }
    String damaged = "the body is damaged: it is not what Content-Encoding says, gzip";
    try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(sent))) {
      return bounded(unpacked, damaged);
    } catch (IOException e) {
      throw CdsException.malformed(damaged);
    }
  }

  private static boolean isGzip(ContainerRequestContext http) {
    List<String> encodings =
        COMMA
            .splitAsStream(
                Optional.ofNullable(http.getHeaderString(HttpHeaders.CONTENT_ENCODING)).orElse(""))
            .map(encoding -> encoding.toLowerCase(Locale.ROOT))
            .filter(encoding -> !encoding.isEmpty() && !encoding.equals("identity"))
            .toList();
    // RFC 9110, 8.4.1.3: x-gzip means gzip.
    if (encodings.isEmpty()) {
      return false;
    }
    if (encodings.equals(List.of("gzip")) || encodings.equals(List.of("x-gzip"))) {
      return true;
    }
    throw CdsException.unsupportedEncoding();
  }

  /** Everything, but never one byte more than shows that it is too long. */
  private byte[] bounded(InputStream in, String whenBroken) {
    try {
      byte[] bytes = in.readNBytes(limit + 1);
      if (bytes.length > limit) {
        throw CdsException.tooLarge(limit);
      }
      return bytes;
    } catch (IOException e) {
      throw CdsException.malformed(whenBroken);
    }
  }
}

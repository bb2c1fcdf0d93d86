package io.spinexr.app.door;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FastByteArrayOutputStream;

/** A request whose body is here, unpacked. */
final class ReceivedRequest extends HttpServletRequestWrapper {
  private static final String ENCODING = "Content-Encoding";
  private static final String LENGTH = "Content-Length";
  private static final String FORM = "application/x-www-form-urlencoded";

  private final FastByteArrayOutputStream body;
  private final ServletInputStream stream;

  ReceivedRequest(HttpServletRequest request, FastByteArrayOutputStream body) {
    super(request);
    this.body = body;
    this.stream = new Bytes(body.getInputStream());
  }

  @Override
  public ServletInputStream getInputStream() {
    return stream;
  }

  @Override
  public BufferedReader getReader() throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            stream,
            Objects.requireNonNullElse(
                getCharacterEncoding(), StandardCharsets.ISO_8859_1.name())));
  }

  @Override
  public int getContentLength() {
    return body.size();
  }

  @Override
  public long getContentLengthLong() {
    return body.size();
  }

  @Override
  public @Nullable String getHeader(String name) {
    if (name.equalsIgnoreCase(ENCODING)) {
      return null;
    }
    return name.equalsIgnoreCase(LENGTH) ? Integer.toString(body.size()) : super.getHeader(name);
  }

  @Override
  public Enumeration<String> getHeaders(String name) {
    if (name.equalsIgnoreCase(ENCODING) || name.equalsIgnoreCase(LENGTH)) {
      @Nullable String value = getHeader(name);
      return Collections.enumeration(value == null ? List.of() : List.of(value));
    }
    return super.getHeaders(name);
  }

  @Override
  public Enumeration<String> getHeaderNames() {
    return Collections.enumeration(
        Collections.list(super.getHeaderNames()).stream()
            .filter(name -> !name.equalsIgnoreCase(ENCODING))
            .toList());
  }

  /** Those of the address, and of the body if it is a form: the container cannot read it again. */
  @Override
  public Map<String, String[]> getParameterMap() {
    Map<String, String[]> parameters = new LinkedHashMap<>(super.getParameterMap());
    if (Objects.requireNonNullElse(getContentType(), "")
        .toLowerCase(Locale.ROOT)
        .startsWith(FORM)) {
      for (String field : body.toString(StandardCharsets.UTF_8).split("&")) {
        int equals = field.indexOf('=');
        parameters.merge(
            decoded(equals < 0 ? field : field.substring(0, equals)),
            new String[] {decoded(equals < 0 ? "" : field.substring(equals + 1))},
            ReceivedRequest::joined);
      }
    }
    return parameters;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // as a field of a form that nobody understands
    }
  }

  private static String[] joined(String[] some, String[] more) {
    return Stream.of(some, more).flatMap(Arrays::stream).toArray(String[]::new);
  }

  @Override
  public @Nullable String getParameter(String name) {
    String[] values = getParameterMap().get(name);
    return values == null ? null : values[0];
  }

  @Override
  public String @Nullable [] getParameterValues(String name) {
    return getParameterMap().get(name);
  }

  @Override
  public Enumeration<String> getParameterNames() {
    return Collections.enumeration(getParameterMap().keySet());
  }

  private static final class Bytes extends ServletInputStream {
    private final InputStream bytes;

    private Bytes(InputStream bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() throws IOException {
      return bytes.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      return bytes.read(into, offset, length);
    }

    @Override
    public int available() throws IOException {
      return bytes.available();
    }

    @Override
    public boolean isFinished() {
      try {
        return bytes.available() == 0;
      } catch (IOException e) {
        return true; // bytes in memory have none
      }
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public void setReadListener(ReadListener listener) {
      throw new IllegalStateException("the body is here; read it");
    }
  }
}

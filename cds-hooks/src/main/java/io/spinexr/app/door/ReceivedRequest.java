package io.spinexr.app.door;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.util.FastByteArrayOutputStream;

/** A request whose body is here, unpacked. */
final class ReceivedRequest extends HttpServletRequestWrapper {
  private static final String ENCODING = "Content-Encoding";
  private static final String LENGTH = "Content-Length";

  private final byte[] body;
  private final ServletInputStream stream;
  private @Nullable Map<String, String[]> parameters;

  ReceivedRequest(HttpServletRequest request, FastByteArrayOutputStream body) {
    super(request);
    // In one array: its parts could not be read by two at a time.
    this.body = body.toByteArrayUnsafe();
    this.stream = new Bytes(new ByteArrayInputStream(this.body));
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
    return body.length;
  }

  @Override
  public long getContentLengthLong() {
    return body.length;
  }

  @Override
  public @Nullable String getHeader(String name) {
    if (name.equalsIgnoreCase(ENCODING)) {
      return null;
    }
    return name.equalsIgnoreCase(LENGTH) ? Integer.toString(body.length) : super.getHeader(name);
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
    Map<String, String[]> known = parameters;
    if (known == null) {
      known = Collections.unmodifiableMap(readParameters());
      parameters = known;
    }
    return known;
  }

  private Map<String, String[]> readParameters() {
    Map<String, List<String>> values = new LinkedHashMap<>();
    super.getParameterMap()
        .forEach((name, ofAddress) -> values.put(name, new ArrayList<>(List.of(ofAddress))));
    if (BodyLimits.isForm(this)) {
      for (String field : new String(body, StandardCharsets.UTF_8).split("&")) {
        int equals = field.indexOf('=');
        values
            .computeIfAbsent(
                decoded(equals < 0 ? field : field.substring(0, equals)), n -> new ArrayList<>())
            .add(decoded(equals < 0 ? "" : field.substring(equals + 1)));
      }
    }
    Map<String, String[]> read = new LinkedHashMap<>();
    values.forEach((name, all) -> read.put(name, all.toArray(String[]::new)));
    return read;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text; // as a field of a form that nobody understands
    }
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

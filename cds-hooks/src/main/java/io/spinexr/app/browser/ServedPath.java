package io.spinexr.app.browser;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Objects;

/** The path of a request as the servlets see it: decoded and normalised. */
public final class ServedPath {
  private ServedPath() {}

  /** Begins with a slash. */
  public static String of(HttpServletRequest request) {
    String path = request.getServletPath() + Objects.requireNonNullElse(request.getPathInfo(), "");
    return path.isEmpty() ? "/" : path;
  }
}

package io.spinexr.app.browser;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Set;

/**
 * On loopback, answers only requests that name this machine or the public address as their host.
 * Otherwise a web page anywhere could point its own name at loopback and read everything through
 * the browser of someone who works here (DNS rebinding).
 */
public final class KnownHosts implements Filter {
  /** This machine by its literal names and addresses. */
  static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final String publicHost;

  public KnownHosts(URI publicUrl) {
    publicHost = publicUrl.getHost().toLowerCase(Locale.ROOT);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String host = request.getServerName().toLowerCase(Locale.ROOT);
    if (LOOPBACK.contains(host) || host.equals(publicHost)) {
      chain.doFilter(request, response);
    } else {
      ((HttpServletResponse) response).sendError(421, "This server does not have that name.");
    }
  }
}

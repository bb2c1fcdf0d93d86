package io.spinexr.app.door;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;

/**
 * Keeps one address from taking what is for all. A proxy's own address stands for many, and the
 * health for nobody.
 */
final class CallerLimit implements Filter {
  private final Callers callers;
  private final Set<String> trustedProxies;
  private final int healthPort;

  CallerLimit(Callers callers, Set<String> trustedProxies, int healthPort) {
    this.callers = callers;
    this.trustedProxies = trustedProxies;
    this.healthPort = healthPort;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    String address = request.getRemoteAddr();
    if (request.getLocalPort() == healthPort || trustedProxies.contains(address)) {
      serve(request, response, chain);
      return;
    }
    callers.pass(
        address,
        (HttpServletRequest) request,
        (HttpServletResponse) response,
        (asked, answer) -> serve(asked, answer, chain));
  }

  private void serve(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try {
      chain.doFilter(request, response);
    } finally {
      ClientLimit.client(request).ifPresent(callers::leave);
    }
  }
}

package io.spinexr.app.door;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per request: method, path, status, milliseconds. Never the query, which may name a
 * patient.
 */
final class RequestLog implements Filter {
  private static final Logger LOG = LoggerFactory.getLogger(RequestLog.class);

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    long start = System.nanoTime();
    String method = ((HttpServletRequest) request).getMethod();
    String path = ((HttpServletRequest) request).getRequestURI();
    Runnable line =
        () ->
            LOG.atInfo()
                .addKeyValue("method", method)
                .addKeyValue("path", path)
                .addKeyValue("status", ((HttpServletResponse) response).getStatus())
                .addKeyValue("milliseconds", (System.nanoTime() - start) / 1_000_000)
                .log("request");
    try {
      chain.doFilter(request, response);
    } finally {
      if (request.isAsyncStarted()) {
        request.getAsyncContext().addListener(new AtEnd(line));
      } else {
        line.run();
      }
    }
  }
}

package io.spinexr.app.access;

import io.spinexr.access.Visit;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** Where nobody signs in, everybody who reaches the server may do everything. */
final class OpenHouse implements Filter {
  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    request.setAttribute(Visit.ATTRIBUTE, Visit.OPEN);
    chain.doFilter(request, response);
  }
}

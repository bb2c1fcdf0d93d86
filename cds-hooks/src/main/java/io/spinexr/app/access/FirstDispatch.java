package io.spinexr.app.access;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * Passes a request through a filter once, and has it look like a first dispatch. Filters of Spring
 * Security leave later ones alone; but where a filter ahead reads bodies without a thread, a later
 * dispatch is the first that comes here.
 *
 * @param ours which requests pass through the filter at all
 */
record FirstDispatch(Filter filter, Predicate<HttpServletRequest> ours) implements Filter {
  private static final String PASSED = FirstDispatch.class.getName();

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    if (request.getAttribute(PASSED) != null || !ours.test(http)) {
      chain.doFilter(request, response);
      return;
    }
    request.setAttribute(PASSED, true);
    filter.doFilter(
        new HttpServletRequestWrapper(http) {
          @Override
          public DispatcherType getDispatcherType() {
            return DispatcherType.REQUEST;
          }
        },
        response,
        chain);
  }
}

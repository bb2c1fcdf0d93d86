package io.spinexr.app.access;

import io.spinexr.access.AccessEvent;
import io.spinexr.access.AccessEvents;
import io.spinexr.access.Visit;
import io.spinexr.app.browser.ServedPath;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;

/** Where nobody signs in, everybody who reaches the server may do everything. */
final class OpenHouse implements Filter {
  private final AccessEvents events;
  private final Denial denial;

  OpenHouse(AccessEvents events, Denial denial) {
    this.events = events;
    this.denial = denial;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getAttribute(Visit.ATTRIBUTE) == null
        && request instanceof HttpServletRequest http) {
      try {
        events.happened(
            new AccessEvent(
                AccessEvent.Kind.REQUEST,
                Optional.empty(),
                http.getMethod() + " " + ServedPath.of(http),
                "",
                true));
      } catch (RuntimeException e) {
        denial.databaseAway(e, http, (HttpServletResponse) response);
        return;
      }
    }
    request.setAttribute(Visit.ATTRIBUTE, Visit.OPEN);
    chain.doFilter(request, response);
  }
}

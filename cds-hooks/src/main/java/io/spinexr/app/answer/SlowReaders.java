package io.spinexr.app.answer;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Lets go of who takes an answer slower than 16 KB a second, after 5 seconds of waiting: a thread
 * waits for them, which Tomcat lets them have for as long as a little is read now and then.
 */
public final class SlowReaders implements Filter {
  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    chain.doFilter(request, new PacedAnswer((HttpServletResponse) response));
  }
}

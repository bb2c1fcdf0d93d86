package io.spinexr.cds.wire;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Takes a POST only if its Content-Type is JSON and nothing else. Jersey would take one type out of
 * several, and a browser takes another one out of them: so a page of any origin could send what it
 * may not.
 */
public final class JsonOnly implements Filter {
  private static final Pattern JSON =
      Pattern.compile("(?i)application/json(?:\\s*;\\s*charset=utf-8)?");

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    HttpServletRequest http = (HttpServletRequest) request;
    List<String> types = Collections.list(http.getHeaders("Content-Type"));
    if (!http.getMethod().equals("POST")
        || types.size() == 1 && JSON.matcher(types.get(0).strip()).matches()) {
      chain.doFilter(request, response);
      return;
    }
    CdsException refusal = CdsException.unsupportedType();
    HttpServletResponse answer = (HttpServletResponse) response;
    answer.setStatus(refusal.status());
    answer.setContentType("application/json");
    answer.setCharacterEncoding(StandardCharsets.UTF_8.name());
    answer.getWriter().println(OperationOutcome.of(List.of(refusal)).json());
  }
}

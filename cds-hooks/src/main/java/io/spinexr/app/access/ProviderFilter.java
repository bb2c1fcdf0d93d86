package io.spinexr.app.access;

import io.spinexr.app.identity.Provider;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Predicate;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.web.filter.OncePerRequestFilter;

/** Says so when a request needs the identity provider, and it does not answer. */
final class ProviderFilter extends OncePerRequestFilter {
  private final Provider provider;
  private final Refusals refusals;
  private final Predicate<HttpServletRequest> needed;

  /**
   * @param needed which requests need it
   */
  ProviderFilter(Provider provider, Refusals refusals, Predicate<HttpServletRequest> needed) {
    this.provider = provider;
    this.refusals = refusals;
    this.needed = needed;
  }

  @Override
  protected boolean shouldNotFilter(HttpServletRequest request) {
    return !needed.test(request);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    try {
      provider.registration();
      chain.doFilter(request, response);
    } catch (AuthenticationServiceException e) {
      refusals.unavailable(request, response);
    }
  }
}

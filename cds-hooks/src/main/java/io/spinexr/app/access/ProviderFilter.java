package io.spinexr.app.access;

import io.spinexr.app.identity.Provider;
import io.spinexr.app.identity.SignInRequests;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Says so when a request needs somewhere that people sign in and it does not answer, or when it is
 * of an EHR that may not launch us.
 */
final class ProviderFilter extends OncePerRequestFilter {
  private final Function<HttpServletRequest, Optional<Provider>> needed;
  private final Refusals refusals;

  /**
   * @param needed which provider a request needs
   */
  ProviderFilter(Function<HttpServletRequest, Optional<Provider>> needed, Refusals refusals) {
    this.needed = needed;
    this.refusals = refusals;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<Provider> provider = needed.apply(request);
    if (provider.isEmpty() && SignInRequests.isLaunch(request)) {
      refusals.launchRefused(request, response);
      return;
    }
    try {
      provider.ifPresent(Provider::registration);
      chain.doFilter(request, response);
    } catch (AuthenticationServiceException e) {
      refusals.unavailable(provider.filter(Provider::launches).isPresent(), request, response);
    }
  }
}

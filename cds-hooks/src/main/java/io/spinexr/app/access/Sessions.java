package io.spinexr.app.access;

import io.spinexr.access.AccessEvent;
import io.spinexr.access.AccessEvent.Kind;
import io.spinexr.access.AccessEvents;
import io.spinexr.access.AccessRules;
import io.spinexr.app.identity.Providers;
import io.spinexr.app.identity.SignedIn;
import io.spinexr.app.setting.SignInProperties;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.web.filter.OncePerRequestFilter;

/** Begins sessions, and ends them when their time is over, whatever was asked for in between. */
final class Sessions extends OncePerRequestFilter implements AuthenticationSuccessHandler {
  private static final String BEGUN = Sessions.class.getName();

  private final SignInProperties.Session lasting;
  private final BegunSignIn begun;
  private final Providers providers;
  private final AccessRules rules;
  private final AccessEvents events;
  private final Denial denial;
  private final Clock clock;

  Sessions(
      SignInProperties.Session lasting,
      BegunSignIn begun,
      Providers providers,
      AccessRules rules,
      AccessEvents events,
      Denial denial,
      Clock clock) {
    this.lasting = lasting;
    this.begun = begun;
    this.providers = providers;
    this.rules = rules;
    this.events = events;
    this.denial = denial;
    this.clock = clock;
  }

  /**
   * Leads to the page that was asked for before, or to the patient whose chart is open, at our
   * public address whatever was typed.
   */
  @Override
  public void onAuthenticationSuccess(
      HttpServletRequest request, HttpServletResponse response, Authentication authentication)
      throws IOException {
    HttpSession session = request.getSession();
    session.setMaxInactiveInterval((int) lasting.idle().toSeconds());
    session.setAttribute(BEGUN, clock.instant());
    SignedIn user = (SignedIn) authentication.getPrincipal();
    events.happened(new AccessEvent(Kind.SIGN_IN, Optional.of(user.who()), "", "", true));
    try {
      String page =
          user.patient()
              .map(patient -> rules.launch(user.who(), patient, lasting.longest()).path())
              .orElseGet(() -> begun.page(request));
      response.sendRedirect(providers.address(page));
    } catch (RuntimeException e) {
      denial.databaseAway(e, request, response);
      session.invalidate(); // nothing is open to it: the EHR has to launch us again
    }
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    HttpSession session = request.getSession(false);
    if (session != null
        && session.getAttribute(BEGUN) instanceof Instant begun
        && begun.plus(lasting.longest()).isBefore(clock.instant())) {
      session.invalidate();
    }
    chain.doFilter(request, response);
  }
}

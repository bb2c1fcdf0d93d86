package io.spinexr.app.access;

import io.spinexr.access.AccessRules;
import io.spinexr.access.Decision;
import io.spinexr.access.Person;
import io.spinexr.access.Visit;
import io.spinexr.app.browser.ServedPath;
import io.spinexr.app.door.Callers;
import io.spinexr.app.identity.SignedIn;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.filter.OncePerRequestFilter;

/** Lets a request through that its sender may make, and tells who it is. */
final class AccessFilter extends OncePerRequestFilter {
  private static final Logger LOG = LoggerFactory.getLogger(AccessFilter.class);
  private static final Pattern CARD = Pattern.compile("[0-9a-f-]{36}");

  private final AccessRules rules;
  private final Refusals refusals;
  private final Denial denial;
  private final Callers callers;

  /**
   * @param callers of which each person and program is one, from wherever they come
   */
  AccessFilter(AccessRules rules, Refusals refusals, Denial denial, Callers callers) {
    this.rules = rules;
    this.refusals = refusals;
    this.denial = denial;
    this.callers = callers;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Visit visit = visit(request);
    if (visit.person().isPresent()) {
      callers.pass(
          "person " + visit.person().get().key(),
          request,
          response,
          (asked, answer) -> decide(visit, request, response, chain));
    } else {
      decide(visit, request, response, chain);
    }
  }

  private void decide(
      Visit visit, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<String> card =
        Optional.of(request)
            .filter(read -> read.getMethod().equals("GET")) // else it would read the body
            .map(read -> read.getParameter("card"))
            .filter(text -> CARD.matcher(text).matches());
    Decision decision;
    try {
      decision = rules.decide(visit.person(), request.getMethod(), ServedPath.of(request), card);
    } catch (RuntimeException e) {
      denial.databaseAway(e, request, response);
      LOG.error("a request failed: the database does not answer");
      return;
    }
    if (decision.allowed()) {
      request.setAttribute(Visit.ATTRIBUTE, visit);
      chain.doFilter(request, response);
    } else {
      refusals.answer(decision, visit, request, response);
    }
  }

  static Visit visit(HttpServletRequest request) {
    Optional<Person> person = SignedIn.person();
    // Made for nobody else: a token needs a session.
    String token =
        person
            .map(somebody -> request.getAttribute(CsrfToken.class.getName()))
            .map(found -> ((CsrfToken) found).getToken())
            .orElse("");
    return new Visit(true, person, token);
  }
}

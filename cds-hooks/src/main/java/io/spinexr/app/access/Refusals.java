package io.spinexr.app.access;

import io.spinexr.access.Decision;
import io.spinexr.access.Page;
import io.spinexr.access.Role;
import io.spinexr.access.Visit;
import io.spinexr.app.identity.People;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What people and programs see who may not do something: a page, or one sentence in JSON. A browser
 * that opens a page is led to the identity provider, and comes back to it.
 */
final class Refusals {
  private final Denial denial;
  private final BegunSignIn begun;
  private final String signIn;
  private final boolean emergencyAccess;

  /**
   * @param signIn address that leads to the provider
   */
  Refusals(Denial denial, BegunSignIn begun, String signIn, boolean emergencyAccess) {
    this.denial = denial;
    this.begun = begun;
    this.signIn = signIn;
    this.emergencyAccess = emergencyAccess;
  }

  void answer(
      Decision decision, Visit visit, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (decision instanceof Decision.SignInNeeded) {
      signInNeeded(request, response);
    } else if (decision instanceof Decision.RoleNeeded needed) {
      String text =
          "This needs the role %s; yours: %s."
              .formatted(names(needed.roles()), names(visit.person().orElseThrow().roles()));
      denial.answer(
          visit,
          request,
          response,
          403,
          new Denial.View("This is not for you to see", text, "", ""));
    } else if (decision instanceof Decision.GrantNeeded needed) {
      boolean study = needed.page().kind() == Page.Kind.STUDY;
      denial.answer(
          visit,
          request,
          response,
          403,
          new Denial.View(
              "This %s is not open to you".formatted(needed.page().kind().code()),
              "Clinicians open a study or an order by the link of a card in the chart, or a patient"
                  + " from the EHR. A link works for 24 hours, and what it has opened stays open"
                  + " for as long.",
              "",
              emergencyAccess && study ? needed.page().id() : ""));
    } else {
      denial.answer(
          visit,
          request,
          response,
          404,
          new Denial.View("There is no such page", "Nothing is at this address.", "", ""));
    }
  }

  private void signInNeeded(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (isRead(request) && Denial.wantsPage(request)) {
      response.sendRedirect(begun.address(request));
      return;
    }
    response.setHeader("WWW-Authenticate", "Bearer");
    denial.answer(
        Visit.NOBODY,
        request,
        response,
        401,
        new Denial.View("Nothing was done", "Sign in, and do it again.", signIn, ""));
  }

  /** A form of a page whose session is over, or that is not ours. */
  void foreignForm(Visit visit, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    denial.answer(
        visit,
        request,
        response,
        403,
        new Denial.View(
            "Nothing was done",
            "The form was not of a page that you opened since you signed in. Open the page again.",
            "",
            ""));
  }

  /**
   * The provider has spoken, and it was not what lets somebody in.
   *
   * @param code the standard's error code, or ours
   */
  void signInFailed(HttpServletRequest request, HttpServletResponse response, String code)
      throws IOException {
    Denial.View view =
        switch (code) {
          case People.NO_ROLE ->
              new Denial.View(
                  "You have no role here",
                  "The identity provider knows you, but none of your groups or roles is mapped to a"
                      + " role of SpineXR. Ask your administrator for one, and sign in again.",
                  signIn,
                  "");
          case People.NO_PATIENT ->
              new Denial.View(
                  "The EHR does not say whose chart is open",
                  "Open SpineXR again from a patient's chart. If that does not help, SpineXR must"
                      + " get the patient in context (scope launch) at the EHR.",
                  "",
                  "");
          default ->
              new Denial.View(
                  "Signing in did not work",
                  "It took too long, was begun in another window, or the identity provider refused"
                      + " it. Try again.",
                  signIn,
                  "");
        };
    int status = Set.of(People.NO_ROLE, People.NO_PATIENT).contains(code) ? 403 : 401;
    denial.answer(Visit.NOBODY, request, response, status, view);
  }

  /** Launched by an EHR that is not registered here, or not as the standard says. */
  void launchRefused(HttpServletRequest request, HttpServletResponse response) throws IOException {
    denial.answer(
        Visit.NOBODY,
        request,
        response,
        403,
        new Denial.View(
            "This EHR is not known here",
            "SpineXR is launched by EHRs that its administrator has registered"
                + " (spinexr.sign-in.launches), with the parameters iss and launch.",
            "",
            ""));
  }

  /** A program's token does not count, or makes it nothing here. */
  void tokenRefused(HttpServletRequest request, HttpServletResponse response, boolean noRole)
      throws IOException {
    response.setHeader("WWW-Authenticate", "Bearer error=\"invalid_token\"");
    denial.answer(
        Visit.NOBODY,
        request,
        response,
        noRole ? 403 : 401,
        new Denial.View(
            "The access token does not let you in",
            noRole
                ? "None of its values is mapped to a role of SpineXR."
                : "It must be signed by the identity provider of spinexr.sign-in, be for"
                    + " spinexr.public-url, and not be over.",
            "",
            ""));
  }

  /**
   * @param launched whether by an EHR, which has to do it again
   */
  void unavailable(boolean launched, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setHeader("Retry-After", "10");
    denial.answer(
        Visit.NOBODY,
        request,
        response,
        503,
        new Denial.View(
            "Nobody can sign in now",
            "The %s does not answer. CDS Hooks and analyses go on without it. Try again in a moment."
                .formatted(launched ? "EHR's authorization server" : "identity provider"),
            launched ? "" : signIn,
            ""));
  }

  private static boolean isRead(HttpServletRequest request) {
    return Set.of("GET", "HEAD").contains(request.getMethod());
  }

  private static String names(Set<Role> roles) {
    return roles.stream().map(Role::display).collect(Collectors.joining(" or "));
  }
}

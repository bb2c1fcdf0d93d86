package io.spinexr.fhir.access;

import ca.uhn.fhir.rest.server.exceptions.AuthenticationException;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;

/** How a request without the right token is answered (RFC 6750, section 3). */
final class Refusal {
  private static final String CHALLENGE = "WWW-Authenticate";

  private Refusal() {}

  /** Nobody says who is there: no error code, as section 3.1 asks. */
  static BaseServerResponseException noToken() {
    return challenge(
        new AuthenticationException(
            "This server needs an access token: Authorization: Bearer <token>."
                + " .well-known/smart-configuration says who gives it"),
        "Bearer");
  }

  /** Why is for the log: whoever guesses learns nothing. */
  static BaseServerResponseException badToken() {
    return challenge(
        new AuthenticationException(
            "The access token is not good here, or not any more: get another"),
        "Bearer error=\"invalid_token\"");
  }

  /**
   * @param sentence what would be needed, without values of the request
   */
  static BaseServerResponseException beyondScopes(String sentence) {
    return challenge(
        new ForbiddenOperationException(sentence), "Bearer error=\"insufficient_scope\"");
  }

  private static BaseServerResponseException challenge(
      BaseServerResponseException refusal, String challenge) {
    refusal.addResponseHeader(CHALLENGE, challenge);
    return refusal;
  }
}

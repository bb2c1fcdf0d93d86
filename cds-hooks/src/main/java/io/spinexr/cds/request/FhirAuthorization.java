package io.spinexr.cds.request;

import io.spinexr.cds.wire.CdsException;
import io.spinexr.cds.wire.JsonObject;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * The client's leave to read from its FHIR server (CDS Hooks 2.0, Passing the Access Token). Its
 * scope, subject and lifetime are the EHR's to enforce and not looked at.
 *
 * @param accessToken never logged or stored
 */
record FhirAuthorization(String accessToken) {
  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

  FhirAuthorization {
    Objects.requireNonNull(accessToken, "accessToken");
  }

  /**
   * @throws CdsException 400 when there is no bearer token that an HTTP header can carry
   */
  static FhirAuthorization read(JsonObject json) {
    json.text("token_type", "Bearer"::equalsIgnoreCase, "must be \"Bearer\"");
    return new FhirAuthorization(
        json.text(
            "access_token",
            token -> TOKEN.matcher(token).matches(),
            "must be printable ASCII without spaces"));
  }

  /** Without the token. */
  @Override
  public String toString() {
    return "FhirAuthorization[]";
  }
}

package io.spinexr.cds.request;

import io.spinexr.cds.token.CdsProperties;
import java.util.Optional;

/**
 * Who sees the cards of a call.
 *
 * @param issuer the client's name, else the address of its FHIR server, else {@code cds-client}:
 *     whose word the user's id is
 * @param user e.g. {@code Practitioner/123}
 */
public record Viewer(String issuer, Optional<String> user) {
  /** Longer ones, which no client needs, would not fit where they are kept. */
  static final int LONGEST = 400;

  public static Viewer of(CdsRequest request, Optional<CdsProperties.Client> client) {
    String issuer =
        client
            .map(CdsProperties.Client::name)
            .or(() -> request.fhirServer().map(Object::toString))
            .orElse("cds-client");
    return issuer.length() > LONGEST
        ? new Viewer("cds-client", Optional.empty())
        : new Viewer(issuer, request.context().user().filter(Viewer::canBeKept));
  }

  private static boolean canBeKept(String user) {
    return user.length() <= LONGEST && user.indexOf('\0') < 0;
  }
}

package io.spinexr.fhir.access;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What an access token allows, and whom.
 *
 * @param issuer who gave it
 * @param client the program; empty if the token does not say
 * @param subject for whom it acts: a user, or the program itself
 * @param fhirUser the user as a FHIR resource, as the issuer knows it
 * @param scopes that were understood; others allow nothing
 * @param patients ids on this server of the patient in whose context the program was launched; more
 *     than one while Patients await their merge, none without such a context
 */
public record Grant(
    URI issuer,
    Optional<String> client,
    Optional<String> subject,
    Optional<String> fhirUser,
    List<Scope> scopes,
    Set<String> patients) {
  private static final String KEY = Grant.class.getName();

  public Grant {
    scopes = List.copyOf(scopes);
    patients = Set.copyOf(patients);
  }

  /** That of a request's token; empty where none was needed. */
  public static Optional<Grant> of(RequestDetails request) {
    return Optional.ofNullable((Grant) request.getUserData().get(KEY));
  }

  void put(RequestDetails request) {
    request.getUserData().put(KEY, this);
  }

  /** The scopes by which something may be done to at least some resources of a type. */
  Stream<Scope> covering(Interaction interaction, String type) {
    return scopes.stream()
        .filter(scope -> scope.names(interaction, type))
        .filter(scope -> scope.context() != Scope.Context.PATIENT || !patients.isEmpty())
        .filter(
            scope ->
                scope.context() != Scope.Context.PATIENT || Compartment.admits(interaction, type));
  }

  boolean may(Interaction interaction, String type) {
    return covering(interaction, type).findAny().isPresent();
  }

  /** Whether it may be done to every resource of a type. */
  boolean mayAlways(Interaction interaction, String type) {
    return covering(interaction, type).anyMatch(Scope::unlimited);
  }

  /** Without the patient. */
  @Override
  public String toString() {
    return "Grant[" + issuer + ", " + client.orElse("") + "]";
  }
}

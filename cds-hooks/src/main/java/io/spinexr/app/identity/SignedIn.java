package io.spinexr.app.identity;

import io.spinexr.access.Person;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.oauth2.core.oidc.user.DefaultOidcUser;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;

/** Somebody who has signed in here. Stays in the memory of this node. */
public final class SignedIn extends DefaultOidcUser {
  private static final long serialVersionUID = 1L;

  private final transient Person person;
  private final String provider;
  private final transient Optional<String> patient;

  /**
   * @param provider id of where
   * @param patient reference to whose chart is open at the EHR that has launched us
   */
  SignedIn(OidcUser user, Person person, String provider, Optional<String> patient) {
    super(List.of(), user.getIdToken(), user.getUserInfo());
    this.person = person;
    this.provider = provider;
    this.patient = patient;
  }

  public Person who() {
    return person;
  }

  /** Id of the provider where. */
  public String provider() {
    return provider;
  }

  /** Whose chart is open at the EHR that has launched us. */
  public Optional<String> patient() {
    return patient;
  }

  /** Who sends the request that this thread answers. */
  public static Optional<Person> person() {
    return person(SecurityContextHolder.getContext().getAuthentication());
  }

  public static Optional<Person> person(@Nullable Authentication authentication) {
    Object principal = authentication == null ? null : authentication.getPrincipal();
    if (principal instanceof SignedIn user) {
      return Optional.of(user.person);
    }
    return principal instanceof Person program ? Optional.of(program) : Optional.empty();
  }
}

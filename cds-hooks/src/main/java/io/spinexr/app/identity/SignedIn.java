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

  SignedIn(OidcUser user, Person person) {
    super(List.of(), user.getIdToken(), user.getUserInfo());
    this.person = person;
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

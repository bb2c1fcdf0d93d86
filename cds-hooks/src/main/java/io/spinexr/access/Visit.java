package io.spinexr.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who asks, for the parts of the server that answer.
 *
 * @param signIn whether anybody has to sign in at all
 * @param formToken what forms send back, so that no other page can send them
 */
public record Visit(boolean signIn, Optional<Person> person, String formToken) {
  /** Name of the request's attribute that holds it. */
  public static final String ATTRIBUTE = Visit.class.getName();

  /** Where nobody signs in. */
  public static final Visit OPEN = new Visit(false, Optional.empty(), "");

  /** Of whom nothing is known, where people sign in. */
  public static final Visit NOBODY = new Visit(true, Optional.empty(), "");

  /**
   * @param attribute of the request, of the name {@link #ATTRIBUTE}
   * @throws IllegalStateException if nothing was said of who asks: then nobody may do anything
   */
  public static Visit of(@Nullable Object attribute) {
    if (attribute instanceof Visit visit) {
      return visit;
    }
    throw new IllegalStateException("no filter has said who asks");
  }

  /** Whether it may be done to everything of its kind. */
  public boolean may(Permission permission) {
    return !signIn
        || permission.isAnybodys()
        || person.filter(p -> p.roles().stream().anyMatch(permission::isGivenTo)).isPresent();
  }
}

package io.spinexr.access;

import java.util.Set;

/** What becomes of somebody's request. */
public sealed interface Decision {
  /** It is served. */
  record Allowed() implements Decision {}

  /** No such request is known. */
  record Unknown() implements Decision {}

  /** Nobody has signed in. */
  record SignInNeeded() implements Decision {}

  /**
   * The person has no role that may do it.
   *
   * @param roles one of which may
   */
  record RoleNeeded(Set<Role> roles) implements Decision {}

  /** The person may open such pages, but this one was not opened to them. */
  record GrantNeeded(Page page) implements Decision {}

  default boolean allowed() {
    return this instanceof Allowed;
  }
}

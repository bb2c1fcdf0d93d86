package io.spinexr.access;

import io.spinexr.order.Sha256;
import io.spinexr.text.PortableText;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Somebody, or a program, of whom an identity provider says who it is.
 *
 * @param issuer of the provider
 * @param subject as which the provider knows the person; never given to another one (OpenID Connect
 *     Core 1.0, section 2)
 * @param name for people
 * @param roles at least one
 */
public record Person(String issuer, String subject, String name, Set<Role> roles) {
  private static final int LONGEST_NAME = 80;

  /** What records of who did something have room for, less the longest name. */
  private static final int LONGEST_SUBJECT = 110;

  public Person {
    if (issuer.isBlank() || subject.isBlank() || roles.isEmpty()) {
      throw new IllegalArgumentException("a person needs issuer, subject and a role");
    }
    name = shortened(line(name).strip(), LONGEST_NAME);
    roles = Collections.unmodifiableSet(EnumSet.copyOf(roles));
  }

  /** Stable, and tells nothing of the person: 64 hexadecimal digits. */
  public String key() {
    return Sha256.of(issuer + "\n" + subject);
  }

  /** Whom records name as having done something; at most 200 characters. */
  public String by() {
    String known = shortened(line(subject), LONGEST_SUBJECT);
    return name.isEmpty() || name.equals(known) ? known : "%s (%s)".formatted(name, known);
  }

  public String rolesDisplay() {
    return roles.stream().map(Role::display).collect(Collectors.joining(", "));
  }

  private static String line(String text) {
    return PortableText.of(text.replaceAll("[\\p{Cntrl}\\s]+", " "));
  }

  /** Never within a surrogate pair, which PostgreSQL would refuse half of. */
  private static String shortened(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = length - 3;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + "...";
  }

  /** Without the name. */
  @Override
  public String toString() {
    return "Person[" + key() + "]";
  }
}

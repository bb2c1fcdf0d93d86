package io.spinexr.access;

import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of a provider's values make somebody what.
 *
 * @param claim where the values are: the name of a claim, or names from the outside in with dots
 *     between
 * @param values of each role, compared exactly
 */
public record RoleMapping(String claim, Map<Role, Set<String>> values) {
  public RoleMapping {
    Map<Role, Set<String>> copy = new EnumMap<>(Role.class);
    values.forEach((role, names) -> copy.put(role, Set.copyOf(names)));
    values = Map.copyOf(copy);
  }

  /** None if the claim is not there, or has no value that means anything here. */
  public Set<Role> roles(Map<String, Object> claims) {
    List<String> stated = texts(value(claims));
    Set<Role> roles = EnumSet.noneOf(Role.class);
    values.forEach(
        (role, names) -> {
          if (stated.stream().anyMatch(names::contains)) {
            roles.add(role);
          }
        });
    return roles;
  }

  /** A claim whose name has dots itself, such as an address, goes before a path. */
  private @Nullable Object value(Map<String, Object> claims) {
    if (claims.containsKey(claim)) {
      return claims.get(claim);
    }
    Object place = claims;
    for (String name : claim.split("\\.")) {
      place = place instanceof Map<?, ?> object ? object.get(name) : null;
    }
    return place;
  }

  private static List<String> texts(@Nullable Object value) {
    if (value instanceof String text) {
      return List.of(text);
    }
    return value instanceof Collection<?> several
        ? several.stream().filter(String.class::isInstance).map(String.class::cast).toList()
        : List.of();
  }
}

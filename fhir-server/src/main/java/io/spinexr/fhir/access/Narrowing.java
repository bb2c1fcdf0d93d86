package io.spinexr.fhir.access;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which search parameters must be added to a search so that it finds only what may be found. */
record Narrowing(Reach reach) {
  Map<String, String> of(Asked asked) {
    Map<String, String> needed = new TreeMap<>(all(asked));
    needed.entrySet().removeIf(condition -> asks(asked, condition));
    return needed;
  }

  private Map<String, String> all(Asked asked) {
    Set<Map<String, String>> filters =
        reach
            .grant()
            .covering(Interaction.SEARCH, asked.type())
            .map(scope -> reach.filter(scope, asked.type()))
            .collect(Collectors.toSet());
    if (filters.contains(Map.<String, String>of())) {
      return Map.of();
    }
    List<Map<String, String>> asIs =
        filters.stream().filter(filter -> isWithin(asked, filter)).toList();
    if (filters.size() == 1 || !asIs.isEmpty()) {
      return asIs.isEmpty() ? filters.iterator().next() : asIs.get(0);
    }
    return either(filters);
  }

  /**
   * Whether the client asks for no more than one of its scopes allows; the patient is ours to add.
   */
  private static boolean isWithin(Asked asked, Map<String, String> filter) {
    return filter.entrySet().stream()
        .filter(
            condition -> !condition.getKey().startsWith("_") && !condition.getKey().contains(":"))
        .allMatch(condition -> asks(asked, condition));
  }

  private static boolean asks(Asked asked, Map.Entry<String, String> condition) {
    return List.of(asked.search().getOrDefault(condition.getKey(), new String[0]))
        .contains(condition.getValue());
  }

  /** A search can say "or" between the values of one parameter only. */
  private static Map<String, String> either(Set<Map<String, String>> filters) {
    Map<String, Set<String>> values = new TreeMap<>();
    filters.forEach(
        filter ->
            filter.forEach(
                (name, value) -> values.computeIfAbsent(name, n -> new TreeSet<>()).add(value)));
    boolean sameNames =
        filters.stream().allMatch(filter -> filter.keySet().equals(values.keySet()));
    if (!sameNames || values.values().stream().filter(several -> several.size() > 1).count() > 1) {
      throw Refusal.beyondScopes(
          "The access token has several scopes for this type that no one search can join: add the"
              + " parameters of one of them to the search");
    }
    return values.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, value -> String.join(",", value.getValue())));
  }
}

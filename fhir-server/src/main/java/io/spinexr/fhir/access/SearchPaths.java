package io.spinexr.fhir.access;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The types that a search looks at beside its own: by chains, {@code _has} and chained sorts. */
public final class SearchPaths {
  private static final Pattern HAS = Pattern.compile("_has:([A-Za-z]+):[^:]+:(.*)");
  private static final Pattern CHAIN =
      Pattern.compile("([^:.]+)(?::([A-Za-z]+))?\\.(.+)", Pattern.DOTALL);

  private final ISearchParamRegistry parameters;

  public SearchPaths(ISearchParamRegistry parameters) {
    this.parameters = parameters;
  }

  /** In their order; {@value Scope#EVERY_TYPE} where a reference can lead to any. */
  List<String> types(String type, Map<String, String[]> search) {
    Set<String> types = new TreeSet<>();
    search.keySet().forEach(name -> follow(type, name, types));
    Stream.of(search.getOrDefault("_sort", new String[0]))
        .flatMap(sort -> Stream.of(sort.split(",")))
        .forEach(name -> follow(type, name.replaceFirst("^-", ""), types));
    return List.copyOf(types);
  }

  private void follow(String type, String name, Set<String> types) {
    Matcher has = HAS.matcher(name);
    Matcher chain = CHAIN.matcher(name);
    if (has.matches()) {
      types.add(has.group(1));
      follow(has.group(1), has.group(2), types);
    } else if (chain.matches()) {
      Collection<String> targets =
          chain.group(2) == null ? targets(type, chain.group(1)) : List.of(chain.group(2));
      types.addAll(targets);
      targets.forEach(target -> follow(target, chain.group(3), types));
    } else if (name.startsWith("_has") || name.contains(".")) {
      types.add(Scope.EVERY_TYPE); // HAPI may understand more than we do
    }
  }

  private Collection<String> targets(String type, String name) {
    RuntimeSearchParam parameter =
        parameters.getActiveSearchParam(type, name, SearchParamLookupContextEnum.SEARCH);
    return parameter == null || parameter.getTargets().isEmpty()
        ? List.of(Scope.EVERY_TYPE)
        : parameter.getTargets();
  }
}

package io.spinexr.fhir.content;

import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.rest.api.RestSearchParameterTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry.SearchParamLookupContextEnum;
import ca.uhn.fhir.util.UrlUtil;
import io.spinexr.text.PlainDecimal;
import io.spinexr.text.PortableText;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the parameters of a search may be, in an address, a form, a header or an entry of a Bundle.
 *
 * @param types that can be searched
 * @param largestPage in resources
 */
record SearchContent(ISearchParamRegistry searchParameters, List<String> types, int largestPage) {
  private static final int LONGEST = 32_768;
  private static final int MOST_PARAMETERS = 100;
  private static final int MOST_VALUES = 1000;
  private static final int MOST_STEPS = 5;

  private static final int MOST_INCLUDES = 20;

  private static final Set<RestSearchParameterTypeEnum> NUMERIC =
      EnumSet.of(
          RestSearchParameterTypeEnum.NUMBER,
          RestSearchParameterTypeEnum.QUANTITY,
          RestSearchParameterTypeEnum.COMPOSITE);

  /** With the prefixes of FHIR R4, Search, 3.1.1.4.5. */
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?:[a-z]{2})?([+-]?[0-9]{1,200}(?:\\.[0-9]{0,200})?(?:[eE][+-]?[0-9]{1,20})?)");

  private static final Pattern STEPS = Pattern.compile("[.:]");
  private static final Pattern VALUES = Pattern.compile("[,|$]");

  private static final Pattern WHOLE = Pattern.compile("[0-9]{1,9}");
  private static final String[] NONE = {};
  private static final Set<String> EXPANDING = Set.of("in", "not-in");

  SearchContent {
    types = List.copyOf(types);
  }

  /**
   * @param url relative, as an entry of a Bundle has it
   * @throws InvalidRequestException naming the parameter and the rule
   */
  void check(String url) {
    require(PortableText.isPortable(url), "an address: " + XmlContent.UNFIT);
    require(url.length() <= LONGEST, "an address must not be longer than " + LONGEST);
    int query = url.indexOf('?');
    if (query >= 0) {
      check(UrlUtil.parseQueryString(url.substring(query + 1)));
    }
    require(PortableText.isPortable(UrlUtil.unescape(url)), "an address: " + XmlContent.UNFIT);
  }

  void check(Map<String, String[]> parameters) {
    List<String> all = parameters.values().stream().flatMap(Arrays::stream).toList();
    require(
        parameters.keySet().stream().allMatch(PortableText::isPortable)
            && all.stream().allMatch(PortableText::isPortable),
        "the parameters of a search: " + XmlContent.UNFIT);
    require(
        all.stream().mapToLong(String::length).sum() <= LONGEST && all.size() <= MOST_PARAMETERS,
        "a search must not have more than %d parameters of %d characters together"
            .formatted(MOST_PARAMETERS, LONGEST));
    require(
        all.stream().mapToLong(value -> value.chars().filter(c -> c == ',').count()).sum()
            < MOST_VALUES,
        "a search must not have more than %d values".formatted(MOST_VALUES));
    require(
        count(parameters, "_include") + count(parameters, "_revinclude") <= MOST_INCLUDES,
        "a search must not have more than %d includes".formatted(MOST_INCLUDES));
    requirePage(parameters);
    parameters.forEach(this::check);
  }

  /** HAPI cuts the first page to size, but no further one. */
  private void requirePage(Map<String, String[]> parameters) {
    String[] counts = parameters.getOrDefault("_count", NONE);
    String[] offsets = parameters.getOrDefault("_getpagesoffset", NONE);
    require(
        Stream.of(counts, offsets)
            .flatMap(Arrays::stream)
            .allMatch(number -> WHOLE.matcher(number).matches()),
        "_count and _getpagesoffset must be whole numbers");
    require(
        !parameters.containsKey("_getpages")
            || Arrays.stream(counts).allMatch(count -> Integer.parseInt(count) <= largestPage),
        "a further page must not have more than %d resources".formatted(largestPage));
  }

  private static int count(Map<String, String[]> parameters, String name) {
    return parameters.entrySet().stream()
        .filter(parameter -> parameter.getKey().split(":", 2)[0].equals(name))
        .mapToInt(parameter -> parameter.getValue().length)
        .sum();
  }

  private void check(String name, String[] values) {
    String[] steps = STEPS.split(name);
    require(
        name.chars().filter(c -> c == '.').count() < MOST_STEPS && steps.length <= 4 * MOST_STEPS,
        "a search must not follow more than %d references".formatted(MOST_STEPS));
    require(
        !EXPANDING.contains(steps[steps.length - 1]),
        "the modifiers :in and :not-in are not served: value sets of others are not expanded");
    for (String value : values) {
      for (String part : VALUES.split(value)) {
        Matcher number = NUMBER.matcher(part);
        if (number.matches() && !PlainDecimal.isPlain(number.group(1)) && isNumeric(steps)) {
          throw new InvalidRequestException("a number in a search " + PlainDecimal.RULE);
        }
      }
    }
  }

  /** Whether a parameter, or one at the end of its chain, takes numbers for any type. */
  private boolean isNumeric(String[] steps) {
    return types.stream()
        .flatMap(
            type ->
                Arrays.stream(steps)
                    .map(
                        step ->
                            searchParameters.getActiveSearchParam(
                                type, step, SearchParamLookupContextEnum.SEARCH)))
        .anyMatch(SearchContent::isNumeric);
  }

  private static boolean isNumeric(@Nullable RuntimeSearchParam parameter) {
    return parameter != null && NUMERIC.contains(parameter.getParamType());
  }

  private static void require(boolean right, String rule) {
    if (!right) {
      throw new InvalidRequestException(rule);
    }
  }
}

package io.spinexr.dicomweb.message;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A media type with its parameters (RFC 9110 section 8.3.1), read leniently: parameters may be
 * quoted or not, and what does not parse is left out.
 *
 * @param name type and subtype in lower case; empty if there was none
 * @param parameters by lower-case name, values as sent without quotes
 */
public record MediaType(String name, Map<String, String> parameters) {
  private static final Pattern PARAMETER =
      Pattern.compile(
          ";\\s*([^\\s=;\"]+)\\s*=\\s*(?:\"([^\"\\\\]*(?:\\\\.[^\"\\\\]*)*)\"|([^;\"]*))");

  /** Longer fields are read up to here: a pattern repeats itself at the cost of stack. */
  private static final int LONGEST = 1000;

  public MediaType {
    parameters = Map.copyOf(parameters);
  }

  public static MediaType parse(String field) {
    // Some servers quote all of it.
    String cut = field.substring(0, Math.min(field.length(), LONGEST));
    String header = cut.strip().replaceFirst("^\"(.*)\"$", "$1");
    int semicolon = header.indexOf(';');
    String name = semicolon < 0 ? header : header.substring(0, semicolon);
    Map<String, String> parameters = new TreeMap<>();
    Matcher matcher = PARAMETER.matcher(header);
    while (matcher.find()) {
      String value =
          matcher.group(2) != null
              ? matcher.group(2).replaceAll("\\\\(.)", "$1")
              : matcher.group(3).strip();
      parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value);
    }
    return new MediaType(name.strip().toLowerCase(Locale.ROOT), parameters);
  }

  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters.get(name));
  }
}

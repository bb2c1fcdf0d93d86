package io.spinexr.fhir.content;

import ca.uhn.fhir.rest.server.exceptions.UnclassifiedServerFailureException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a body is, as its Content-Type says. The header must be one type and nothing else: browsers
 * and HAPI read a list of types differently, so that a page of any origin could send one that it
 * may not.
 */
enum BodyType {
  JSON("application/fhir+json", "application/json", "application/json+fhir", "text/json"),
  XML("application/fhir+xml", "application/xml", "application/xml+fhir", "text/xml"),
  JSON_PATCH("application/json-patch+json"),
  XML_PATCH("application/xml-patch+xml"),
  FORM("application/x-www-form-urlencoded");

  private static final Pattern ONE_TYPE =
      Pattern.compile("([a-z0-9.+-]+/[a-z0-9.+-]+)((?:\\s*;\\s*[a-z]+=[a-z0-9._-]+)*+)");

  private static final Pattern CHARSET = Pattern.compile(";\\s*charset=([a-z0-9._-]+)");

  private final Set<String> names;

  BodyType(String... names) {
    this.names = Set.of(names);
  }

  /**
   * @param headers every Content-Type header of the request
   * @return empty if there is none
   * @throws UnclassifiedServerFailureException 415 if they are not one type that is served
   */
  static Optional<BodyType> of(List<String> headers) {
    if (headers.isEmpty()) {
      return Optional.empty();
    }
    Matcher type = ONE_TYPE.matcher(headers.get(0).strip().toLowerCase(Locale.ROOT));
    if (headers.size() > 1 || !type.matches() || !isUtf8(type.group(2))) {
      throw unsupported();
    }
    return Optional.of(named(type.group(1)).orElseThrow(BodyType::unsupported));
  }

  static Optional<BodyType> named(String name) {
    return Arrays.stream(values()).filter(type -> type.names.contains(name)).findFirst();
  }

  /** HAPI would read the body in the charset that is named, we read it as FHIR wants it. */
  private static boolean isUtf8(String parameters) {
    Matcher charset = CHARSET.matcher(parameters);
    while (charset.find()) {
      if (!charset.group(1).equals("utf-8")) {
        return false;
      }
    }
    return true;
  }

  static UnclassifiedServerFailureException unsupported() {
    return new UnclassifiedServerFailureException(
        415,
        "Content-Type must be there once and name one type: application/fhir+json or"
            + " application/fhir+xml, in UTF-8; for PATCH also application/json-patch+json or"
            + " application/xml-patch+xml; for POST to _search also"
            + " application/x-www-form-urlencoded");
  }
}

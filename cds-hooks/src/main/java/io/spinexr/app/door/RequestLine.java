package io.spinexr.app.door;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which methods and paths there can be at all. Tomcat, Jersey and HAPI each decode and shorten a
 * path in their own way; a path that is refused here cannot mean one thing to what guards it and
 * another to what serves it.
 *
 * @param healthPort on which nothing but {@code /actuator} is; 0 for none
 */
record RequestLine(int healthPort) {
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  /** RFC 3986, 3.3, without the semicolon. */
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~!$&'()*+,=:@%-]*");

  private static final Pattern ESCAPES = Pattern.compile("(?:%[0-9A-Fa-f]{2})+");

  /** What means something in a path when it is not escaped, and controls. */
  private static final Pattern NEVER_ESCAPED =
      Pattern.compile("%(?:[01].|7[Ff]|2[EeFf35]|3[BbFf]|5[Cc])");

  private static final Refusal METHOD =
      new Refusal(
          405,
          "not-supported",
          "the method must be one of " + String.join(", ", METHODS),
          Map.of("Allow", String.join(", ", METHODS)));

  private static final Refusal NOT_HERE =
      new Refusal(404, "not-found", "only GET /actuator is answered on this port");

  Optional<Refusal> refusal(HttpServletRequest request) {
    String path = request.getRequestURI();
    if (!METHODS.contains(request.getMethod())) {
      return Optional.of(METHOD);
    }
    Optional<Refusal> fault =
        fault(path).map(rule -> new Refusal(400, "invalid", "the path of the address " + rule));
    if (fault.isEmpty() && request.getLocalPort() == healthPort && !isHealth(request)) {
      return Optional.of(NOT_HERE);
    }
    return fault;
  }

  private static boolean isHealth(HttpServletRequest request) {
    return request.getMethod().matches("GET|HEAD")
        && request.getRequestURI().startsWith("/actuator/");
  }

  private static Optional<String> fault(String path) {
    if (!path.startsWith("/")) {
      return Optional.of("must begin with a slash");
    }
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      if (segments[i].isEmpty() && i < segments.length - 1) {
        return Optional.of("must not have two slashes in a row");
      }
      if (segments[i].equals(".") || segments[i].equals("..")) {
        return Optional.of("must be written without . and .. between slashes");
      }
      if (!SEGMENT.matcher(segments[i]).matches()) {
        return Optional.of(
            "must have no parameters (;), no backslashes and no other characters than RFC 3986"
                + " has");
      }
    }
    if (NEVER_ESCAPED.matcher(path).find()) {
      return Optional.of(
          "must have no escapes of dots, slashes, backslashes, semicolons, percent or question"
              + " marks, number signs or controls");
    }
    return isDecodable(path) ? Optional.empty() : Optional.of("must have escapes of UTF-8 only");
  }

  private static boolean isDecodable(String path) {
    Matcher escapes = ESCAPES.matcher(path);
    while (escapes.find()) {
      try {
        String text =
            StandardCharsets.UTF_8.newDecoder().decode(octets(escapes.group())).toString();
        if (text.chars().anyMatch(Character::isISOControl)) {
          return false;
        }
      } catch (CharacterCodingException e) {
        return false;
      }
    }
    return ESCAPES.matcher(path).replaceAll("").indexOf('%') < 0;
  }

  private static ByteBuffer octets(String escapes) {
    return ByteBuffer.wrap(HexFormat.ofDelimiter("%").parseHex(escapes.substring(1)));
  }
}

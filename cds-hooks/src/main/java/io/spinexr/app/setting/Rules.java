package io.spinexr.app.setting;

import io.spinexr.fhir.token.RegisteredPlace;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.regex.Pattern;

/** The rules that settings keep; each failure names the key, the rule and the value. */
final class Rules {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])";
  private static final Pattern IP_ADDRESS =
      Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private Rules() {}

  static void require(String key, Object value) {
    check(value != null && !value.toString().isBlank(), key, "must be set", "");
  }

  static void webAddress(String key, URI value) {
    require(key, value);
    boolean http = "http".equals(value.getScheme()) || "https".equals(value.getScheme());
    check(
        http && value.getHost() != null && value.getUserInfo() == null,
        key,
        "must be an http or https address without user name, e.g. http://127.0.0.1:8042/dicom-web",
        value);
  }

  static void webAddress(String key, String value) {
    try {
      webAddress(key, new URI(value));
    } catch (URISyntaxException e) {
      check(false, key, "must be an http or https address", value);
    }
  }

  /** An address of numbers, spelt as sockets spell it; a name would have to be looked up. */
  static String ipAddress(String key, String value) {
    if (IP_ADDRESS.matcher(value).matches()) {
      try {
        return InetAddress.getByName(value).getHostAddress();
      } catch (UnknownHostException e) {
        // The rule below says what was wrong.
      }
    }
    check(false, key, "must be IP addresses, e.g. 10.0.0.7", value);
    return value;
  }

  /** Whether nobody between reads along. A name other than localhost may lead anywhere. */
  static boolean isPrivate(URI address) {
    return "https".equals(address.getScheme()) || RegisteredPlace.isLoopback(address);
  }

  /** A namespace of identifiers; may be empty. */
  static void namespace(String key, String value) {
    check(
        value.isEmpty() || value.matches("[A-Za-z][A-Za-z0-9+.-]*:[^\\s|]+"),
        key,
        "must be an absolute URI, e.g. urn:oid:1.2.36.146.595.217.0.1",
        value);
  }

  static void positive(String key, Duration value) {
    require(key, value);
    check(!value.isNegative() && !value.isZero(), key, "must be longer than nothing", value);
  }

  static void inRange(String key, int value, int least, int most) {
    check(
        value >= least && value <= most,
        key,
        "must be from %d to %d".formatted(least, most),
        value);
  }

  static void probability(String key, double value) {
    check(value >= 0 && value <= 1, key, "must be from 0 to 1", value);
  }

  static void check(boolean kept, String key, String rule, Object value) {
    if (!kept) {
      String found = value.toString().isEmpty() ? "" : ", but is " + value;
      throw new Mistake("spinexr." + key + " " + rule + found + ".");
    }
  }
}

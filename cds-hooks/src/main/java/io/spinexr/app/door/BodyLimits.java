package io.spinexr.app.door;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Objects;

/**
 * The longest bodies, as they come and unpacked.
 *
 * @param fhir in bytes
 * @param cds in bytes
 */
record BodyLimits(long fhir, long cds) {
  /** Of pages and the administration: forms and a few fields of JSON. */
  private static final long OTHER = 64 * 1024;

  private static final String FORM = "application/x-www-form-urlencoded";

  /** A form becomes many times its size, wherever it is read, before anybody looks at it. */
  static boolean isForm(HttpServletRequest request) {
    return Objects.requireNonNullElse(request.getContentType(), "")
        .toLowerCase(Locale.ROOT)
        .startsWith(FORM);
  }

  long bytes(HttpServletRequest request) {
    return isForm(request) ? OTHER : ofEndpoint(request);
  }

  private long ofEndpoint(HttpServletRequest request) {
    return switch (Endpoint.of(request)) {
      case FHIR -> fhir;
      case CDS -> cds;
      case OTHER -> OTHER;
    };
  }

  Refusal tooLong(HttpServletRequest request) {
    return new Refusal(
        413, "too-long", "the body is longer than " + bytes(request) + " bytes" + setting(request));
  }

  private static String setting(HttpServletRequest request) {
    if (isForm(request)) {
      return "";
    }
    return switch (Endpoint.of(request)) {
      case FHIR -> " (spinexr.fhir.max-body)";
      case CDS -> " (spinexr.cds.max-body)";
      case OTHER -> "";
    };
  }
}

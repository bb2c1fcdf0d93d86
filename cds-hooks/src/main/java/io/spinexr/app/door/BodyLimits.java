package io.spinexr.app.door;

import jakarta.servlet.http.HttpServletRequest;

/**
 * The longest bodies, as they come and unpacked.
 *
 * @param fhir in bytes
 * @param cds in bytes
 */
record BodyLimits(long fhir, long cds) {
  /** Of pages and the administration: forms and a few fields of JSON. */
  private static final long OTHER = 64 * 1024;

  long bytes(HttpServletRequest request) {
    return switch (Endpoint.of(request)) {
      case FHIR -> fhir;
      case CDS -> cds;
      case OTHER -> OTHER;
    };
  }

  Refusal tooLong(HttpServletRequest request) {
    String setting =
        switch (Endpoint.of(request)) {
          case FHIR -> " (spinexr.fhir.max-body)";
          case CDS -> " (spinexr.cds.max-body)";
          case OTHER -> "";
        };
    return new Refusal(
        413, "too-long", "the body is longer than " + bytes(request) + " bytes" + setting);
  }
}

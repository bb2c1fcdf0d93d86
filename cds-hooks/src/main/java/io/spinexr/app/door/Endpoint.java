package io.spinexr.app.door;

import jakarta.servlet.http.HttpServletRequest;

/**
 * Which part of the server a request names. It is told by the text of the address and so decides
 * only how a refusal is written and how long a body may be.
 */
enum Endpoint {
  FHIR("/fhir", "application/fhir+json"),
  CDS("/cds-services", "application/json"),
  /** Pages, administration, health. */
  OTHER("/", "text/plain");

  private final String root;
  private final String mediaType;

  Endpoint(String root, String mediaType) {
    this.root = root;
    this.mediaType = mediaType;
  }

  static Endpoint of(HttpServletRequest request) {
    String path = request.getRequestURI();
    return FHIR.has(path) ? FHIR : CDS.has(path) ? CDS : OTHER;
  }

  private boolean has(String path) {
    return path.equals(root) || path.startsWith(root + "/");
  }

  String mediaType() {
    return mediaType;
  }
}

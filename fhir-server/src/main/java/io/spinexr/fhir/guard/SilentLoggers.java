package io.spinexr.fhir.guard;

import java.util.List;

/**
 * What reads, searches, checks and stores resources quotes them and their searches at every level,
 * so that it logs nothing, in a server as in a command. What went wrong there is told by {@link
 * FhirErrors}.
 */
public final class SilentLoggers {
  public static final List<String> NAMES =
      List.of(
          "ca.uhn.fhir.interceptor",
          "ca.uhn.fhir.jpa.dao",
          "ca.uhn.fhir.jpa.delete",
          "ca.uhn.fhir.jpa.patch",
          "ca.uhn.fhir.jpa.search",
          "ca.uhn.fhir.jpa.searchparam.extractor",
          "ca.uhn.fhir.jpa.searchparam.matcher",
          "ca.uhn.fhir.jpa.validation",
          "ca.uhn.fhir.parser",
          "ca.uhn.fhir.rest",
          "ca.uhn.fhir.validation",
          "org.hibernate.engine.jdbc.spi.SqlExceptionHelper");

  private SilentLoggers() {}
}

package io.spinexr.fhir;

import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** The two things that a record needs of a FHIR R4 server, ours or another. */
public interface FhirStore {
  /** The server's name in error messages, e.g. {@code the EHR's FHIR server}. */
  String name();

  /**
   * The resources of a type with a business identifier; for a DiagnosticReport its Observations
   * too.
   */
  List<Resource> find(String type, String system, String value);

  /**
   * Processes a transaction, all or nothing.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException with the HTTP status
   */
  Bundle transaction(Bundle transaction);
}

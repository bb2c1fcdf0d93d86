package io.spinexr.fhir.store;

import java.util.List;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Resource;

/** The two things that a record needs of a FHIR R4 server, ours or another. */
public interface FhirStore {
  /** The server's name in error messages, e.g. {@code the EHR's FHIR server}. */
  String name();

  /**
   * What a FHIR search finds and includes, from all its pages.
   *
   * @param url type and parameters, percent-encoded: {@code Task?identifier=urn%3Ax%7C1}
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException with the HTTP status
   */
  List<Resource> search(String url);

  /**
   * Processes a transaction, all or nothing.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException with the HTTP status
   */
  Bundle transaction(Bundle transaction);
}

package io.spinexr.fhir.store;

import java.util.List;
import org.hl7.fhir.r4.model.Resource;

/**
 * Our own FHIR server, whose Patients are ours to complete, to correct and to merge. Another server
 * keeps its own.
 */
public interface OwnStore extends FhirStore {
  /**
   * The resources that refer to a Patient in an element that searches know.
   *
   * @param address {@code Patient/...}
   */
  List<Resource> referringTo(String address);
}

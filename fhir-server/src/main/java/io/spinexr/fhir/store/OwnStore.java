package io.spinexr.fhir.store;

import io.spinexr.fhir.PatientHoldings;
import io.spinexr.fhir.PatientTraces;
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

  /**
   * What it holds of one patient, with history and what was deleted.
   *
   * @throws io.spinexr.fhir.FhirRecordException if some of it is another patient's, too
   */
  PatientHoldings held(PatientTraces traces);

  /** Expunges that: no version of it is left. */
  void erase(PatientTraces traces);
}

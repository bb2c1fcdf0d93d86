package io.spinexr.fhir;

import org.hl7.fhir.r4.model.Resource;

/** The security label by which any FHIR system can tell what an AI said from what a person said. */
final class AiContent {
  private AiContent() {}

  /** Labels the resource as asserted by artificial intelligence (HL7 v3 ObservationValue). */
  static void mark(Resource resource) {
    resource
        .getMeta()
        .addSecurity(
            "http://terminology.hl7.org/CodeSystem/v3-ObservationValue",
            "AIAST",
            "Artificial Intelligence asserted");
  }
}

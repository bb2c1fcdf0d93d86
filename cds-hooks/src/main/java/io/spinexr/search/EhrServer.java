package io.spinexr.search;

import io.spinexr.fhir.FhirRecord;
import io.spinexr.order.FhirServerUrl;

/**
 * The EHR's own FHIR server, when results go there too.
 *
 * @param address by which its orders are known
 */
public record EhrServer(FhirServerUrl address, FhirRecord record) {}

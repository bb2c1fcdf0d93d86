package io.spinexr.fhir.result;

import java.util.List;
import org.hl7.fhir.r4.model.Reference;

/**
 * What the results of one analysis refer to.
 *
 * @param device the model set
 * @param operator who answers for the results
 */
record Context(
    Reference patient,
    Reference imagingStudy,
    Reference device,
    Reference operator,
    List<Reference> orders) {}

/**
 * The erasure of a patient: what is the patient's, that nothing of it is left anywhere here, and
 * the record that it was done. What our FHIR server holds it finds and expunges itself.
 */
package io.spinexr.erasure;

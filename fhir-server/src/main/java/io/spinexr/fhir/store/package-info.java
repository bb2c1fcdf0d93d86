/**
 * A FHIR store that transactions are sent to: our own in process, or an EHR's over HTTP. What is in
 * them is not known here.
 */
package io.spinexr.fhir.store;

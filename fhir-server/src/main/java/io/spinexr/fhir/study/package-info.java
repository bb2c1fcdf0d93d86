/**
 * Patient, order and imaging study as resources: what a result is about. The result itself is in
 * {@code fhir.result}.
 */
package io.spinexr.fhir.study;

/**
 * What a program may do at {@code /fhir}: SMART scopes to rules. Our own reads and writes are in
 * process and do not meet them.
 */
package io.spinexr.fhir.access;

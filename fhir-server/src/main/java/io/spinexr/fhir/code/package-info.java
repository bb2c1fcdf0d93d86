/**
 * Codes, identifiers and extensions, our own terminology among them, each in one place. Which
 * resource they stand in is decided in the packages above.
 */
package io.spinexr.fhir.code;

/**
 * The embedded HAPI FHIR server and its database. What may be written over HTTP is decided in
 * {@code fhir.guard}.
 */
package io.spinexr.fhir.server;

/**
 * Signed tokens (RFC 7519) in both directions: those that trusted issuers give to programs, and
 * those by which this server proves itself to the EHR's authorization server. What a token allows
 * is not known here.
 */
package io.spinexr.fhir.token;

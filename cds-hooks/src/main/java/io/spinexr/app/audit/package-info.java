/**
 * The audit as auditors and the command line see it, and where requests to {@code /fhir} are
 * written down. Requests for pages are written down by {@code app.access}, which knows who asks.
 */
package io.spinexr.app.audit;

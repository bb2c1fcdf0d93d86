/**
 * What the AI found as resources: report, observations, pictures, provenance, in one transaction.
 * What becomes of them when others work on them is in {@code fhir.upkeep}.
 */
package io.spinexr.fhir.result;

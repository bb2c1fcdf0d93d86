/**
 * A record that others work on: what an analysis wants is merged with what is there; results are
 * withdrawn, patients merged and corrected. How a resource looks is in the packages below.
 */
package io.spinexr.fhir.upkeep;

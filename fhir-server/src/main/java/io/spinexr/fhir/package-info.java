/**
 * What the service asks of a FHIR record, and what the record tells the service. How resources
 * look, and how they are kept true, is in the packages below.
 */
package io.spinexr.fhir;

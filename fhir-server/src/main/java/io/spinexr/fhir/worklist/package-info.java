/** Tasks: what a radiologist has to read or to decide, in which order, and what has failed. */
package io.spinexr.fhir.worklist;

/**
 * What a request to {@code /fhir} may hold before anything is made of it: its type, characters,
 * numbers, size and expressions. What it may do to the record is not told here.
 */
package io.spinexr.fhir.content;

/**
 * CDS Hooks over HTTP: from a call to its answer. How a call is read, and what a card says, is in
 * the packages below.
 */
package io.spinexr.cds;

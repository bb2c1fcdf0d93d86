/**
 * A CDS call as a value: the hook, its context, its prefetch, and what is read of the EHR's chart.
 * What is ordered is read in {@code cds.order}.
 */
package io.spinexr.cds.request;

/**
 * Durable work: jobs, their retries, transactions that tell who waits, and what is measured of
 * them. What the work is, is in the packages above.
 */
package io.spinexr.job;

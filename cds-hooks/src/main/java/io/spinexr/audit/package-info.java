/**
 * Who did what with patients' data: entries that are only ever added, chained so that a missing or
 * changed one is found. What may be done is decided elsewhere.
 */
package io.spinexr.audit;

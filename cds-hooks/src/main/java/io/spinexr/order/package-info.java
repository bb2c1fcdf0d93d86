/**
 * An imaging order as EHRs place it: its codes, numbers, patient, stage and end. That it is kept,
 * and what becomes of it, is not known here.
 */
package io.spinexr.order;

/**
 * What people did with cards, as EHRs report it. What follows from it is decided in {@code cds}.
 */
package io.spinexr.cds.feedback;

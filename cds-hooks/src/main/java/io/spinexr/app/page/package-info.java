/**
 * The pages that people see: worklist, study, order. What they show is read from {@code service};
 * cards are made in {@code cds.card}.
 */
package io.spinexr.app.page;

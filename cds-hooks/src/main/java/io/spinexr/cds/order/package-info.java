/**
 * What a call says of its order and patient: spine radiography or not, placed or over, confidential
 * or not. How the call itself is read is in {@code cds.request}.
 */
package io.spinexr.cds.order;

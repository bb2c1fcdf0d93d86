package io.spinexr.audit;

/**
 * The end of a chain when it was exported.
 *
 * @param head the chain
 * @param number of its last entry
 * @param link of that entry
 */
record AuditHead(String head, long number, String link) {}

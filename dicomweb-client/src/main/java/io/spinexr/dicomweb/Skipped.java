package io.spinexr.dicomweb;

/**
 * What could not be read in an archive's JSON answers and was left out, since the client was made.
 *
 * @param attributes values that are none of their representation, or have no known one
 * @param records matches that are no data set or do not say which study, series or instance they
 *     are
 */
public record Skipped(long attributes, long records) {}

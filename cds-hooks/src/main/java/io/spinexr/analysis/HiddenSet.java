package io.spinexr.analysis;

/**
 * A model set of which nothing is shown.
 *
 * @param recalled for good: its results are withdrawn, and it analyses nothing any more
 */
public record HiddenSet(String reason, boolean recalled) {}

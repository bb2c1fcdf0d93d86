package io.spinexr.analysis;

import java.util.function.BooleanSupplier;

/**
 * How an analysis ends.
 *
 * @param keep to be called inside the transaction that ends its job; false if the analysis was
 *     asked for again meanwhile, and has to run once more
 */
record Ending(StudyState state, BooleanSupplier keep) {}

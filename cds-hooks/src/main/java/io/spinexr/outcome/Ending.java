package io.spinexr.outcome;

import io.spinexr.state.StudyState;
import java.util.function.BooleanSupplier;

/**
 * How an analysis ends.
 *
 * @param keep to be called inside the transaction that ends its job; false if the analysis was
 *     asked for again meanwhile, and has to run once more
 */
public record Ending(StudyState state, BooleanSupplier keep) {}

/**
 * What becomes of a result or of its failure: brought to outputs, withdrawn, disputed, restricted,
 * told as a Task. How one kind of target is written to is in {@code output}.
 */
package io.spinexr.outcome;

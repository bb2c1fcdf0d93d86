/**
 * Runs SavedModels: TensorFlow's sessions and devices behind {@link
 * io.spinexr.inference.runtime.Network}. What a model is and what it must answer is not decided
 * here.
 */
package io.spinexr.inference.tensorflow;

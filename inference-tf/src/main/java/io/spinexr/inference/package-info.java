/**
 * Classifiers and detectors on images: resizing, batches, ensembles, and whether two models say the
 * same. What runs a network is behind {@code inference.runtime}.
 */
package io.spinexr.inference;

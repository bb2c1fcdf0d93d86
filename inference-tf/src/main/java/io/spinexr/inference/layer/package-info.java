/**
 * The parts that networks are made of, on TensorFlow's graph: layers, anchors, boxes, weights.
 * Whole networks are in {@code inference.network}.
 */
package io.spinexr.inference.layer;

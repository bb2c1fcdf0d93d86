/**
 * What networks are trained to make small, as parts of TensorFlow's graph: each loss alone, without
 * weights, masks and means, which belong to the objective that uses it.
 */
package io.spinexr.workshop.training.loss;

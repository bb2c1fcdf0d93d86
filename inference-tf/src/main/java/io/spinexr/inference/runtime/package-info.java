/**
 * The door to whatever runs networks: arrays in, arrays out, and the contract that every network
 * keeps. TensorFlow is behind it, in {@code inference.tensorflow}.
 */
package io.spinexr.inference.runtime;

package io.spinexr.workshop.evaluation;

/**
 * A figure with its 95 % percentile interval over resampled images, all in [0,1]; NaN where it does
 * not exist.
 */
public record Measure(double value, double low, double high) {}

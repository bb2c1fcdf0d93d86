package io.spinexr.workshop.prediction;

/**
 * An image without predictions.
 *
 * @param reason why, a clause without personal data
 */
public record LeftOut(String imageId, String reason) {}

package io.spinexr.inference.folder;

import io.spinexr.finding.Probability;

/**
 * Where a set's threshold comes from, if it was chosen on annotated images.
 *
 * @param set name and version of the set that it was measured with
 * @param rule how it was chosen, in words
 * @param low lower end of its 95 % interval, in [0,1]
 * @param high upper end of its 95 % interval, in [0,1]
 * @param images how many it was chosen on
 * @param abnormal how many of these are abnormal
 * @param annotations SHA-256 of the annotation file
 * @param imageFiles fingerprint of the images' names and sizes
 * @param program version of SpineXR
 */
public record ThresholdOrigin(
    String set,
    String rule,
    double low,
    double high,
    int images,
    int abnormal,
    String annotations,
    String imageFiles,
    String program) {
  public ThresholdOrigin {
    Probability.require("low", low);
    Probability.require("high", high);
  }
}

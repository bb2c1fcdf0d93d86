package io.spinexr.inference.folder;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.spinexr.finding.Probability;
import org.jspecify.annotations.Nullable;

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
 * @param calibration which calibration was chosen and why, in words; null if it was not tried
 * @param scores how the scores of lesion types were chosen, in words; null if they were not
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ThresholdOrigin(
    String set,
    String rule,
    double low,
    double high,
    int images,
    int abnormal,
    String annotations,
    String imageFiles,
    String program,
    @Nullable String calibration,
    @Nullable String scores) {
  public ThresholdOrigin {
    Probability.require("low", low);
    Probability.require("high", high);
  }
}

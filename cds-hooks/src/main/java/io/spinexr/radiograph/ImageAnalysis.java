package io.spinexr.radiograph;

import io.spinexr.finding.ImageFindings;
import java.time.Duration;
import java.util.Map;

/**
 * One analysed image.
 *
 * @param perModel each classifier's own probability, by model name
 * @param times of the stages that it went through
 */
public record ImageAnalysis(
    ImageFindings findings, Map<String, Double> perModel, Map<Stage, Duration> times) {
  public ImageAnalysis {
    times = Map.copyOf(times);
  }
}

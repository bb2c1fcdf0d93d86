package io.spinexr.job;

import io.spinexr.radiograph.ImageMemory;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How studies are analysed: {@code spinexr.analysis}.
 *
 * @param workers studies at a time on this node; each uses every core the networks may use, so that
 *     more than two gain little on a processor; classifiers take their images in batches
 * @param maxAttempts after so many an analysis is given up visibly
 * @param outageGiveUpAfter attempts that fail because the archive, the FHIR server or the database
 *     is down count only this long after the analysis was asked for
 * @param retryInterval until the second attempt; doubles with each up to {@code maxRetryInterval}
 * @param maxRetryInterval the longest time between two attempts
 * @param pollInterval how often this node looks for jobs that other nodes left or that are due
 *     again; its own start at once
 * @param heartbeat how often a node says that it still works on a job; after four missed ones
 *     another node takes the job over
 * @param annotatedEdge longest edge of annotated images in pixels
 * @param annotatedBytes an annotated image is made smaller until its PNG file fits
 * @param maxMegapixels larger radiographs are not analysed, in millions of pixels, nor are those
 *     for which the Java heap, shared by the workers, has no room: beside the file, 1 to 10 bytes
 *     per pixel, JPEG 2000 the most
 */
public record AnalysisProperties(
    @DefaultValue("1") int workers,
    @DefaultValue("8") int maxAttempts,
    @DefaultValue("24h") Duration outageGiveUpAfter,
    @DefaultValue("2s") Duration retryInterval,
    @DefaultValue("5m") Duration maxRetryInterval,
    @DefaultValue("500ms") Duration pollInterval,
    @DefaultValue("2s") Duration heartbeat,
    @DefaultValue("1024") int annotatedEdge,
    @DefaultValue("1000000") int annotatedBytes,
    @DefaultValue("100") int maxMegapixels) {
  public AnalysisProperties {
    Limits.require("spinexr.analysis.workers", workers, 1, 64);
    Limits.require("spinexr.analysis.max-attempts", maxAttempts, 1, 100);
    Limits.require("spinexr.analysis.annotated-edge", annotatedEdge, 64, 8192);
    Limits.require("spinexr.analysis.annotated-bytes", annotatedBytes, 10_000, 50_000_000);
    Limits.require("spinexr.analysis.max-megapixels", maxMegapixels, 1, 1000);
    Limits.requirePositive("spinexr.analysis.outage-give-up-after", outageGiveUpAfter);
    Limits.requirePositive("spinexr.analysis.retry-interval", retryInterval);
    Limits.requirePositive("spinexr.analysis.max-retry-interval", maxRetryInterval);
    Limits.requirePositive("spinexr.analysis.poll-interval", pollInterval);
    Limits.requirePositive("spinexr.analysis.heartbeat", heartbeat);
  }

  /** What each worker may take of this process' memory for an image. */
  public ImageMemory imageMemory() {
    return ImageMemory.ofThisProcess(workers);
  }

  /** Until the next attempt at what has waited so long: as long again, within the limits. */
  public Duration retryAfter(Duration waited) {
    Duration pause = waited.compareTo(retryInterval) < 0 ? retryInterval : waited;
    return pause.compareTo(maxRetryInterval) < 0 ? pause : maxRetryInterval;
  }

  /** Until the next attempt after the {@code attempts}-th. */
  public Duration retry(int attempts) {
    return Limits.grown(retryInterval, 2, attempts - 1, maxRetryInterval);
  }
}

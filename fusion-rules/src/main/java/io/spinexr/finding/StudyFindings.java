package io.spinexr.finding;

import io.spinexr.finding.RejectedImage.Kind;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What one model set says about one study: its analysed images and those that could not be
 * analysed.
 *
 * <p>Aggregation over views follows the reading habit that one abnormal view makes an abnormal
 * study: the study's probability is the highest of its images, and its findings are those of all of
 * its images.
 */
public record StudyFindings(
    String studyUid, ModelSet models, List<ImageFindings> images, List<RejectedImage> rejected) {
  public StudyFindings {
    ImageId.requireUid("StudyInstanceUID", studyUid);
    Objects.requireNonNull(models, "models");
    images = List.copyOf(images);
    rejected = List.copyOf(rejected);
    boolean foreign =
        Stream.concat(
                images.stream().map(ImageFindings::image),
                rejected.stream().map(RejectedImage::image))
            .anyMatch(image -> !image.studyUid().equals(studyUid));
    if (foreign) {
      throw new IllegalArgumentException("every image must belong to study " + studyUid);
    }
  }

  /** Highest probability over the analysed images; 0 when there is none. */
  public double probability() {
    return images.stream().mapToDouble(ImageFindings::probability).max().orElse(0);
  }

  /** Whether any analysed image is abnormal by the classifier. */
  public boolean abnormal() {
    return images.stream().anyMatch(ImageFindings::abnormal);
  }

  /**
   * The verdict on the study: that of the image to be read first. Without an analysed image it is
   * out of scope only if nothing else kept any image from being analysed.
   */
  public Verdict verdict() {
    return images.stream()
        .map(ImageFindings::verdict)
        .min(Comparator.naturalOrder())
        .orElse(
            rejected(Kind.OUT_OF_SCOPE).isEmpty() || !rejected(Kind.NOT_ANALYSABLE).isEmpty()
                ? Verdict.NOT_ANALYSABLE
                : Verdict.OUT_OF_SCOPE);
  }

  /** The images that were not analysed for this reason. */
  public List<RejectedImage> rejected(Kind kind) {
    return rejected.stream().filter(image -> image.kind() == kind).toList();
  }

  /** The kept findings of all images, highest score first. */
  public List<Finding> findings() {
    return images.stream()
        .flatMap(image -> image.findings().stream())
        .sorted(Comparator.comparingDouble(Finding::score).reversed())
        .toList();
  }
}

package io.spinexr.analysis;

import io.spinexr.archive.patient.StatedIdentity;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.RejectedImage;
import io.spinexr.state.StudyAnalysis;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What the last result of a study says of its images, or of some of them.
 *
 * @param stated whom they show; empty if nothing is said of any
 */
public record EarlierResult(
    List<ImageFindings> images, List<RejectedImage> rejected, Set<StatedIdentity> stated) {
  public static final EarlierResult NONE = new EarlierResult(List.of(), List.of(), Set.of());

  public EarlierResult {
    images = List.copyOf(images);
    rejected = List.copyOf(rejected);
    stated = Set.copyOf(stated);
  }

  static EarlierResult of(StudyAnalysis analysis) {
    return analysis
        .findings()
        .map(found -> new EarlierResult(found.images(), found.rejected(), analysis.stated()))
        .orElse(NONE);
  }

  /**
   * @param which by SOP instance UID
   */
  EarlierResult of(Predicate<String> which) {
    EarlierResult chosen =
        new EarlierResult(
            images.stream().filter(image -> which.test(image.image().sopInstanceUid())).toList(),
            rejected.stream().filter(image -> which.test(image.image().sopInstanceUid())).toList(),
            stated);
    return chosen.tellsNothing() ? NONE : chosen;
  }

  boolean tellsNothing() {
    return images.isEmpty() && rejected.isEmpty();
  }

  /** SOP instance UIDs of the images. */
  Set<String> instances() {
    return ListedStudy.analysed(images, rejected);
  }
}

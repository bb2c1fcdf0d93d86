package io.spinexr.analysis;

import io.spinexr.dicom.image.Exposure;
import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.RejectedImage.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The exposures of a study as its images come in: each is to have one image analysed. */
final class Exposures {
  private final Map<ImageId, Exposure> seen = new LinkedHashMap<>();

  /** The next image, if one of those that were analysed stands for it. */
  Optional<RejectedImage> next(Exposure exposure, List<ImageFindings> analysed) {
    seen.put(exposure.image(), exposure);
    return superseded(exposure, analysed);
  }

  /** The raw data of all images that one of those that were analysed stands for. */
  Stream<RejectedImage> raw(List<ImageFindings> analysed) {
    return seen.values().stream()
        .filter(Exposure::forProcessing)
        .flatMap(exposure -> superseded(exposure, analysed).stream());
  }

  private Optional<RejectedImage> superseded(Exposure exposure, List<ImageFindings> analysed) {
    return analysed.stream()
        .map(image -> seen.get(image.image()))
        .filter(other -> !other.equals(exposure))
        .flatMap(other -> other.supersedes(exposure).stream())
        .findFirst()
        .map(reason -> new RejectedImage(exposure.image(), Kind.SUPERSEDED, reason));
  }
}

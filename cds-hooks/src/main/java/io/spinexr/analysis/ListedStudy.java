package io.spinexr.analysis;

import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A study as the archive lists it now.
 *
 * @param rejected by SOP instance UID: what its rejection notes take back, listed or not
 */
record ListedStudy(ImageSearch.Contents contents, Map<String, Rejection> rejected) {
  ListedStudy {
    rejected = Map.copyOf(rejected);
  }

  /** The spine radiographs that count. */
  List<ImageId> images() {
    return radiographs().filter(id -> !rejected.containsKey(id.sopInstanceUid())).toList();
  }

  /** The SOP instance UIDs of all its spine radiographs, rejected ones too. */
  Set<String> listed() {
    return uids(radiographs());
  }

  /** Whether it holds radiographs that were not analysed, or takes back some that were. */
  boolean differsFrom(Set<String> analysed) {
    return !analysed.containsAll(uids(images().stream()))
        || !Collections.disjoint(analysed, rejected.keySet());
  }

  /** Whether an image is absent, which is not to say that it was taken back. */
  boolean misses(String uid) {
    return !listed().contains(uid) && !rejected.containsKey(uid);
  }

  /** What is to be followed once this is the result: what counts, and what it carried over. */
  Set<String> followed(StudyFindings result) {
    return Stream.concat(uids(images().stream()).stream(), analysed(result).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Why radiographs of it do not count: the gravest reason; empty if all do. */
  Optional<Rejection> rejection(Set<String> analysed) {
    return Stream.concat(analysed.stream(), listed().stream())
        .map(rejected::get)
        .filter(Objects::nonNull)
        .min(Rejection::compareTo);
  }

  /** The SOP instance UIDs of the radiographs that a result is about. */
  static Set<String> analysed(StudyFindings result) {
    return analysed(result.images(), result.rejected());
  }

  static Set<String> analysed(List<ImageFindings> images, List<RejectedImage> rejected) {
    return uids(
        Stream.concat(
            images.stream().map(ImageFindings::image),
            rejected.stream().map(RejectedImage::image)));
  }

  static Set<String> uids(Stream<ImageId> images) {
    return images.map(ImageId::sopInstanceUid).collect(Collectors.toUnmodifiableSet());
  }

  private Stream<ImageId> radiographs() {
    return contents.series().stream().flatMap(one -> one.images(contents.studyUid()).stream());
  }
}

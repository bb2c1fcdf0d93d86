package io.spinexr.archive.study;

import io.spinexr.finding.ImageFindings;
import io.spinexr.finding.ImageId;
import io.spinexr.finding.RejectedImage;
import io.spinexr.finding.StudyFindings;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A study as the archives list it now.
 *
 * @param rejected by SOP instance UID: what rejection notes take back, listed or not
 * @param copies by SOP instance UID: where each radiograph can be had, one at least
 * @param archives DICOMweb roots of the archives that list it, as people reach them
 */
public record ListedStudy(
    StudyContents contents,
    Map<String, Rejection> rejected,
    Map<String, List<Copy>> copies,
    List<URI> archives) {
  public ListedStudy {
    rejected = Map.copyOf(rejected);
    copies = Map.copyOf(copies);
    archives = List.copyOf(archives);
  }

  /** With what another archive lists: each image once, and what any of them rejects. */
  public ListedStudy and(ListedStudy other) {
    return new ListedStudy(
        contents.and(other.contents),
        merged(rejected, other.rejected, Rejection::graver),
        merged(copies, other.copies, ListedStudy::concat),
        concat(archives, other.archives));
  }

  private static <V> Map<String, V> merged(
      Map<String, V> one, Map<String, V> other, BinaryOperator<V> both) {
    Map<String, V> all = new HashMap<>(one);
    other.forEach((key, value) -> all.merge(key, value, both));
    return all;
  }

  private static <T> List<T> concat(List<T> one, List<T> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  /** The spine radiographs that count. */
  public List<ImageId> images() {
    return radiographs().filter(id -> !rejected.containsKey(id.sopInstanceUid())).toList();
  }

  /** The SOP instance UIDs of all its spine radiographs, rejected ones too. */
  public Set<String> listed() {
    return uids(radiographs());
  }

  /** Whether it holds radiographs that were not analysed, or takes back some that were. */
  public boolean differsFrom(Set<String> analysed) {
    return !analysed.containsAll(uids(images().stream()))
        || !Collections.disjoint(analysed, rejected.keySet());
  }

  /** Whether an image is absent, which is not to say that it was taken back. */
  public boolean misses(String uid) {
    return !listed().contains(uid) && !rejected.containsKey(uid);
  }

  /** What is to be followed once this is the result: what counts, and what it carried over. */
  public Set<String> followed(StudyFindings result) {
    return Stream.concat(uids(images().stream()).stream(), analysed(result).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Why radiographs of it do not count: the gravest reason; empty if all do. */
  public Optional<Rejection> rejection(Set<String> analysed) {
    return Stream.concat(analysed.stream(), listed().stream())
        .map(rejected::get)
        .filter(Objects::nonNull)
        .min(Rejection::compareTo);
  }

  /** The SOP instance UIDs of the radiographs that a result is about. */
  public static Set<String> analysed(StudyFindings result) {
    return analysed(result.images(), result.rejected());
  }

  public static Set<String> analysed(List<ImageFindings> images, List<RejectedImage> rejected) {
    return uids(
        Stream.concat(
            images.stream().map(ImageFindings::image),
            rejected.stream().map(RejectedImage::image)));
  }

  public static Set<String> uids(Stream<ImageId> images) {
    return images.map(ImageId::sopInstanceUid).collect(Collectors.toUnmodifiableSet());
  }

  private Stream<ImageId> radiographs() {
    return contents.radiographs();
  }
}

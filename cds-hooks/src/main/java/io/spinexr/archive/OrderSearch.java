package io.spinexr.archive;

import io.spinexr.archive.ImageSearch.Match;
import io.spinexr.archive.ImageSearch.Matches;
import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.DicomDates;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.order.ImagingOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** One search of every archive for the studies of an order's patient. */
final class OrderSearch {
  private final List<ImageSearch> archives;
  private final SpineRadiographs radiographs;
  private final BadRecords bad;
  private final ImagingOrder order;
  private final Map<String, LinkedStudy> known;
  private final Map<ImageSearch, DicomWebException> failing = new LinkedHashMap<>();
  private boolean undescribed;

  /**
   * @param known what the last search found, by study UID: a study whose number of instances is
   *     still the same is not counted again
   */
  OrderSearch(
      List<ImageSearch> archives,
      SpineRadiographs radiographs,
      BadRecords bad,
      ImagingOrder order,
      Map<String, LinkedStudy> known) {
    this.archives = archives;
    this.radiographs = radiographs;
    this.bad = bad;
    this.order = order;
    this.known = known;
  }

  /** A study as one archive lists it. */
  private record Listed(ImageSearch archive, Match match) {
    List<DataSet> spineSeries(List<DataSet> all, SpineRadiographs radiographs) {
      return all.stream().filter(one -> radiographs.contains(match.study(), one)).toList();
    }
  }

  FoundStudies run() {
    Map<String, List<Listed>> listed = new LinkedHashMap<>();
    boolean otherIssuer = false;
    boolean notMatched = false;
    int asked = 0;
    for (ImageSearch archive : archives) {
      List<ArchivePatient> patients = archive.archive().matching().inArchive(order.patient());
      if (patients.isEmpty()) {
        continue;
      }
      asked++;
      Optional<Matches> matches = ask(archive, () -> archive.matches(order, patients));
      if (matches.isPresent()) {
        for (Match match : matches.get().studies()) {
          listed
              .computeIfAbsent(match.studyUid(), uid -> new ArrayList<>())
              .add(new Listed(archive, match));
        }
        otherIssuer |= matches.get().otherIssuer();
        notMatched |= matches.get().notMatched();
      }
    }
    List<FoundStudy> studies = new ArrayList<>();
    listed.forEach((uid, where) -> bad.skipping(() -> study(uid, where).ifPresent(studies::add)));
    Optional<DicomWebException> failure = failing.values().stream().findFirst();
    if (asked > 0 && failing.size() == asked) {
      throw failure.orElseThrow();
    }
    return new FoundStudies(
        studies, asked > 0, notMatched || otherIssuer && studies.isEmpty(), undescribed, failure);
  }

  private <T> Optional<T> ask(ImageSearch archive, Supplier<T> question) {
    try {
      return Optional.of(question.get());
    } catch (DicomWebException e) {
      failing.put(archive, e);
      return Optional.empty();
    }
  }

  /** Empty if no archive that lists it tells what it holds. */
  private Optional<FoundStudy> study(String uid, List<Listed> everywhere) {
    List<Listed> where =
        everywhere.stream().filter(one -> !failing.containsKey(one.archive())).toList();
    if (where.isEmpty()) {
      return Optional.empty();
    }
    Optional<LinkedStudy> before = Optional.ofNullable(known.get(uid));
    int listed = where.stream().mapToInt(one -> one.match().instances()).sum();
    // What an archive that fails had of the study is as it was.
    int instances =
        failing.isEmpty() ? listed : Math.max(listed, before.map(LinkedStudy::instances).orElse(0));
    Optional<LinkedStudy> counted = before.filter(study -> study.instances() == instances);
    // Whether it is the order's own must be told anew while that can change.
    boolean decided =
        counted
            .filter(study -> study.radiographs() == 0 || study.own() && !order.numbers().any())
            .isPresent();
    Optional<Spine> spine = decided ? Optional.of(Spine.NONE) : spine(uid, where);
    Optional<Integer> radiographs =
        spine.flatMap(found -> counted.map(LinkedStudy::radiographs).or(() -> count(uid, found)));
    Optional<StudyNumbers> numbers = spine.flatMap(found -> numbers(uid, where, found));
    if (radiographs.isEmpty() || numbers.isEmpty()) {
      return study(uid, where); // without the archive that fails by now
    }
    Match first = where.get(0).match();
    return Optional.of(
        new FoundStudy(
            uid,
            first.patient(),
            instances,
            radiographs.get(),
            numbers.get(),
            DicomDates.date(first.study(), Tag.StudyDate),
            DicomDates.firstOffset(
                Stream.concat(
                    where.stream().map(one -> one.match().study()), spine.get().all().stream())),
            first.study().string(Tag.StudyDescription).orElse("")));
  }

  /** The series of spine radiographs that archives list. */
  private record Spine(Map<Listed, List<DataSet>> series) {
    static final Spine NONE = new Spine(Map.of());

    List<DataSet> all() {
      return series.values().stream().flatMap(List::stream).toList();
    }
  }

  private Optional<Spine> spine(String uid, List<Listed> where) {
    Map<Listed, List<DataSet>> series = new LinkedHashMap<>();
    boolean unclear = false;
    for (Listed one : where) {
      Optional<List<DataSet>> all = ask(one.archive(), () -> one.archive().series(uid));
      if (all.isEmpty()) {
        return Optional.empty();
      }
      series.put(one, one.spineSeries(all.get(), radiographs));
      unclear |=
          all.get().stream().anyMatch(any -> radiographs.undescribed(one.match().study(), any));
    }
    Spine found = new Spine(series);
    undescribed |= unclear && found.all().isEmpty();
    return Optional.of(found);
  }

  /** An image that several archives hold counts once. */
  private Optional<Integer> count(String uid, Spine spine) {
    if (spine.series().size() == 1) {
      Map.Entry<Listed, List<DataSet>> only = spine.series().entrySet().iterator().next();
      ImageSearch archive = only.getKey().archive();
      return ask(archive, () -> archive.count(only.getValue(), uid));
    }
    List<String> uids = new ArrayList<>();
    for (Map.Entry<Listed, List<DataSet>> entry : spine.series().entrySet()) {
      ImageSearch archive = entry.getKey().archive();
      Optional<List<String>> instances =
          ask(archive, () -> archive.instances(entry.getValue(), uid).toList());
      if (instances.isEmpty()) {
        return Optional.empty();
      }
      uids.addAll(instances.get());
    }
    return Optional.of((int) uids.stream().distinct().count());
  }

  /** As many as it takes to tell whether the study is the order's. */
  private Optional<StudyNumbers> numbers(String uid, List<Listed> where, Spine spine) {
    List<DataSet> records = new ArrayList<>(spine.all());
    where.forEach(one -> records.add(one.match().study()));
    StudyNumbers found = StudyNumbers.of(records);
    if (!order.numbers().any()
        || found.relationTo(order.numbers()) == StudyNumbers.Relation.SAME
        || StudyNumbers.ofRequests(spine.all()).any()) {
      return Optional.of(found);
    }
    // Archives need not search RequestAttributesSequence, or all of it; the images may have it.
    for (Map.Entry<Listed, List<DataSet>> entry : spine.series().entrySet()) {
      ImageSearch archive = entry.getKey().archive();
      Optional<List<DataSet>> headers = ask(archive, () -> archive.headers(uid, entry.getValue()));
      if (headers.isEmpty()) {
        return Optional.empty();
      }
      records.addAll(headers.get());
    }
    return Optional.of(StudyNumbers.of(records));
  }
}

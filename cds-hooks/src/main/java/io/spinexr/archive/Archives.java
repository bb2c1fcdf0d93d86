package io.spinexr.archive;

import io.micrometer.core.instrument.MeterRegistry;
import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.archive.study.Archive;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.archive.study.StudyContents;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * All archives of the site, asked as if they were one. A study that several of them hold is one
 * study, and an image is one image, by its SOP instance UID.
 */
public final class Archives {
  private final List<Archive> archives;
  private final List<ImageSearch> searches;
  private final SpineRadiographs radiographs;
  private final BadRecords bad;
  private final PatientMatching matching;

  /**
   * @param archives not empty; what several hold is taken from the first that gives it
   */
  public Archives(List<Archive> archives, SpineRadiographs radiographs, MeterRegistry meters) {
    this.archives = List.copyOf(archives);
    this.radiographs = radiographs;
    this.bad = new BadRecords(meters);
    this.searches =
        archives.stream().map(archive -> new ImageSearch(archive, radiographs, bad)).toList();
    this.matching = PatientMatching.any(archives.stream().map(Archive::matching).toList());
  }

  public List<Archive> all() {
    return archives;
  }

  /** What counts as a radiograph in them. */
  public SpineRadiographs radiographs() {
    return radiographs;
  }

  /** To the patients of any of them. */
  public PatientMatching matching() {
    return matching;
  }

  /** Where a study must be of which nothing else is known: empty where there are several. */
  public List<URI> only() {
    return archives.size() == 1 ? List.of(archives.get(0).publicUrl()) : List.of();
  }

  /**
   * Searches for the studies of an order's patient, by patient, and by accession number if the
   * order has one.
   *
   * @param known what the last search found, by study UID: a study whose number of instances is
   *     still the same is not counted again
   * @throws DicomWebException if no archive answers as it should
   */
  public FoundStudies search(ImagingOrder order, Map<String, LinkedStudy> known) {
    return new OrderSearch(searches, radiographs, bad, order, known).run();
  }

  /**
   * A study as those archives list it that answer.
   *
   * @param study empty if none of them lists it
   * @param failure of an archive that does not
   */
  public record Sighting(Optional<ListedStudy> study, Optional<DicomWebException> failure) {
    /**
     * The study as every archive lists it.
     *
     * @throws DicomWebException if one of them did not answer
     */
    public Optional<ListedStudy> whole() {
      failure.ifPresent(
          e -> {
            throw e;
          });
      return study;
    }
  }

  /**
   * Looks for a study of a patient.
   *
   * @param known one of the patient's identifiers: archives that know its system must know the
   *     patient by it
   * @throws NotThePatientsException if an archive says that it is not the patient's
   */
  public Sighting study(String studyUid, PatientIdentity patient, ArchivePatient known) {
    Optional<ListedStudy> study = Optional.empty();
    Optional<DicomWebException> failure = Optional.empty();
    for (ImageSearch search : searches) {
      List<ArchivePatient> candidates = search.archive().matching().inArchive(patient, known);
      if (!candidates.isEmpty()) {
        try {
          Optional<ListedStudy> here = new StudyListing(search).of(studyUid, candidates);
          study = Stream.of(study, here).flatMap(Optional::stream).reduce(ListedStudy::and);
        } catch (DicomWebException e) {
          failure = failure.or(() -> Optional.of(e));
        }
      }
    }
    return new Sighting(study, failure);
  }

  /**
   * What one archive has of a study.
   *
   * @param contents its spine radiographs among others, rejected ones too
   */
  public record Holding(Archive archive, StudyContents contents) {}

  /**
   * A study in every archive that lists it, whoever's it is: nothing of it may be shown.
   *
   * @throws DicomWebException if one of them does not answer
   */
  public List<Holding> holdings(String studyUid) {
    return searches.stream()
        .flatMap(
            search ->
                search.contents(studyUid).stream()
                    .map(contents -> new Holding(search.archive(), contents)))
        .toList();
  }

  /**
   * Whether an archive lists a study by itself.
   *
   * @throws DicomWebException if none does, and one does not answer
   */
  public boolean lists(String studyUid) {
    return any(search -> search.lists(studyUid));
  }

  /** Whether an archive lists a study among those of a patient; fails as the other does. */
  public boolean lists(String studyUid, PatientIdentity patient) {
    return any(
        search ->
            search.archive().matching().inArchive(patient).stream()
                .anyMatch(known -> search.lists(studyUid, known)));
  }

  private boolean any(Predicate<ImageSearch> tells) {
    Optional<DicomWebException> failure = Optional.empty();
    for (ImageSearch search : searches) {
      try {
        if (tells.test(search)) {
          return true;
        }
      } catch (DicomWebException e) {
        failure = failure.or(() -> Optional.of(e));
      }
    }
    failure.ifPresent(
        e -> {
          throw e;
        });
    return false;
  }

  /**
   * Whether every archive lists at least one of the studies.
   *
   * @throws DicomWebException if one of them does not answer
   */
  public boolean eachListsOneOf(Collection<String> studyUids) {
    return searches.stream().allMatch(search -> studyUids.stream().anyMatch(search::lists));
  }
}

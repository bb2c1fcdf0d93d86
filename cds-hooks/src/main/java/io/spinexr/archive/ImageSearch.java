package io.spinexr.archive;

import io.spinexr.archive.patient.ArchivePatient;
import io.spinexr.archive.patient.ArchivePatient.Relation;
import io.spinexr.archive.patient.PatientMatching;
import io.spinexr.archive.study.Archive;
import io.spinexr.archive.study.RejectionNote;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.archive.study.StudyContents;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.order.ImagingOrder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds in one archive the studies of a patient, and which of their series are radiographs of the
 * spine. What an archive takes for a match is never believed: every result is compared again.
 */
final class ImageSearch {
  private static final Logger LOG = LoggerFactory.getLogger(ImageSearch.class);
  private static final List<String> STUDY_FIELDS =
      List.of(
          "PatientID",
          "IssuerOfPatientID",
          "PatientBirthDate",
          "PatientSex",
          "AccessionNumber",
          "PlacerOrderNumberImagingServiceRequest",
          "StudyDate",
          "StudyTime",
          "TimezoneOffsetFromUTC",
          "StudyDescription",
          "ModalitiesInStudy",
          "ProcedureCodeSequence",
          "NumberOfStudyRelatedInstances");
  private static final List<String> SERIES_FIELDS =
      List.of(
          "Modality",
          "SeriesDescription",
          "BodyPartExamined",
          "TimezoneOffsetFromUTC",
          "RequestAttributesSequence",
          "NumberOfSeriesRelatedInstances");
  private static final List<String> INSTANCE_FIELDS =
      List.of("SOPClassUID", "InstanceNumber", "TimezoneOffsetFromUTC");

  /** HTTP's answers of an archive that is up and cannot do what it is asked. */
  private static final Set<Integer> CANNOT = Set.of(500, 501);

  private final Archive archive;
  private final SpineRadiographs radiographs;
  private final BadRecords bad;

  ImageSearch(Archive archive, SpineRadiographs radiographs, BadRecords bad) {
    this.archive = archive;
    this.radiographs = radiographs;
    this.bad = bad;
  }

  Archive archive() {
    return archive;
  }

  /**
   * A study of a patient as this archive lists it.
   *
   * @param patient as whom it was matched
   * @param instances of the whole study
   */
  record Match(String studyUid, DataSet study, ArchivePatient patient, int instances) {}

  /**
   * What a patient has in this archive.
   *
   * @param studies that are the patient's without doubt and may hold radiographs
   * @param otherIssuer whether there are images with the patient's identifier of another issuer
   * @param notMatched whether there are images that should be the patient's and are not
   */
  record Matches(List<Match> studies, boolean otherIssuer, boolean notMatched) {}

  /**
   * Searches by patient, and by accession number if the order has one.
   *
   * @param patients as whom the order's patient may be known here; not empty
   * @throws DicomWebException if the archive does not answer as it should
   */
  Matches matches(ImagingOrder order, List<ArchivePatient> patients) {
    Map<String, Match> studies = new LinkedHashMap<>();
    boolean otherIssuer = false;
    boolean notMatched = false;
    for (ArchivePatient patient : patients) {
      for (DataSet study : studies(Map.of("PatientID", patient.patientId()))) {
        switch (patient.relationTo(study)) {
          case SAME -> add(studies, study, patient);
          case OTHER_ISSUER -> otherIssuer = true;
          case OTHER_PERSON -> notMatched = true;
          case OTHER_ID -> {} // an archive that matches with wildcards or in any case
        }
      }
    }
    Optional<String> accession =
        order.accessionNumber().map(String::strip).filter(PatientMatching::searchable);
    if (accession.isPresent()) {
      for (DataSet study : studies(Map.of("AccessionNumber", accession.get()))) {
        if (StudyNumbers.of(List.of(study)).accessions().contains(accession.get())) {
          Optional<ArchivePatient> patient =
              patients.stream()
                  .filter(candidate -> candidate.relationTo(study) == Relation.SAME)
                  .findFirst();
          patient.ifPresent(same -> add(studies, study, same));
          notMatched |= patient.isEmpty();
        }
      }
    }
    return new Matches(List.copyOf(studies.values()), otherIssuer, notMatched);
  }

  private List<DataSet> studies(Map<String, String> query) {
    return archive.ask(client -> client.searchStudies(query, STUDY_FIELDS));
  }

  private void add(Map<String, Match> studies, DataSet study, ArchivePatient patient) {
    bad.skipping(
        () -> {
          String uid = study.string(Tag.StudyInstanceUID).orElseThrow();
          if (!studies.containsKey(uid) && radiographs.mayHold(study)) {
            studies.put(uid, new Match(uid, study, patient, instances(study, uid)));
          }
        });
  }

  private int instances(DataSet study, String uid) {
    return count(study, Tag.NumberOfStudyRelatedInstances)
        .orElseGet(
            () -> archive.ask(client -> client.searchInstances(uid, Map.of(), List.of())).size());
  }

  /** What the archive counts; empty if it does not, or not in digits: then we count. */
  private static OptionalInt count(DataSet record, int tag) {
    try {
      return record.integer(tag);
    } catch (DicomException e) {
      return OptionalInt.empty();
    }
  }

  /** How many radiographs series of spine radiographs hold. */
  int count(List<DataSet> spineSeries, String uid) {
    ToIntFunction<DataSet> size =
        series ->
            count(series, Tag.NumberOfSeriesRelatedInstances)
                .orElseGet(
                    () ->
                        instances(uid, series.string(Tag.SeriesInstanceUID).orElseThrow()).size());
    return spineSeries.stream().mapToInt(size).sum();
  }

  /** The SOP instance UIDs of what series of spine radiographs hold. */
  Stream<String> instances(List<DataSet> spineSeries, String uid) {
    return spineSeries.stream()
        .flatMap(
            series -> instances(uid, series.string(Tag.SeriesInstanceUID).orElseThrow()).stream())
        .flatMap(instance -> instance.string(Tag.SOPInstanceUID).stream());
  }

  /** What the images of series state; nothing if the archive cannot tell. */
  List<DataSet> headers(String uid, List<DataSet> series) {
    return series.stream().flatMap(one -> headers(uid, one).stream()).toList();
  }

  private List<DataSet> headers(String uid, DataSet series) {
    String seriesUid = series.string(Tag.SeriesInstanceUID).orElseThrow();
    try {
      return archive.ask(client -> client.retrieveMetadata(uid, seriesUid));
    } catch (DicomWebException e) {
      if (e.kind().passing() && !CANNOT.contains(e.status().orElse(0))) {
        throw e;
      }
      LOG.debug("the archive does not tell a series' metadata: {}", e.getMessage());
      return List.of();
    }
  }

  /** The series of a study, whatever they show. */
  List<DataSet> series(String uid) {
    return archive.ask(client -> client.searchSeries(uid, Map.of(), SERIES_FIELDS));
  }

  private List<DataSet> instances(String studyUid, String seriesUid) {
    Map<String, String> query = Map.of("SeriesInstanceUID", seriesUid);
    return archive.ask(client -> client.searchInstances(studyUid, query, INSTANCE_FIELDS)).stream()
        .filter(
            instance ->
                instance.string(Tag.SeriesInstanceUID).filter(seriesUid::equals).isPresent())
        .toList();
  }

  /** Empty if the archive does not have the study (any more). */
  Optional<StudyContents> contents(String studyUid) {
    return study(Map.of("StudyInstanceUID", studyUid), studyUid)
        .map(study -> contents(study, studyUid));
  }

  /** Whether the archive lists a study by itself. */
  boolean lists(String studyUid) {
    return study(Map.of("StudyInstanceUID", studyUid), studyUid).isPresent();
  }

  /** Whether the archive lists a study among those of a patient. */
  boolean lists(String studyUid, ArchivePatient patient) {
    return study(Map.of("PatientID", patient.patientId()), studyUid).isPresent();
  }

  private Optional<DataSet> study(Map<String, String> query, String studyUid) {
    return studies(query).stream()
        .filter(study -> study.string(Tag.StudyInstanceUID).filter(studyUid::equals).isPresent())
        .findFirst();
  }

  private StudyContents contents(DataSet study, String studyUid) {
    List<DataSet> series = series(studyUid);
    return new StudyContents(
        study,
        series.stream()
            .filter(one -> radiographs.contains(study, one))
            .map(one -> series(studyUid, one, radiographs::mayBeImage))
            .toList(),
        series.stream()
            .filter(one -> one.string(Tag.Modality).filter("KO"::equals).isPresent())
            .map(one -> series(studyUid, one, ImageSearch::mayBeKeyObject))
            .flatMap(one -> one.images(studyUid).stream())
            .toList());
  }

  private StudyContents.Series series(
      String studyUid, DataSet series, Predicate<Optional<String>> wantedSopClass) {
    return new StudyContents.Series(
        series,
        instances(studyUid, series.string(Tag.SeriesInstanceUID).orElseThrow()).stream()
            .filter(instance -> wantedSopClass.test(instance.string(Tag.SOPClassUID)))
            .toList());
  }

  /** An archive may not tell the SOP class. */
  private static boolean mayBeKeyObject(Optional<String> sopClassUid) {
    return sopClassUid.isEmpty() || sopClassUid.get().equals(RejectionNote.SOP_CLASS);
  }
}

package io.spinexr.analysis;

import io.spinexr.analysis.ArchivePatient.Relation;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.DicomWebException;
import io.spinexr.finding.ImageId;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.OrderNumbers;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the studies of an order's patient in the archive, and which of their series are radiographs
 * of the spine. What an archive takes for a match is never believed: every result is compared
 * again.
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

  private final DicomWebClient archive;
  private final PatientMatching matching;
  private final SpineRadiographs radiographs;
  private final AnalysisMeters meters;

  ImageSearch(
      DicomWebClient archive,
      PatientMatching matching,
      SpineRadiographs radiographs,
      AnalysisMeters meters) {
    this.archive = archive;
    this.matching = matching;
    this.radiographs = radiographs;
    this.meters = meters;
  }

  /**
   * What an order's patient has in the archive.
   *
   * @param studies that are the patient's without doubt
   * @param searchable whether any identifier of the patient is mapped and can be searched for
   * @param notMatched whether there are images that should be the patient's and are not
   */
  record Found(List<FoundStudy> studies, boolean searchable, boolean notMatched) {}

  /**
   * Searches by patient, and by accession number if the order has one.
   *
   * @param known what the last search found, by study UID: a study whose number of instances is
   *     still the same is not counted again
   * @throws io.spinexr.dicomweb.DicomWebException if the archive does not answer as it should
   */
  Found search(ImagingOrder order, Map<String, LinkedStudy> known) {
    List<ArchivePatient> patients = matching.inArchive(order.patient());
    Map<String, FoundStudy> studies = new LinkedHashMap<>();
    boolean otherIssuer = false;
    boolean notMatched = false;
    for (ArchivePatient patient : patients) {
      for (DataSet study : studies(Map.of("PatientID", patient.patientId()))) {
        switch (patient.relationTo(study)) {
          case SAME -> add(studies, study, patient, order, known);
          case OTHER_ISSUER -> otherIssuer = true;
          case OTHER_PERSON -> notMatched = true;
          case OTHER_ID -> {} // an archive that matches with wildcards or in any case
        }
      }
    }
    Optional<String> accession =
        order.accessionNumber().map(String::strip).filter(PatientMatching::searchable);
    if (accession.isPresent() && !patients.isEmpty()) {
      for (DataSet study : studies(Map.of("AccessionNumber", accession.get()))) {
        if (StudyNumbers.of(List.of(study)).accessions().contains(accession.get())) {
          Optional<ArchivePatient> patient =
              patients.stream()
                  .filter(candidate -> candidate.relationTo(study) == Relation.SAME)
                  .findFirst();
          patient.ifPresent(same -> add(studies, study, same, order, known));
          notMatched |= patient.isEmpty();
        }
      }
    }
    return new Found(
        List.copyOf(studies.values()),
        !patients.isEmpty(),
        notMatched || otherIssuer && studies.isEmpty());
  }

  private List<DataSet> studies(Map<String, String> query) {
    return archive.searchStudies(query, STUDY_FIELDS);
  }

  private void add(
      Map<String, FoundStudy> studies,
      DataSet study,
      ArchivePatient patient,
      ImagingOrder order,
      Map<String, LinkedStudy> known) {
    try {
      addReadable(studies, study, patient, order, known);
    } catch (DicomException | IllegalArgumentException | NoSuchElementException e) {
      // One bad record must not hide the patient's other studies.
      meters.badArchiveRecord();
      LOG.warn("a study is skipped: the archive's record of it is bad: {}", Failures.describe(e));
    }
  }

  private void addReadable(
      Map<String, FoundStudy> studies,
      DataSet study,
      ArchivePatient patient,
      ImagingOrder order,
      Map<String, LinkedStudy> known) {
    String uid = study.string(Tag.StudyInstanceUID).orElseThrow();
    if (studies.containsKey(uid) || !radiographs.mayHold(study)) {
      return;
    }
    int instances =
        count(study, Tag.NumberOfStudyRelatedInstances)
            .orElseGet(() -> archive.searchInstances(uid, Map.of(), List.of()).size());
    LinkedStudy before = known.get(uid);
    boolean counted = before != null && before.instances() == instances;
    // Whether it is the order's own must be told anew while that can change.
    boolean decided =
        counted && (before.radiographs() == 0 || before.own() && !order.numbers().any());
    List<DataSet> series = decided ? List.of() : spineSeries(study, uid);
    studies.put(
        uid,
        new FoundStudy(
            uid,
            patient,
            instances,
            counted ? before.radiographs() : countRadiographs(series, uid),
            numbers(uid, study, series, order.numbers()),
            DicomDates.date(study, Tag.StudyDate),
            firstOffset(Stream.concat(Stream.of(study), series.stream())),
            study.string(Tag.StudyDescription).orElse("")));
  }

  /** What the archive counts; empty if it does not, or not in digits: then we count. */
  private static OptionalInt count(DataSet record, int tag) {
    try {
      return record.integer(tag);
    } catch (DicomException e) {
      return OptionalInt.empty();
    }
  }

  private int countRadiographs(List<DataSet> spineSeries, String uid) {
    ToIntFunction<DataSet> size =
        series ->
            count(series, Tag.NumberOfSeriesRelatedInstances)
                .orElseGet(
                    () ->
                        instances(uid, series.string(Tag.SeriesInstanceUID).orElseThrow()).size());
    return spineSeries.stream().mapToInt(size).sum();
  }

  /** As many as it takes to tell whether the study is the order's. */
  private StudyNumbers numbers(
      String uid, DataSet study, List<DataSet> spineSeries, OrderNumbers wanted) {
    List<DataSet> records = new ArrayList<>(spineSeries);
    records.add(study);
    StudyNumbers found = StudyNumbers.of(records);
    if (!wanted.any()
        || found.relationTo(wanted) == StudyNumbers.Relation.SAME
        || StudyNumbers.ofRequests(spineSeries).any()) {
      return found;
    }
    // Archives need not search RequestAttributesSequence, or all of it; the images may have it.
    spineSeries.forEach(series -> records.addAll(headers(uid, series)));
    return StudyNumbers.of(records);
  }

  /** What the images of a series state; nothing if the archive cannot tell. */
  private List<DataSet> headers(String uid, DataSet series) {
    try {
      return archive.retrieveMetadata(uid, series.string(Tag.SeriesInstanceUID).orElseThrow());
    } catch (DicomWebException e) {
      if (Failures.outage(e) && !CANNOT.contains(e.status().orElse(0))) {
        throw e;
      }
      LOG.debug("the archive does not tell a series' metadata: {}", Failures.describe(e));
      return List.of();
    }
  }

  private List<DataSet> spineSeries(DataSet study, String uid) {
    return allSeries(uid).stream().filter(series -> radiographs.contains(study, series)).toList();
  }

  private List<DataSet> allSeries(String uid) {
    return archive.searchSeries(uid, Map.of(), SERIES_FIELDS);
  }

  private List<DataSet> instances(String studyUid, String seriesUid) {
    return archive
        .searchInstances(studyUid, Map.of("SeriesInstanceUID", seriesUid), INSTANCE_FIELDS)
        .stream()
        .filter(
            instance ->
                instance.string(Tag.SeriesInstanceUID).filter(seriesUid::equals).isPresent())
        .toList();
  }

  /** A series of spine radiographs, and the instances in it that can be images. */
  record Series(DataSet attributes, List<DataSet> instances) {
    List<ImageId> images(String studyUid) {
      List<ImageId> ids = new ArrayList<>();
      String seriesUid = attributes.string(Tag.SeriesInstanceUID).orElseThrow();
      for (DataSet instance : instances) {
        ids.add(
            new ImageId(studyUid, seriesUid, instance.string(Tag.SOPInstanceUID).orElseThrow()));
      }
      return ids;
    }
  }

  /**
   * A study's attributes and its spine radiographs.
   *
   * @param keyObjects its Key Object Selection documents
   * @throws io.spinexr.dicomweb.DicomWebException if the archive does not answer as it should
   */
  record Contents(DataSet study, List<Series> series, List<ImageId> keyObjects) {
    String studyUid() {
      return study.string(Tag.StudyInstanceUID).orElseThrow();
    }

    /** Of the place where the study was made from UTC, if the search tells. */
    Optional<ZoneOffset> offset() {
      Stream<DataSet> records =
          series.stream()
              .flatMap(one -> Stream.concat(Stream.of(one.attributes()), one.instances().stream()));
      return firstOffset(Stream.concat(Stream.of(study), records));
    }
  }

  private static Optional<ZoneOffset> firstOffset(Stream<DataSet> records) {
    return records.flatMap(record -> DicomDates.offset(record).stream()).findFirst();
  }

  /** Empty if the archive does not have the study (any more). */
  Optional<Contents> contents(String studyUid) {
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

  private Contents contents(DataSet study, String studyUid) {
    List<DataSet> series = allSeries(studyUid);
    return new Contents(
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

  private Series series(
      String studyUid, DataSet series, Predicate<Optional<String>> wantedSopClass) {
    return new Series(
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

package io.spinexr.archive;

import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicom.pixel.DecodedSyntaxes;
import io.spinexr.dicomweb.ArchiveSupport;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.InstanceForm;
import io.spinexr.dicomweb.SearchLevel;
import io.spinexr.dicomweb.Skipped;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.finding.ImageId;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tries on an archive, reading only, all that SpineXR asks of one. What it tells has counts, and no
 * value of any patient.
 */
public final class ArchiveCheck {
  /** How many days are looked through for a study to try the rest on. */
  private static final int DAYS = 14;

  /** How many studies of the patient are looked into. */
  private static final int STUDIES = 20;

  /** Of no study. */
  private static final Map<String, String> NONE = Map.of("StudyInstanceUID", "2.25.0");

  private record Attribute(String keyword, int tag) {
    boolean isIn(DataSet record) {
      try {
        return tag == Tag.RequestAttributesSequence
            ? !record.sequence(tag).isEmpty()
            : record.string(tag).isPresent();
      } catch (DicomException e) {
        return false;
      }
    }
  }

  private static final List<Attribute> IDENTITY =
      List.of(
          new Attribute("PatientID", Tag.PatientID),
          new Attribute("IssuerOfPatientID", Tag.IssuerOfPatientID),
          new Attribute("PatientBirthDate", Tag.PatientBirthDate),
          new Attribute("PatientSex", Tag.PatientSex));

  private static final List<Attribute> OF_STUDIES =
      Stream.concat(
              IDENTITY.stream(),
              Stream.of(
                  new Attribute("AccessionNumber", Tag.AccessionNumber),
                  new Attribute("StudyDate", Tag.StudyDate),
                  new Attribute("StudyDescription", Tag.StudyDescription),
                  new Attribute("ModalitiesInStudy", Tag.ModalitiesInStudy)))
          .toList();

  private static final List<Attribute> OF_SERIES =
      List.of(
          new Attribute("Modality", Tag.Modality),
          new Attribute("BodyPartExamined", Tag.BodyPartExamined),
          new Attribute("SeriesDescription", Tag.SeriesDescription),
          new Attribute("RequestAttributesSequence", Tag.RequestAttributesSequence));

  /** What came of a trial. */
  public enum Outcome {
    YES,
    /** SpineXR gets along with it. */
    PARTLY,
    /** SpineXR cannot do without. */
    NO,
    UNTRIED
  }

  /**
   * One trial.
   *
   * @param what was tried
   * @param found what the archive did, and what SpineXR makes of it
   * @param ask what the archive's vendor could be asked for; empty for nothing
   */
  public record Point(String what, Outcome outcome, String found, String ask) {}

  /** Ends the trials: the rest needs what failed. */
  private static final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private final DicomWebClient client;
  private final DicomWebClient smallPages;
  private final SpineRadiographs radiographs;
  private final Optional<String> patientId;
  private final Optional<String> accession;
  private final LocalDate today;
  private final List<Point> points = new ArrayList<>();

  /**
   * @param smallPages to the same archive, asking for one match at a time
   * @param patientId of a patient with spine radiographs
   * @param accession number of a study of theirs; without both, recent radiographs are looked for
   */
  public ArchiveCheck(
      DicomWebClient client,
      DicomWebClient smallPages,
      SpineRadiographs radiographs,
      Optional<String> patientId,
      Optional<String> accession,
      LocalDate today) {
    this.client = client;
    this.smallPages = smallPages;
    this.radiographs = radiographs;
    this.patientId = patientId;
    this.accession = accession;
    this.today = today;
  }

  /** In the order of the trials. */
  public List<Point> run() {
    try {
      connect();
      DataSet example = example();
      List<DataSet> studies = searchByPatient(example);
      searchByAccession(example);
      told(SearchLevel.STUDIES, studies, OF_STUDIES, IDENTITY);
      images(studies);
    } catch (Stop e) {
      // The last point says why.
    }
    skipped();
    return List.copyOf(points);
  }

  private void point(String what, Outcome outcome, String found, String ask) {
    points.add(new Point(what, outcome, found, ask));
  }

  private void yes(String what, String found) {
    point(what, Outcome.YES, found, "");
  }

  /** An answer without which nothing else can be tried. */
  private <T> T need(String what, String ask, Supplier<T> question) {
    try {
      return question.get();
    } catch (DicomWebException | DicomException e) {
      throw stop(what, withoutUids(e), ask);
    }
  }

  private Stop stop(String what, String found, String ask) {
    point(what, Outcome.NO, found, ask);
    return new Stop();
  }

  private static String withoutUids(RuntimeException e) {
    return String.valueOf(e.getMessage())
        .replaceAll("(studies|series|instances)/[0-9.]+", "$1/<UID>");
  }

  private void connect() {
    String what = "connection and sign-in";
    List<DataSet> none =
        need(
            what,
            "Which address, certificate and account are meant for DICOMweb?",
            () -> client.searchStudies(NONE, List.of()));
    if (none.isEmpty()) {
      yes(what, "answers a search for studies");
    } else {
      point(
          what,
          Outcome.PARTLY,
          "answers, but lists studies that were not asked for: SpineXR compares every answer again",
          "Let searches for studies match StudyInstanceUID.");
    }
  }

  private List<DataSet> studies(String key, String value) {
    return client.searchStudies(Map.of(key, value), keywords(OF_STUDIES));
  }

  private static List<String> keywords(List<Attribute> attributes) {
    return attributes.stream().map(Attribute::keyword).toList();
  }

  private DataSet example() {
    String what = "a study to try the rest on";
    List<DataSet> found =
        need(
            what,
            "Let searches for studies match PatientID, AccessionNumber and StudyDate.",
            () ->
                patientId
                    .map(id -> studies("PatientID", id))
                    .or(() -> accession.map(number -> studies("AccessionNumber", number)))
                    .orElseGet(this::recent));
    DataSet example =
        found.stream()
            .filter(study -> accession.isEmpty() || states(study, Tag.AccessionNumber, accession))
            .findFirst()
            .or(() -> found.stream().findFirst())
            .orElseThrow(
                () ->
                    stop(
                        what,
                        given()
                            ? "the archive lists no study with the number that was given"
                            : "no radiographs were made in %d days: give a patient id"
                                .formatted(DAYS),
                        ""));
    yes(what, "found");
    return example;
  }

  private boolean given() {
    return patientId.isPresent() || accession.isPresent();
  }

  private List<DataSet> recent() {
    return Stream.iterate(today, day -> day.minusDays(1))
        .limit(DAYS)
        .map(day -> studies("StudyDate", day.format(DateTimeFormatter.BASIC_ISO_DATE)))
        .map(day -> day.stream().filter(radiographs::mayHold).toList())
        .filter(day -> !day.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  private static boolean states(DataSet record, int tag, Optional<String> value) {
    return record.string(tag).equals(value);
  }

  /** The patient's studies. */
  private List<DataSet> searchByPatient(DataSet example) {
    String what = "search by PatientID";
    Optional<String> id = example.string(Tag.PatientID);
    if (id.isEmpty()) {
      throw stop(
          what,
          "PatientID is not returned, so that nobody knows whose a study is",
          "Return PatientID, PatientBirthDate and PatientSex in searches for studies.");
    }
    String ask = "Let searches for studies match PatientID.";
    List<DataSet> found = need(what, ask, () -> studies("PatientID", id.get()));
    List<DataSet> own = found.stream().filter(study -> states(study, Tag.PatientID, id)).toList();
    if (own.isEmpty()) {
      throw stop(what, "does not find the study's patient", ask);
    }
    int others = found.size() - own.size();
    if (others == 0) {
      yes(what, "finds %d of the patient's studies".formatted(own.size()));
    } else {
      point(
          what,
          Outcome.PARTLY,
          "finds %d of the patient's studies, and %d of others, which SpineXR leaves out"
              .formatted(own.size(), others),
          "Match PatientID exactly.");
    }
    return own;
  }

  private void searchByAccession(DataSet example) {
    String what = "search by AccessionNumber";
    Optional<String> number = example.string(Tag.AccessionNumber);
    if (number.isEmpty()) {
      point(what, Outcome.UNTRIED, "the study states none", "");
      return;
    }
    String ask = "Let searches for studies match AccessionNumber.";
    try {
      boolean found =
          studies("AccessionNumber", number.get()).stream()
              .anyMatch(study -> states(study, Tag.AccessionNumber, number));
      point(
          what,
          found ? Outcome.YES : Outcome.PARTLY,
          found ? "finds the study" : "does not find the study: it is found by its patient",
          found ? "" : ask);
    } catch (DicomWebException e) {
      point(what, Outcome.PARTLY, withoutUids(e), ask);
    }
  }

  /** What records state, by count; without what matters it is done in part. */
  private void told(
      SearchLevel level,
      List<DataSet> records,
      List<Attribute> attributes,
      List<Attribute> matter) {
    String counts =
        attributes.stream()
            .map(
                attribute ->
                    attribute.keyword() + " " + records.stream().filter(attribute::isIn).count())
            .collect(Collectors.joining(", "));
    List<String> absent =
        matter.stream()
            .filter(attribute -> records.stream().noneMatch(attribute::isIn))
            .map(Attribute::keyword)
            .toList();
    point(
        "attributes of " + level.name().toLowerCase(Locale.ROOT),
        absent.isEmpty() ? Outcome.YES : Outcome.PARTLY,
        "of %d: %s%s".formatted(records.size(), counts, refused(level)),
        absent.isEmpty() ? "" : "Return " + String.join(", ", absent) + " where they are known.");
  }

  private String refused(SearchLevel level) {
    List<String> refused =
        client.support().refusedFields().stream()
            .filter(field -> field.level() == level)
            .map(ArchiveSupport.Field::keyword)
            .distinct()
            .sorted()
            .toList();
    return refused.isEmpty() ? "" : "; refuses to include " + String.join(", ", refused);
  }

  /** A series of spine radiographs, else any of radiographs. */
  private record Example(String studyUid, DataSet series, boolean spine) {}

  private void images(List<DataSet> studies) {
    List<DataSet> allSeries = new ArrayList<>();
    List<Example> examples = new ArrayList<>();
    int undescribed = 0;
    for (DataSet study : studies.stream().filter(radiographs::mayHold).limit(STUDIES).toList()) {
      String uid = study.string(Tag.StudyInstanceUID).orElseThrow();
      for (DataSet series :
          need(
              "search for series",
              "Support searches for the series of a study.",
              () -> client.searchSeries(uid, Map.of(), keywords(OF_SERIES)))) {
        allSeries.add(series);
        undescribed += radiographs.undescribed(study, series) ? 1 : 0;
        if (radiographs.holds(series)) {
          examples.add(new Example(uid, series, radiographs.contains(study, series)));
        }
      }
    }
    told(SearchLevel.SERIES, allSeries, OF_SERIES, OF_SERIES.subList(0, 2));
    long spine = examples.stream().filter(Example::spine).count();
    point(
        "spine radiographs",
        spine > 0 ? Outcome.YES : given() ? Outcome.NO : Outcome.PARTLY,
        "%d of %d series of radiographs; %d do not say what they show"
            .formatted(spine, examples.size(), undescribed),
        undescribed > 0 ? "Return BodyPartExamined and SeriesDescription of series." : "");
    Example example =
        examples.stream()
            .filter(Example::spine)
            .findFirst()
            .or(() -> examples.stream().findFirst())
            .orElseThrow(
                () -> stop("images", "the patient has no radiographs: try another one", ""));
    image(example);
  }

  private void image(Example example) {
    String seriesUid = example.series().string(Tag.SeriesInstanceUID).orElseThrow();
    String studyUid = example.studyUid();
    List<DataSet> instances =
        need(
            "search for instances",
            "Support searches for the instances of a series.",
            () -> client.searchInstances(studyUid, Map.of(), List.of("SOPClassUID")));
    yes(
        "search for instances",
        "%d, %s"
            .formatted(
                instances.size(),
                client.support().instancesBelowSeries() ? "series by series" : "of the study"));
    paging(studyUid, instances.size());
    metadata(studyUid, seriesUid);
    ImageId id =
        instances.stream()
            .filter(instance -> states(instance, Tag.SeriesInstanceUID, Optional.of(seriesUid)))
            .flatMap(instance -> instance.string(Tag.SOPInstanceUID).stream())
            .findFirst()
            .map(sop -> new ImageId(studyUid, seriesUid, sop))
            .orElseThrow(() -> stop("retrieval", "the series lists no image", ""));
    retrieve(id);
  }

  private void paging(String studyUid, int expected) {
    String what = "lists page by page";
    if (expected < 2) {
      point(what, Outcome.UNTRIED, "the study has one image", "");
      return;
    }
    try {
      int came = smallPages.searchInstances(studyUid, Map.of(), List.of()).size();
      boolean offset = smallPages.support().offset();
      boolean whole = came == expected;
      point(
          what,
          whole && offset ? Outcome.YES : Outcome.PARTLY,
          whole
              ? offset ? "limit and offset" : "no offset: SpineXR asks for everything at once"
              : "%d of %d".formatted(came, expected),
          whole && offset ? "" : "Support limit and offset in searches.");
    } catch (DicomWebException e) {
      point(what, Outcome.PARTLY, withoutUids(e), "Support limit and offset in searches.");
    }
  }

  private void metadata(String studyUid, String seriesUid) {
    try {
      yes(
          "metadata of a series",
          "of all %d instances".formatted(client.retrieveMetadata(studyUid, seriesUid).size()));
    } catch (DicomWebException e) {
      point(
          "metadata of a series",
          Outcome.PARTLY,
          withoutUids(e) + "; the order of a study is then told by the search alone",
          "Support retrieval of a series' metadata.");
    }
  }

  private void retrieve(ImageId id) {
    DicomFile file =
        need(
            "retrieval of an image",
            "Support retrieval of an instance as it is stored (transfer-syntax=*).",
            () -> client.retrieveInstance(id));
    String syntax = file.transferSyntaxUid();
    boolean decoded = DecodedSyntaxes.UIDS.contains(syntax);
    yes(
        "retrieval of an image",
        "%s, transfer syntax %s"
            .formatted(client.support().form().map(ArchiveCheck::words).orElse(""), syntax));
    identity(file.dataSet(), id);
    if (TransferSyntax.isNative(syntax)) {
      point("conversion of compressions", Outcome.UNTRIED, "the image is not compressed", "");
      return;
    }
    try {
      client.retrieveInstanceTranscoded(id);
      yes("conversion of compressions", "sends the image uncompressed");
    } catch (DicomWebException | DicomException e) {
      point(
          "conversion of compressions",
          decoded ? Outcome.PARTLY : Outcome.NO,
          decoded
              ? "does not convert it; SpineXR decodes it itself"
              : "does not convert it, and SpineXR does not decode it",
          "Send images in Explicit VR Little Endian where that is asked for.");
    }
  }

  private static String words(InstanceForm form) {
    return (form.multipart() ? "multipart" : "single part")
        + form.transferSyntax()
            .map(syntax -> syntax.equals("*") ? ", as stored" : ", asked for " + syntax)
            .orElse(", in the archive's own choice");
  }

  private void identity(DataSet header, ImageId id) {
    String what = "identity in the image";
    Optional<String> listed =
        client
            .searchStudies(Map.of("StudyInstanceUID", id.studyUid()), List.of("PatientID"))
            .stream()
            .findFirst()
            .flatMap(study -> study.string(Tag.PatientID));
    if (!header.string(Tag.PatientID).equals(listed)) {
      point(
          what,
          Outcome.NO,
          "its PatientID is not the one that searches return, so that SpineXR refuses it",
          "Send images with the identity that searches return.");
      return;
    }
    List<String> absent =
        keywords(IDENTITY.stream().filter(attribute -> !attribute.isIn(header)).toList());
    point(
        what,
        absent.isEmpty() ? Outcome.YES : Outcome.PARTLY,
        absent.isEmpty()
            ? "states " + String.join(", ", keywords(IDENTITY))
            : "does not state " + String.join(", ", absent) + ", which then is not compared",
        "");
  }

  private void skipped() {
    Skipped skipped = client.skipped();
    if (skipped.attributes() + skipped.records() > 0) {
      point(
          "readable answers",
          Outcome.PARTLY,
          "%d attributes and %d records could not be read and were left out"
              .formatted(skipped.attributes(), skipped.records()),
          "Answer in the DICOM JSON model (PS3.18 annex F).");
    }
  }
}

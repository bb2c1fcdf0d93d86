package io.spinexr.dicomweb;

import static io.spinexr.dicomweb.SampleImages.id;
import static io.spinexr.dicomweb.SampleImages.image;
import static io.spinexr.dicomweb.SampleImages.newUid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomJson;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicomweb.SampleImages.Compression;
import io.spinexr.dicomweb.http.Credentials;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.finding.ImageId;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the client and an archive must achieve together, whichever archive it is. */
abstract class ArchiveContract {
  @TempDir Path folder;

  abstract URI baseUrl();

  final DicomWebClient client() {
    return new DicomWebClient(DicomWebOptions.of(baseUrl()));
  }

  private DicomWebClient clientWith(Limits limits) {
    return new DicomWebClient(
        new DicomWebOptions(
            baseUrl(), new Credentials.None(), Timeouts.DEFAULT, Retries.DEFAULT, limits));
  }

  @Test
  void retrievesWhatItStored() {
    DicomFile file = image(newUid(), "retrieve");
    StoreResult result = client().store(List.of(file));
    assertThat(result.complete()).isTrue();
    assertThat(result.stored()).containsExactly(id(file).sopInstanceUid());

    DicomFile back = client().retrieveInstance(id(file));
    assertThat(back.transferSyntaxUid()).isEqualTo(file.transferSyntaxUid());
    assertThat(DicomJson.write(back.dataSet())).isEqualTo(DicomJson.write(file.dataSet()));
  }

  @ParameterizedTest
  @EnumSource
  void retrievesCompressedImagesAsTheyAreStored(Compression compression) throws IOException {
    DicomFile file = compression.apply(image(newUid(), "compressed"), folder);
    assertThat(file.transferSyntaxUid()).isEqualTo(compression.transferSyntaxUid);
    assertThat(client().store(List.of(file)).complete()).isTrue();

    DicomFile back = client().retrieveInstance(id(file));
    assertThat(back.transferSyntaxUid()).isEqualTo(compression.transferSyntaxUid);
    assertThat(back.dataSet().fragments(Tag.PixelData))
        .isEqualTo(file.dataSet().fragments(Tag.PixelData));
  }

  @Test
  void storesAnInstanceTwiceWithoutHarm() {
    DicomFile file = image(newUid(), "twice");
    assertThat(client().store(List.of(file)).complete()).isTrue();
    assertThat(client().store(List.of(file)).complete()).isTrue();
    assertThat(client().searchInstances(id(file).studyUid(), Map.of(), List.of())).hasSize(1);
  }

  @Test
  void findsStudiesByPatientAndReturnsTheAttributesAskedFor() {
    String studyUid = newUid();
    client().store(List.of(image(studyUid, "find-1"), image(newUid(), "find-2")));

    List<DataSet> found =
        client()
            .searchStudies(
                Map.of("PatientID", "find-1", "StudyDescription", "LUMBAR*"),
                List.of("PatientBirthDate", "PatientSex"));

    assertThat(found).hasSize(1);
    DataSet study = found.get(0);
    assertThat(study.string(Tag.StudyInstanceUID)).hasValue(studyUid);
    assertThat(study.string(Tag.PatientID)).hasValue("find-1");
    assertThat(study.string(Tag.PatientName)).hasValue("Prüfung^Änne");
    assertThat(study.string(Tag.PatientBirthDate)).hasValue("19500102");
    assertThat(study.string(Tag.PatientSex)).hasValue("F");
    assertThat(study.string(Tag.StudyDescription)).hasValue("LUMBAR SPINE");
    assertThat(study.strings(Tag.ModalitiesInStudy)).containsExactly("CR");
  }

  @Test
  void findsByAccessionNumberDateRangeAndModality() {
    String studyUid = newUid();
    client().store(List.of(image(studyUid, "range")));
    for (String dates : List.of("20260314", "20260101-20261231", "20260314-", "-20260314")) {
      assertThat(studies(Map.of("AccessionNumber", "A-range", "StudyDate", dates)))
          .as(dates)
          .containsExactly(studyUid);
    }
    for (String dates : List.of("20260313", "20260315-", "-20260313", "20250101-20251231")) {
      assertThat(studies(Map.of("AccessionNumber", "A-range", "StudyDate", dates)))
          .as(dates)
          .isEmpty();
    }
    assertThat(studies(Map.of("AccessionNumber", "A-range", "ModalitiesInStudy", "CR")))
        .containsExactly(studyUid);
    assertThat(studies(Map.of("AccessionNumber", "A-range", "ModalitiesInStudy", "MR"))).isEmpty();
  }

  private List<String> studies(Map<String, String> query) {
    return client().searchStudies(query, List.of()).stream()
        .map(study -> study.string(Tag.StudyInstanceUID).orElseThrow())
        .toList();
  }

  @Test
  void findsNothingWhereThereIsNothing() {
    assertThat(client().searchStudies(Map.of("PatientID", "nobody at all"), List.of())).isEmpty();
  }

  @Test
  void findsSeriesAndInstancesOfAStudy() {
    String studyUid = newUid();
    DicomFile first = image(studyUid, "levels");
    DicomFile second = image(studyUid, "levels");
    client().store(List.of(first, second, image(newUid(), "levels")));

    List<DataSet> series =
        client().searchSeries(studyUid, Map.of(), List.of("BodyPartExamined", "SeriesDescription"));
    assertThat(uids(series, Tag.SeriesInstanceUID))
        .containsExactlyInAnyOrder(id(first).seriesUid(), id(second).seriesUid());
    assertThat(series)
        .allSatisfy(s -> assertThat(s.string(Tag.BodyPartExamined)).hasValue("LSPINE"));

    List<DataSet> instances =
        client()
            .searchInstances(
                studyUid, Map.of("SeriesInstanceUID", id(second).seriesUid()), List.of("Rows"));
    assertThat(uids(instances, Tag.SOPInstanceUID)).containsExactly(id(second).sopInstanceUid());
    assertThat(instances.get(0).integer(Tag.Rows)).hasValue(SampleImages.ROWS);
  }

  @Test
  void findsEveryMatchPageByPage() {
    String studyUid = newUid();
    List<DicomFile> files = IntStream.range(0, 6).mapToObj(i -> image(studyUid, "pages")).toList();
    client().store(files);
    Set<String> sent = new HashSet<>();
    files.forEach(file -> sent.add(id(file).sopInstanceUid()));

    // 6 matches: pages that end short, that end full, and one that is not filled.
    for (int pageSize : List.of(1, 2, 4, 6, 100)) {
      List<DataSet> found =
          clientWith(new Limits(1 << 20, 1 << 20, pageSize, 100))
              .searchInstances(studyUid, Map.of(), List.of());
      assertThat(uids(found, Tag.SOPInstanceUID))
          .as("pages of %d", pageSize)
          .containsExactlyInAnyOrderElementsOf(sent);
    }
  }

  @Test
  void failsRatherThanHidingSomeOfTooManyMatches() {
    String studyUid = newUid();
    client().store(IntStream.range(0, 4).mapToObj(i -> image(studyUid, "many")).toList());
    DicomWebException e =
        catchThrowableOfType(
            DicomWebException.class,
            () ->
                clientWith(new Limits(1 << 20, 1 << 20, 2, 3))
                    .searchInstances(studyUid, Map.of(), List.of()));
    assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void retrievesMetadataWithoutPixels() {
    DicomFile file = image(newUid(), "metadata");
    client().store(List.of(file));
    List<DataSet> metadata = client().retrieveMetadata(id(file).studyUid(), id(file).seriesUid());
    assertThat(metadata).hasSize(1);
    assertThat(metadata.get(0).string(Tag.SOPInstanceUID)).hasValue(id(file).sopInstanceUid());
    assertThat(metadata.get(0).integer(Tag.BitsStored)).hasValue(12);
    assertThat(metadata.get(0).bytes(Tag.PixelData)).isEmpty();
  }

  @Test
  void saysThatSomethingIsNotThere() {
    ImageId nowhere = new ImageId(newUid(), newUid(), newUid());
    assertThat(
            catchThrowableOfType(DicomWebException.class, () -> client().retrieveInstance(nowhere))
                .kind())
        .isEqualTo(Kind.NOT_FOUND);
    assertThat(
            catchThrowableOfType(
                    DicomWebException.class,
                    () -> client().retrieveMetadata(nowhere.studyUid(), nowhere.seriesUid()))
                .kind())
        .isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void refusesAnInstanceOverTheSizeLimit() {
    DicomFile file = image(newUid(), "large");
    client().store(List.of(file));
    DicomWebException e =
        catchThrowableOfType(
            DicomWebException.class,
            () -> clientWith(new Limits(2000, 1 << 20, 10, 10)).retrieveInstance(id(file)));
    assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
  }

  @Test
  void refusesToStoreWhatHasNoSopInstanceUid() {
    DicomFile file = image(newUid(), "no uid");
    DicomFile without =
        new DicomFile(
            file.transferSyntaxUid(),
            file.dataSet().toBuilder().remove(Tag.SOPInstanceUID).build());
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class, () -> client().store(List.of(without))))
        .hasMessageContaining("SOP Instance UID");
  }

  /** A good instance beside one that no archive can take: it has no study. */
  @Test
  void tellsWhichInstancesWereNotStored() {
    DicomFile good = image(newUid(), "good");
    DicomFile bad = image(newUid(), "bad");
    DicomFile noStudy =
        new DicomFile(
            bad.transferSyntaxUid(),
            bad.dataSet().toBuilder().remove(Tag.StudyInstanceUID).build());

    StoreResult result = client().store(List.of(noStudy, good));

    assertThat(result.stored()).containsExactly(id(good).sopInstanceUid());
    assertThat(result.failures())
        .extracting(StoreResult.Failure::sopInstanceUid)
        .containsExactly(id(bad).sopInstanceUid());
    assertThat(client().retrieveInstance(id(good))).isNotNull();
  }

  private static List<String> uids(List<DataSet> found, int tag) {
    List<String> uids = new ArrayList<>();
    found.forEach(dataSet -> uids.add(dataSet.string(tag).orElseThrow()));
    return uids;
  }
}

package io.spinexr.dicomweb;

import static io.spinexr.dicomweb.SampleImages.id;
import static io.spinexr.dicomweb.SampleImages.image;
import static io.spinexr.dicomweb.SampleImages.newUid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicomweb.ArchiveSupport.Field;
import io.spinexr.dicomweb.http.Credentials;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.dicomweb.message.PoorArchive;
import io.spinexr.dicomweb.message.PoorArchive.Answer;
import io.spinexr.dicomweb.message.PoorArchive.Behaviour;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Searches in archives that do less than PS3.18 asks of them, or do it in their own way. */
class ArchiveSearchTest {
  private static final List<String> FIELDS = List.of("PatientBirthDate", "StudyDescription");

  @TempDir Path folder;
  private PoorArchive archive;
  private DicomWebClient client;

  @BeforeEach
  void start() {
    archive = new PoorArchive(folder);
    client = new DicomWebClient(options(new Limits(1 << 20, 1 << 20, 20, 50)));
  }

  @AfterEach
  void stop() {
    archive.close();
  }

  private DicomWebOptions options(Limits limits) {
    return new DicomWebOptions(
        archive.baseUrl(), new Credentials.None(), Timeouts.DEFAULT, Retries.DEFAULT, limits);
  }

  /** Images of one patient, each in a study of its own. */
  private List<String> store(int studies) {
    List<DicomFile> files = new ArrayList<>();
    for (int i = 0; i < studies; i++) {
      files.add(image(newUid(), "P"));
    }
    store(files);
    return files.stream().map(file -> id(file).studyUid()).toList();
  }

  private void store(List<DicomFile> files) {
    assertThat(
            new DicomWebClient(DicomWebOptions.of(archive.ableBaseUrl())).store(files).complete())
        .isTrue();
  }

  private List<DataSet> studies() {
    return client.searchStudies(Map.of("PatientID", "P"), FIELDS);
  }

  private List<String> uids() {
    return uids(studies(), Tag.StudyInstanceUID);
  }

  private static List<String> uids(List<DataSet> found, int tag) {
    return found.stream().map(one -> one.string(tag).orElseThrow()).toList();
  }

  // Lists that are cut

  /** Today's archives cap lists at a number of their own; some say so, in words of their own. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "299 archive: There are 2 additional results that can be requested",
        "299 - \"The number of RESULTS exceeded the maximum supported\"",
        "299 pacs \"more\""
      })
  void findsEveryStudyThoughTheArchiveCutsItsLists(String warning) {
    List<String> all = store(12);
    archive.behaves(
        (request, able) -> {
          Answer answer = able.ask(request.capped(5));
          return warning.isEmpty() ? answer : answer.with("Warning", warning);
        });
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void asksOnceForTheOnlyStudyOfItsUid() {
    String uid = store(2).get(0);
    archive.behaves((request, able) -> able.ask(request));
    assertThat(client.searchStudies(Map.of("StudyInstanceUID", uid), List.of())).hasSize(1);
    assertThat(archive.requests()).hasSize(1);
  }

  @Test
  void asksForAllAtOnceWhereTheArchiveDoesNotKnowOffsets() {
    List<String> all = store(25);
    archive.behaves((request, able) -> request.has("offset") ? Answer.of(400) : able.ask(request));
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);
    assertThat(client.support().offset()).isFalse();

    archive.behaves((request, able) -> request.has("offset") ? Answer.of(400) : able.ask(request));
    assertThat(uids()).hasSize(25);
    assertThat(archive.requests()).singleElement().asString().contains("limit=51");
  }

  @Test
  void asksForAllAtOnceWhereTheArchiveIgnoresOffsets() {
    List<String> all = store(25);
    archive.behaves((request, able) -> able.ask(request.without("offset")));
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);
    assertThat(client.support().offset()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404})
  void takesARefusedOffsetAfterAShortListForItsEnd(int status) {
    List<String> all = store(3);
    archive.behaves(
        (request, able) -> request.has("offset") ? Answer.of(status) : able.ask(request));
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);
    assertThat(client.support().offset()).isTrue();
  }

  @Test
  void failsRatherThanHidingWhatAnArchiveCutsAndDoesNotSend() {
    store(25);
    archive.behaves((request, able) -> able.ask(request.without("offset").capped(20)));
    assertThat(failure(this::studies).kind()).isEqualTo(Kind.MALFORMED);

    archive.behaves(
        (request, able) ->
            able.ask(request.without("offset").capped(7))
                .with("Warning", "299 pacs: there is more"));
    assertThat(failure(this::studies)).hasMessageContaining("cuts its list short");
  }

  // Fields

  @Test
  void asksWithoutFieldsWhereTheArchiveDoesNotKnowIncludefield() {
    List<String> all = store(2);
    Behaviour none =
        (request, able) -> request.has("includefield") ? Answer.of(400) : able.ask(request);
    archive.behaves(none);
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);

    archive.behaves(none);
    assertThat(uids()).hasSize(2);
    assertThat(archive.requests()).hasSize(2).noneMatch(request -> request.contains("include"));
  }

  @Test
  void leavesOutOnlyTheFieldsThatTheArchiveRefuses() {
    store(1);
    archive.behaves(
        (request, able) ->
            request.parameters().contains("includefield=StudyDescription")
                ? Answer.of(400)
                : able.ask(request));
    assertThat(studies())
        .singleElement()
        .satisfies(study -> assertThat(study.string(Tag.PatientBirthDate)).hasValue("19500102"));
    assertThat(client.support().refusedFields())
        .isEqualTo(Set.of(new Field(SearchLevel.STUDIES, "StudyDescription")));
    assertThat(archive.requests()).last().asString().contains("includefield=PatientBirthDate");
  }

  /** Another patient's images are worse than none. */
  @Test
  void neverLeavesOutWhatAMatchMustMatch() {
    store(1);
    archive.behaves((request, able) -> Answer.of(400));
    assertThat(failure(this::studies).kind()).isEqualTo(Kind.REJECTED);
    assertThat(archive.requests())
        .isNotEmpty()
        .allMatch(request -> request.contains("PatientID=P"));
    assertThat(client.support()).isEqualTo(ArchiveSupport.ASSUMED);
  }

  // Nothing found

  @Test
  void takesNotFoundForNoneWhereTheArchiveHasStudies() {
    store(1);
    Behaviour notFound =
        (request, able) -> {
          Answer answer = able.ask(request);
          return answer.text().equals("[]") ? Answer.of(404) : answer;
        };
    archive.behaves(notFound);
    assertThat(client.searchStudies(Map.of("PatientID", "nobody"), List.of())).isEmpty();
    assertThat(uids()).hasSize(1);
    assertThat(client.support().notFoundMeansNone()).isTrue();
  }

  /** A wrong base URL answers 404, too. */
  @Test
  void doesNotTakeAWrongAddressForAnArchiveWithoutTheStudy() {
    store(1);
    archive.behaves((request, able) -> Answer.of(404));
    assertThat(failure(this::studies).kind()).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void saysThatAStudyIsNotThere() {
    archive.behaves(
        (request, able) -> request.path().equals("/studies") ? able.ask(request) : Answer.of(404));
    String unknown = newUid();
    for (ThrowingCallable search :
        List.<ThrowingCallable>of(
            () -> client.searchSeries(unknown, Map.of(), List.of()),
            () -> client.searchInstances(unknown, Map.of(), List.of()))) {
      assertThat(failure(search).kind()).isEqualTo(Kind.NOT_FOUND);
    }
  }

  // Instances

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 501})
  void searchesInstancesSeriesBySeriesWhereTheArchiveKnowsNoOtherWay(int status) {
    String study = newUid();
    List<DicomFile> files = List.of(image(study, "P"), image(study, "P"));
    store(files);
    Behaviour below =
        (request, able) ->
            request.path().matches("/studies/[0-9.]+/instances")
                ? Answer.of(status)
                : able.ask(request);
    archive.behaves(below);
    List<DataSet> found = client.searchInstances(study, Map.of(), List.of("InstanceNumber"));
    assertThat(uids(found, Tag.SOPInstanceUID))
        .containsExactlyInAnyOrder(
            id(files.get(0)).sopInstanceUid(), id(files.get(1)).sopInstanceUid());
    assertThat(client.support().instancesBelowSeries()).isTrue();

    archive.behaves(below);
    assertThat(client.searchInstances(study, Map.of(), List.of())).hasSize(2);
    assertThat(archive.requests()).allMatch(request -> request.contains("/series"));
  }

  @Test
  void asksBelowTheSeriesThatASearchOfInstancesNames() {
    String study = newUid();
    DicomFile wanted = image(study, "P");
    store(List.of(wanted, image(study, "P")));
    archive.behaves((request, able) -> able.ask(request));
    List<DataSet> found =
        client.searchInstances(
            study, Map.of("SeriesInstanceUID", id(wanted).seriesUid()), List.of());
    assertThat(uids(found, Tag.SOPInstanceUID)).containsExactly(id(wanted).sopInstanceUid());
    assertThat(archive.requests())
        .allMatch(request -> request.contains("/series/" + id(wanted).seriesUid() + "/instances"));
  }

  @Test
  void findsOutTheSeriesOfInstancesThatDoNotNameIt() {
    String study = newUid();
    List<DicomFile> files = List.of(image(study, "P"), image(study, "P"));
    store(files);
    archive.behaves(
        (request, able) ->
            request.path().endsWith("/instances")
                ? able.ask(request)
                    .withText(json -> json.replaceAll("\"0020000[DE]\":\\{[^}]*},?", ""))
                : able.ask(request));
    for (DataSet instance : client.searchInstances(study, Map.of(), List.of())) {
      DicomFile file =
          files.stream()
              .filter(
                  one ->
                      instance
                          .string(Tag.SOPInstanceUID)
                          .equals(Optional.of(id(one).sopInstanceUid())))
              .findFirst()
              .orElseThrow();
      assertThat(instance.string(Tag.SeriesInstanceUID)).hasValue(id(file).seriesUid());
      assertThat(instance.string(Tag.StudyInstanceUID)).hasValue(study);
    }
  }

  // JSON

  /** One bad value of one study, out of three. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"Value\":[\"x\"],\"vr\":\"ZZ\"}",
        "{\"vr\":\"US\",\"Value\":[\"many\"]}",
        "{\"vr\":\"LO\",\"Value\":[{\"a\":1}]}",
        "{\"vr\":\"LO\",\"Value\":[[\"x\"]]}",
        "{\"vr\":\"SQ\",\"Value\":[\"no item\"]}",
        "{\"vr\":\"OW\",\"InlineBinary\":\"A\"}",
        "\"no object\"",
        "null",
        "[]",
        "17"
      })
  void skipsAnAttributeThatCannotBeReadAndNothingElse(String attribute) {
    List<String> all = store(3);
    archive.behaves(
        (request, able) ->
            able.ask(request)
                .withText(
                    json ->
                        json.replaceFirst(
                            "\\{\"00080020\"", "{\"00091001\":" + attribute + ",\"00080020\"")));
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);
    assertThat(studies())
        .allSatisfy(
            study -> assertThat(study.string(Tag.StudyDescription)).hasValue("LUMBAR SPINE"));
    assertThat(client.skipped().attributes()).isPositive();
    assertThat(client.skipped().records()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "[]", "\"x\"", "{\"0020000D\":{\"vr\":\"UI\"}}"})
  void skipsARecordThatDoesNotSayWhichStudyItIs(String record) {
    List<String> all = store(2);
    archive.behaves(
        (request, able) ->
            able.ask(request).withText(json -> json.replaceFirst("^\\[\\{", "[" + record + ",{")));
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);
    assertThat(client.skipped().records()).isPositive();
  }

  /** Not JSON, and written by programs that print their numbers as they are. */
  @Test
  void readsAListWithNumbersThatAreNone() {
    List<String> all = store(2);
    archive.behaves(
        (request, able) ->
            able.ask(request)
                .withText(
                    json ->
                        json.replace(
                            "{\"00080020\"",
                            "{\"00281052\":{\"vr\":\"DS\",\"Value\":[NaN]},\"00080020\"")));
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void readsAListInTheCharacterSetThatItNames() {
    store(1);
    archive.behaves(
        (request, able) -> {
          Answer answer = able.ask(request);
          return answer
              .withBody(answer.text().getBytes(StandardCharsets.ISO_8859_1))
              .with("Content-Type", "application/dicom+json; charset=ISO-8859-1");
        });
    assertThat(studies().get(0).string(Tag.PatientName)).hasValue("Prüfung^Änne");
  }

  // Packed answers

  @Test
  void unpacksAnAnswerThatIsPackedThoughNobodyAskedForIt() {
    List<String> all = store(2);
    archive.behaves(
        (request, able) -> {
          Answer answer = able.ask(request);
          return answer.withBody(gzip(answer.body())).with("Content-Encoding", "gzip");
        });
    assertThat(uids()).containsExactlyInAnyOrderElementsOf(all);
  }

  @Test
  void stopsUnpackingWhatGrowsBeyondTheLimit() {
    archive.behaves(
        (request, able) ->
            able.ask(request)
                .withBody(gzip(("[" + " ".repeat(1 << 20)).getBytes(StandardCharsets.UTF_8)))
                .with("Content-Encoding", "x-gzip"));
    assertThat(failure(this::studies).kind()).isEqualTo(Kind.TOO_LARGE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gzip", "br"})
  void callsAnAnswerMalformedThatCannotBeUnpacked(String encoding) {
    archive.behaves((request, able) -> able.ask(request).with("Content-Encoding", encoding));
    assertThat(failure(this::studies).kind()).isEqualTo(Kind.MALFORMED);
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }

  private static DicomWebException failure(ThrowingCallable call) {
    DicomWebException failure = catchThrowableOfType(DicomWebException.class, call);
    assertThat(failure).isNotNull();
    return failure;
  }
}

package io.spinexr.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.archive.patient.PatientMatchingProperties.MappedSystem;
import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.order.OrderNumbers;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.ArchiveProxy;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a search tells of a study that an order may have asked for. */
class ImageSearchTest {
  private static final OrderNumbers OTHER = numbers("OTHER", "OTHER");

  @TempDir private static Path folder;
  private static FolderArchive archive;

  /** Requests for metadata that came to the archive. */
  private final AtomicInteger metadata = new AtomicInteger();

  @BeforeAll
  static void start() throws IOException {
    archive = FolderArchive.start(folder, 0);
  }

  @AfterAll
  static void stop() {
    archive.close();
  }

  @Test
  void tellsTheNumbersOfStudyAndRequestsAndTheOffset() {
    SyntheticPatient patient = stored();

    FoundStudy found = search(patient, OTHER, path -> path, 200);

    assertThat(found.numbers())
        .isEqualTo(
            new StudyNumbers(Set.of("A-STUDY", "A-REQUEST"), Set.of("P-STUDY", "P-REQUEST")));
    assertThat(found.offset()).contains(ZoneOffset.ofHours(-5));
    assertThat(metadata).as("the series told it all").hasValue(0);
  }

  @Test
  void readsTheImagesWhenTheArchiveDoesNotSearchTheRequests() {
    SyntheticPatient patient = stored();

    FoundStudy found =
        search(patient, numbers("none", "P-REQUEST"), ImageSearchTest::withoutRequests, 200);

    assertThat(found.numbers().placers()).contains("P-REQUEST");
    assertThat(metadata).hasValue(1);
  }

  @Test
  void readsNoImagesWhenTheNumbersAreKnownOrTheOrderHasNone() {
    SyntheticPatient patient = stored();

    search(patient, OrderNumbers.NONE, ImageSearchTest::withoutRequests, 200);
    search(patient, numbers("A-STUDY", "none"), ImageSearchTest::withoutRequests, 200);

    assertThat(metadata).hasValue(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 500, 501})
  void findsTheStudyOfAnArchiveThatCannotTellMetadata(int status) {
    SyntheticPatient patient = stored();

    FoundStudy found = search(patient, OTHER, ImageSearchTest::withoutRequests, status);

    assertThat(found.numbers()).isEqualTo(new StudyNumbers(Set.of("A-STUDY"), Set.of("P-STUDY")));
    assertThat(metadata).hasValue(1);
  }

  @Test
  void comesBackWhenTheArchiveIsDown() {
    SyntheticPatient patient = stored();

    DicomWebException failure =
        catchThrowableOfType(
            DicomWebException.class,
            () -> search(patient, OTHER, ImageSearchTest::withoutRequests, 503));

    assertThat(failure.kind()).isEqualTo(DicomWebException.Kind.UNAVAILABLE);
  }

  /** A known study is asked again for what may have been corrected, though not counted again. */
  @Test
  void looksAgainForTheNumbersOfAKnownStudy() {
    SyntheticPatient patient = stored();
    FoundStudy first = search(patient, OTHER, path -> path, 200);
    for (boolean own : List.of(true, false)) {
      LinkedStudy known = new LinkedStudy(first.studyUid(), first.instances(), 7, own);

      FoundStudy again = search(patient, OTHER, path -> path, 200, Map.of(known.studyUid(), known));

      assertThat(again.numbers()).isEqualTo(first.numbers());
      assertThat(again.offset()).isEqualTo(first.offset());
      assertThat(again.radiographs()).isEqualTo(7);
    }
  }

  private static String withoutRequests(String path) {
    return path.replace("includefield=RequestAttributesSequence", "includefield=StudyID");
  }

  /** A patient with one image. */
  private static SyntheticPatient stored() {
    SyntheticPatient patient = Hospital.newPatient();
    DataSet request =
        DataSet.builder()
            .put(Tag.AccessionNumber, "A-REQUEST")
            .put(Tag.PlacerOrderNumberImagingServiceRequest, "P-REQUEST")
            .build();
    Hospital.store(
        archive.baseUrl(),
        Hospital.changed(
            Hospital.image(Hospital.study(patient), 1),
            image ->
                image
                    .put(Tag.AccessionNumber, "A-STUDY")
                    .put(Tag.PlacerOrderNumberImagingServiceRequest, "P-STUDY")
                    .put(Tag.TimezoneOffsetFromUTC, "-0500")
                    .putItems(Tag.RequestAttributesSequence, List.of(request))));
    return patient;
  }

  private FoundStudy search(
      SyntheticPatient patient, OrderNumbers numbers, UnaryOperator<String> change, int status) {
    return search(patient, numbers, change, status, Map.of());
  }

  /**
   * @param change of what the archive is asked
   * @param status of its answer to a request for metadata, 200 for the true answer
   */
  private FoundStudy search(
      SyntheticPatient patient,
      OrderNumbers numbers,
      UnaryOperator<String> change,
      int status,
      Map<String, LinkedStudy> known) {
    try (ArchiveProxy proxy =
        new ArchiveProxy(
            archive.baseUrl(),
            change,
            exchange -> {
              if (!exchange.getRequestURI().getPath().endsWith("/metadata")) {
                return Optional.empty();
              }
              metadata.incrementAndGet();
              return status == 200
                  ? Optional.empty()
                  : Optional.of(new ArchiveProxy.Answer(status, "text/plain", new byte[0]));
            })) {
      Archives archives =
          new Archives(
              List.of(
                  Node.archive(
                      "", proxy.baseUrl(), new MappedSystem(Hospital.SYSTEM, Optional.empty()))),
              new SpineRadiographs(Node.defaults(RadiographProperties.class)),
              new SimpleMeterRegistry());
      List<FoundStudy> found =
          archives.search(Hospital.order(Hospital.identity(patient), numbers), known).studies();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  private static OrderNumbers numbers(String accession, String placer) {
    return new OrderNumbers(Optional.of(accession), Optional.of(placer));
  }
}

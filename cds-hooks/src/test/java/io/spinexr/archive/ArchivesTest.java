package io.spinexr.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.archive.patient.NotThePatientsException;
import io.spinexr.archive.patient.PatientMatchingProperties.MappedSystem;
import io.spinexr.archive.study.Archive;
import io.spinexr.archive.study.KeyObjects;
import io.spinexr.archive.study.ListedStudy;
import io.spinexr.archive.study.RadiographProperties;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.finding.ImageId;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.service.ArchiveProxy;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.study.PatientIdentifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two archives, the second of which may fail. */
class ArchivesTest {
  private static final String OTHER_SYSTEM = "urn:oid:2.16.840.1.113883.2.1.4.1";

  @TempDir private Path folder;
  private FolderArchive north;
  private FolderArchive south;
  private ArchiveProxy toSouth;
  private volatile int failing;

  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);
  private final PatientIdentity whose = Hospital.identity(patient);

  @BeforeEach
  void start() throws IOException {
    north = FolderArchive.start(folder.resolve("north"), 0);
    south = FolderArchive.start(folder.resolve("south"), 0);
    toSouth = new ArchiveProxy(south.baseUrl(), UnaryOperator.identity(), this::failure);
  }

  private Optional<ArchiveProxy.Answer> failure(HttpExchange exchange) {
    return failing == 0
        ? Optional.empty()
        : Optional.of(new ArchiveProxy.Answer(failing, "text/plain", new byte[0]));
  }

  @AfterEach
  void stop() {
    toSouth.close();
    south.close();
    north.close();
  }

  private Archives archives() {
    return archives(Node.archive("south", toSouth.baseUrl()));
  }

  private Archives archives(Archive second) {
    return new Archives(
        List.of(Node.archive("north", north.baseUrl()), second),
        new SpineRadiographs(Node.defaults(RadiographProperties.class)),
        new SimpleMeterRegistry());
  }

  private Archives.Sighting look(Archives archives, PatientIdentity identity) {
    return archives.study(study.uid(), identity, archives.matching().inArchive(identity).get(0));
  }

  private FoundStudies search(Map<String, LinkedStudy> known) {
    return archives().search(Hospital.order(patient), known);
  }

  private static String uid(DicomFile image) {
    return image.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
  }

  @Test
  void countAnImageThatBothHoldOnce() {
    Hospital.store(north.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));
    Hospital.store(south.baseUrl(), Hospital.image(study, 2), Hospital.image(study, 3));

    FoundStudies found = search(Map.of());
    ListedStudy listed = look(archives(), whose).whole().orElseThrow();

    assertThat(found.studies())
        .singleElement()
        .satisfies(one -> assertThat(one.instances()).isEqualTo(4))
        .satisfies(one -> assertThat(one.radiographs()).isEqualTo(3));
    assertThat(listed.images())
        .extracting(ImageId::sopInstanceUid)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(1, 2, 3).map(number -> uid(Hospital.image(study, number))).toList());
    assertThat(listed.copies().get(uid(Hospital.image(study, 2))))
        .extracting(copy -> copy.archive().name())
        .containsExactly("north", "south");
    assertThat(listed.archives()).containsExactly(north.baseUrl(), toSouth.baseUrl());
  }

  @Test
  void showWhatOneHasWhileTheOtherIsDown() {
    Hospital.store(north.baseUrl(), Hospital.image(study, 1));
    failing = 401;

    FoundStudies found = search(Map.of());
    Archives.Sighting seen = look(archives(), whose);

    assertThat(found.studies()).hasSize(1);
    assertThat(found.failure())
        .hasValueSatisfying(
            e ->
                assertThat(e)
                    .hasMessageStartingWith("archive south: GET /")
                    .hasMessageContaining("HTTP 401"));
    assertThat(seen.study().orElseThrow().images()).hasSize(1);
    assertThatThrownBy(seen::whole).isInstanceOf(DicomWebException.class);
  }

  /** Otherwise every outage of one would have every study that both hold analysed anew. */
  @Test
  void takeAStudyForUnchangedWhileOneOfItsArchivesIsDown() {
    Hospital.store(north.baseUrl(), Hospital.image(study, 1));
    Hospital.store(south.baseUrl(), Hospital.image(study, 1), Hospital.image(study, 2));
    FoundStudy before = search(Map.of()).studies().get(0);
    failing = 503;

    FoundStudy during =
        search(
                Map.of(
                    study.uid(),
                    new LinkedStudy(study.uid(), before.instances(), before.radiographs(), true)))
            .studies()
            .get(0);

    assertThat(during).isEqualTo(before);
  }

  @Test
  void failWhenNoneAnswers() {
    failing = 503;
    north.close();

    assertThatThrownBy(() -> search(Map.of()))
        .isInstanceOf(DicomWebException.class)
        .hasMessageStartingWith("archive north: ");
  }

  @Test
  void takeAnImageBackThatAnyOfThemRejects() {
    DicomFile image = Hospital.image(study, 1);
    Hospital.store(north.baseUrl(), image, Hospital.image(study, 2));
    Hospital.store(south.baseUrl(), KeyObjects.about("113001", image));

    assertThat(look(archives(), whose).whole().orElseThrow().images())
        .extracting(ImageId::sopInstanceUid)
        .containsExactly(uid(Hospital.image(study, 2)));
  }

  @Test
  void refuseAStudyThatOneOfThemHoldsForSomebodyElse() {
    DicomFile image = Hospital.image(study, 1);
    Hospital.store(north.baseUrl(), image);
    Hospital.store(
        south.baseUrl(),
        Hospital.changed(image, copy -> copy.put(Tag.PatientID, Hospital.newPatient().id())));

    assertThatThrownBy(() -> look(archives(), whose)).isInstanceOf(NotThePatientsException.class);
  }

  @Test
  void knowThePatientByTheIdentifiersOfEach() {
    PatientIdentity both =
        new PatientIdentity(
            whose.fhirId(),
            Stream.concat(
                    whose.identifiers().stream(),
                    Stream.of(new PatientIdentifier(OTHER_SYSTEM, "REGION-1")))
                .toList(),
            whose.birthDate(),
            whose.sex());
    Hospital.store(north.baseUrl(), Hospital.image(study, 1));
    Hospital.store(
        south.baseUrl(),
        Hospital.changed(
            Hospital.image(study, 2),
            image -> image.put(Tag.PatientID, "REGION-1").put(Tag.IssuerOfPatientID, "REGION")));
    MappedSystem region = new MappedSystem(OTHER_SYSTEM, Optional.of("REGION"));
    Archives archives = archives(Node.archive("south", toSouth.baseUrl(), region));

    assertThat(look(archives, both).whole().orElseThrow().images()).hasSize(2);
    assertThat(
            archives
                .search(Hospital.order(both, Optional.empty(), true), Map.of())
                .studies()
                .get(0)
                .radiographs())
        .isEqualTo(2);
    assertThat(archives.search(Hospital.order(patient), Map.of()).studies().get(0).radiographs())
        .as("without the region's identifier nobody knows whose the region's images are")
        .isEqualTo(1);
  }

  @Test
  void sayThatAStudyIsNotListedOnlyWhenAllAnswer() {
    Hospital.store(north.baseUrl(), Hospital.image(study, 1));
    String unknown = Hospital.study(patient).uid();
    assertThat(archives().lists(unknown)).isFalse();
    assertThat(archives().eachListsOneOf(List.of(study.uid()))).as("the south is empty").isFalse();
    failing = 503;

    assertThat(archives().lists(study.uid())).isTrue();
    assertThatThrownBy(() -> archives().lists(unknown)).isInstanceOf(DicomWebException.class);
    assertThatThrownBy(() -> archives().eachListsOneOf(List.of(study.uid())))
        .isInstanceOf(DicomWebException.class);
  }

  @Test
  void sayThatNothingTellsWhatRadiographsShow() {
    DicomFile image = Hospital.image(study, 1);
    Hospital.store(
        north.baseUrl(),
        Hospital.changed(
            image,
            copy ->
                copy.put(Tag.BodyPartExamined, "")
                    .put(Tag.SeriesDescription, "")
                    .put(Tag.StudyDescription, "")
                    .putItems(Tag.ProcedureCodeSequence, List.of())));
    FoundStudies silent = search(Map.of());
    Hospital.store(north.baseUrl(), Hospital.image(Hospital.study(patient), 1));
    FoundStudies besideOthers = search(Map.of());

    assertThat(silent.undescribed()).isTrue();
    assertThat(silent.studies()).extracting(FoundStudy::radiographs).containsExactly(0);
    assertThat(besideOthers.studies())
        .extracting(FoundStudy::radiographs)
        .containsExactlyInAnyOrder(0, 1);
  }
}

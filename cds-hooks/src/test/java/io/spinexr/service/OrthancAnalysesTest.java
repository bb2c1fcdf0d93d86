package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.archive.study.KeyObjects;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicomweb.OrthancServer;
import io.spinexr.dicomweb.ReferencePrograms;
import io.spinexr.finding.ImageFindings;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.state.StudyResult;
import io.spinexr.state.StudyState;
import io.spinexr.study.PatientIdentifier;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole path with a real archive, which compares patient identifiers in its own way. */
class OrthancAnalysesTest {
  @RegisterExtension static final OrthancServer ORTHANC = new OrthancServer();

  @TempDir private static Path folder;
  private static HikariDataSource database;
  private static Node node;

  @BeforeAll
  static void start() {
    database = Node.database("orthanc");
    node = Node.of(database, ORTHANC.baseUrl()).start();
  }

  @AfterAll
  static void stop() {
    node.close();
    database.close();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "JPEG Lossless, dcmtk, dcmcjpeg, +e1",
    "JPEG-LS, dcmtk, dcmcjpls, +el",
    "RLE, dcmtk, dcmcrle,",
    "JPEG 2000, libgdcm-tools, gdcmconv, --j2k",
  })
  void findsTheSameInACompressedImage(
      String compression, String debianPackage, String program, String option) throws IOException {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study plain = Hospital.study(patient);
    PhantomFile.Study compressed = Hospital.study(patient);
    DicomFile image = Hospital.image(plain, 1);
    DicomFile same =
        Hospital.changed(
            image,
            copy ->
                copy.put(Tag.StudyInstanceUID, compressed.uid())
                    .put(Tag.AccessionNumber, compressed.accessionNumber())
                    .put(Tag.SeriesInstanceUID, compressed.uid() + ".1")
                    .put(Tag.SOPInstanceUID, compressed.uid() + ".2"));
    DicomFile file = compressed(same, debianPackage, program, option);
    assertThat(file.transferSyntaxUid()).isNotEqualTo(image.transferSyntaxUid());
    Hospital.store(ORTHANC.baseUrl(), image, file);

    List<StudyResult> results = node.answer(Hospital.order(patient)).finished();

    assertThat(results).hasSize(2);
    ImageFindings a = results.get(0).findings().images().get(0);
    ImageFindings b = results.get(1).findings().images().get(0);
    assertThat(a.probability()).isEqualTo(b.probability());
    assertThat(a.detected()).isEqualTo(b.detected());
    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id())).hasSize(2);
  }

  @Test
  void doesNotBelieveWhatTheArchiveTakesForAMatch() {
    SyntheticPatient patient = Hospital.newPatient();
    Hospital.store(ORTHANC.baseUrl(), Hospital.image(Hospital.study(patient), 1));

    for (String other : List.of(patient.id().toLowerCase(), patient.id().substring(0, 9) + "*")) {
      PatientIdentity stranger =
          new PatientIdentity(
              "stranger-" + other.hashCode(),
              List.of(new PatientIdentifier(Hospital.SYSTEM, other)),
              Optional.empty(),
              Optional.empty());
      assertThat(node.answer(Hospital.order(stranger, Optional.empty(), false)).finished())
          .isEmpty();
    }
  }

  @Test
  void noticesAnImageMoreInAKnownStudy() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    Hospital.store(ORTHANC.baseUrl(), Hospital.image(study, 1));
    assertThat(node.answer(Hospital.order(patient)).finished().get(0).findings().images())
        .hasSize(1);

    Hospital.store(ORTHANC.baseUrl(), Hospital.image(study, 2));

    await()
        .atMost(Node.SOON)
        .until(
            () ->
                node.answer(Hospital.order(patient)).finished().get(0).findings().images().size()
                    == 2);
  }

  @Test
  void leavesOutAnImageThatANoteRejectsUntilNoneIsLeft() {
    SyntheticPatient patient = Hospital.newPatient();
    PhantomFile.Study study = Hospital.study(patient);
    DicomFile first = Hospital.image(study, 1);
    DicomFile second = Hospital.image(study, 2);
    Hospital.store(ORTHANC.baseUrl(), first, second, KeyObjects.about("113001", second));
    ImagingOrder order = Hospital.order(patient);
    assertThat(node.answer(order).finished().get(0).findings().images()).hasSize(1);

    Hospital.store(ORTHANC.baseUrl(), KeyObjects.about("113037", first));

    await()
        .atMost(Node.SOON)
        .until(
            () -> {
              node.answer(order);
              return node.service.worklist().study(study.uid()).orElseThrow().state()
                  == StudyState.WITHDRAWN;
            });
  }

  /** Orthanc searches series by their own attributes and keeps requests in the images alone. */
  @Test
  void knowsTheStudyOfAnOrderByTheRequestOfItsImages() {
    SyntheticPatient patient = Hospital.newPatient();
    DataSet request = DataSet.builder().put(Tag.AccessionNumber, "A-REQUEST").build();
    Hospital.store(
        ORTHANC.baseUrl(),
        Hospital.image(Hospital.study(patient), 1),
        Hospital.changed(
            Hospital.image(Hospital.study(patient), 1),
            image -> image.putItems(Tag.RequestAttributesSequence, List.of(request))));
    ImagingOrder order = Hospital.order(Hospital.identity(patient), Optional.of("A-REQUEST"), true);

    assertThat(node.answer(order).finished()).hasSize(2);

    assertThat(FhirTestServer.of(DiagnosticReport.class, patient.id()))
        .filteredOn(DiagnosticReport::hasBasedOn)
        .hasSize(1);
  }

  private static DicomFile compressed(
      DicomFile file, String debianPackage, String program, String option) throws IOException {
    Path path = ReferencePrograms.require(program, debianPackage);
    Path from = folder.resolve("plain.dcm");
    Path to = folder.resolve("compressed.dcm");
    DicomWriter.write(file, from);
    List<Object> arguments = new ArrayList<>();
    Optional.ofNullable(option).ifPresent(arguments::add);
    arguments.add(from);
    arguments.add(to);
    ReferencePrograms.run(path, arguments.toArray());
    return DicomReader.read(to);
  }
}

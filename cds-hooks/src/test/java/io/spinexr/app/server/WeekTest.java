package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import ca.uhn.fhir.rest.server.exceptions.PreconditionFailedException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicomweb.DicomWebClient;
import io.spinexr.dicomweb.OrthancServer;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.phantom.PhantomGenerator;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.ImagingStudy;
import org.hl7.fhir.r4.model.ImagingStudy.ImagingStudySeriesInstanceComponent;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskPriority;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A week of studies between a PACS, a RIS, a reader and an EHR: at every step cards, Tasks, report,
 * Observations and pages agree.
 */
@TestMethodOrder(OrderAnnotation.class)
class WeekTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Of phantoms in which the demo models find something grave. */
  private static final long GRAVE_SEED = 234;

  private static final SyntheticPatient ADA = SyntheticPatient.of(7301);
  private static final SyntheticPatient BEN = SyntheticPatient.of(7302);
  private static final PhantomFile.Study ADAS = study(ADA);
  private static final PhantomFile.Study BENS = study(BEN);
  private static final PhantomFile.Study CLEOS = study(SyntheticPatient.of(7303));

  @RegisterExtension static final OrthancServer PACS = new OrthancServer();
  @TempDir private static Path folder;
  private static Server server;
  private static DemoEhr ehr;
  private static IGenericClient ris;

  @BeforeAll
  static void open() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("spinexr.data", folder.resolve("data").toString());
    settings.put("spinexr.public-url", "http://127.0.0.1:8080");
    settings.put("spinexr.archive.base-url", PACS.baseUrl().toString());
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.models.show-research-results", "true");
    settings.put("spinexr.patient-matching.identifiers[0].system", DemoEhr.PATIENT_SYSTEM);
    settings.put("spinexr.patient-matching.identifiers[0].issuer", SyntheticPatient.ISSUER);
    settings.put("spinexr.search.first-interval", "1s");
    settings.put("spinexr.search.max-interval", "1s");
    settings.put("spinexr.search.settle-for", "1s");
    settings.put("spinexr.search.fresh-for", "500ms");
    settings.put("spinexr.search.watch-interval", "1s");
    settings.put("spinexr.cds.budget", "5s");
    settings.put("logging.threshold.console", "ERROR");
    server = Server.start(Optional.empty(), settings);
    ehr = new DemoEhr(server.address());
    FhirContext r4 = FhirContext.forR4();
    r4.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    ris = r4.newRestfulGenericClient(server.address().resolve("/fhir").toString());
  }

  @AfterAll
  static void close() {
    if (server != null) {
      server.close();
    }
  }

  // The PACS.

  private static PhantomFile.Study study(SyntheticPatient patient) {
    return new PhantomFile.Study(patient, "WEEK" + patient.id().substring(8), LocalDate.now());
  }

  /** Of the same findings, but no copy of the others: no two radiographs have the same pixels. */
  private static DicomFile image(PhantomFile.Study study, int number) {
    DicomFile image = PhantomFile.of(new PhantomGenerator().generate(GRAVE_SEED), study, number);
    ByteBuffer pixels = image.dataSet().bytes(Tag.PixelData).orElseThrow();
    ByteBuffer own = ByteBuffer.allocate(pixels.remaining()).put(pixels).flip();
    own.put(0, (byte) (own.get(0) ^ number));
    return new DicomFile(
        image.transferSyntaxUid(),
        image.dataSet().toBuilder().putBytes(Tag.PixelData, VR.OW, own).build());
  }

  private static String uid(DicomFile file) {
    return file.dataSet().string(Tag.SOPInstanceUID).orElseThrow();
  }

  private static void store(DicomFile... files) {
    assertThat(
            new DicomWebClient(DicomWebOptions.of(PACS.baseUrl())).store(List.of(files)).complete())
        .isTrue();
  }

  /** A Key Object Selection document that rejects an image for quality reasons (IHE IOCM). */
  private static DicomFile rejectionOf(DicomFile image) {
    DataSet of = image.dataSet();
    DataSet reference =
        DataSet.builder()
            .put(Tag.ReferencedSOPClassUID, of.string(Tag.SOPClassUID).orElseThrow())
            .put(Tag.ReferencedSOPInstanceUID, uid(image))
            .build();
    DataSet series =
        DataSet.builder()
            .put(Tag.SeriesInstanceUID, of.string(Tag.SeriesInstanceUID).orElseThrow())
            .putItems(Tag.ReferencedSOPSequence, List.of(reference))
            .build();
    DataSet evidence =
        DataSet.builder()
            .put(Tag.StudyInstanceUID, of.string(Tag.StudyInstanceUID).orElseThrow())
            .putItems(Tag.ReferencedSeriesSequence, List.of(series))
            .build();
    DataSet title =
        DataSet.builder()
            .put(Tag.CodeValue, "113001")
            .put(Tag.CodingSchemeDesignator, "DCM")
            .put(Tag.CodeMeaning, "Rejected for Quality Reasons")
            .build();
    DataSet.Builder note = DataSet.builder();
    for (int tag :
        new int[] {
          Tag.StudyInstanceUID,
          Tag.PatientID,
          Tag.IssuerOfPatientID,
          Tag.PatientName,
          Tag.PatientBirthDate,
          Tag.PatientSex,
          Tag.StudyDate,
          Tag.StudyTime,
          Tag.AccessionNumber
        }) {
      of.string(tag).ifPresent(value -> note.put(tag, value));
    }
    return new DicomFile(
        TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
        note.put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.88.59")
            .put(Tag.SOPInstanceUID, uid(image) + ".9")
            .put(Tag.SeriesInstanceUID, uid(image) + ".8")
            .put(Tag.Modality, "KO")
            .putItems(Tag.ConceptNameCodeSequence, List.of(title))
            .putItems(Tag.CurrentRequestedProcedureEvidenceSequence, List.of(evidence))
            .build());
  }

  private static void deleteFromPacs(PhantomFile.Study study)
      throws IOException, InterruptedException {
    String found = pacs("POST", "/tools/lookup", study.uid());
    Matcher path = Pattern.compile("\"(/studies/[0-9a-f-]+)\"").matcher(found);
    assertThat(path.find()).isTrue();
    pacs("DELETE", path.group(1), "");
  }

  private static String pacs(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient() // whose connection Orthanc has not closed meanwhile
            .send(
                HttpRequest.newBuilder(PACS.baseUrl().resolve(path))
                    .method(method, BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  // What the others see.

  private static DemoEhr.Order order(PhantomFile.Study study) {
    return new DemoEhr.Order(
        "order-" + study.accessionNumber(),
        study.patient(),
        study.accessionNumber(),
        "24972-2",
        "XR Lumbar spine Views");
  }

  private static List<DemoEhr.Card> cards(PhantomFile.Study study) {
    try {
      List<DemoEhr.Card> cards =
          ehr.sign(order(study)).stream()
              .filter(
                  card -> card.links().stream().anyMatch(link -> link.endsWith("/" + study.uid())))
              .toList();
      Outputs.awaitAll(server);
      return cards;
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static String page(PhantomFile.Study study) throws IOException, InterruptedException {
    return HTTP.send(
            HttpRequest.newBuilder(server.address().resolve("/studies/" + study.uid())).build(),
            BodyHandlers.ofString())
        .body();
  }

  private static <T extends Resource> List<T> search(Class<T> type, String query) {
    Bundle found =
        ris.search()
            .byUrl(type.getSimpleName() + "?_count=100&" + query)
            .returnBundle(Bundle.class)
            .execute();
    return found.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  /** By the accession number, as a RIS knows a study. */
  private static DiagnosticReport report(PhantomFile.Study study) {
    List<DiagnosticReport> reports =
        search(DiagnosticReport.class, "based-on:identifier=" + study.accessionNumber());
    assertThat(reports).hasSize(1);
    return reports.get(0);
  }

  private static List<Task> tasks(PhantomFile.Study study) {
    return search(Task.class, "group-identifier=" + study.accessionNumber());
  }

  private static Task task(PhantomFile.Study study) {
    return tasks(study).stream()
        .filter(task -> !late(task))
        .reduce(
            (one, other) -> {
              throw new AssertionError("there are two");
            })
        .orElseThrow();
  }

  private static boolean late(Task task) {
    return task.getBusinessStatus().getCodingFirstRep().getCode().contains("late");
  }

  private static List<String> worklist() {
    return search(Task.class, "status=requested&_sort=reading-order,authored-on").stream()
        .map(task -> task.getGroupIdentifier().getValue())
        .toList();
  }

  private static ImagingStudy imagingStudy(PhantomFile.Study study) {
    return search(ImagingStudy.class, "identifier=urn:oid:" + study.uid()).get(0);
  }

  private static List<String> instances(PhantomFile.Study study) {
    return imagingStudy(study).getSeries().stream()
        .flatMap(series -> series.getInstance().stream())
        .map(ImagingStudySeriesInstanceComponent::getUid)
        .toList();
  }

  private static List<Observation> observations(PhantomFile.Study study, DicomFile image) {
    return search(
            Observation.class,
            "derived-from=" + imagingStudy(study).getIdElement().toUnqualifiedVersionless())
        .stream()
        .filter(
            observation ->
                observation.getIdentifier().stream()
                    .anyMatch(identifier -> identifier.getValue().startsWith(uid(image) + "/")))
        .toList();
  }

  private static List<Observation> standing(PhantomFile.Study study, DicomFile image) {
    return observations(study, image).stream()
        .filter(observation -> observation.getStatus() != ObservationStatus.ENTEREDINERROR)
        .toList();
  }

  private static <T extends Resource> T update(T changed) {
    return type(changed)
        .cast(
            ris.update()
                .resource(changed)
                .withAdditionalHeader("If-Match", "W/\"" + version(changed) + "\"")
                .execute()
                .getResource());
  }

  @SuppressWarnings("unchecked")
  private static <T extends Resource> Class<T> type(T resource) {
    return (Class<T>) resource.getClass();
  }

  private static String version(Resource resource) {
    return resource.getIdElement().getVersionIdPart();
  }

  private static Binary picture(String url) {
    return ris.read().resource(Binary.class).withId(url.replaceAll(".*/", "")).execute();
  }

  private static List<String> pictures(DiagnosticReport report) {
    return report.getPresentedForm().stream()
        .filter(form -> "image/png".equals(form.getContentType()))
        .map(Attachment::getUrl)
        .toList();
  }

  @Test
  @Order(1)
  void onMondayTheImagesComeAfterTheOrder() throws Exception {
    assertThat(cards(ADAS)).isEmpty();
    assertThat(tasks(ADAS)).isEmpty();

    store(image(ADAS, 1));

    await().atMost(PATIENCE).until(() -> cards(ADAS).stream().anyMatch(DemoEhr.Card::findings));
    assertThat(report(ADAS).getStatus()).isEqualTo(DiagnosticReportStatus.PRELIMINARY);
    assertThat(standing(ADAS, image(ADAS, 1)))
        .isNotEmpty()
        .allMatch(observation -> observation.getStatus() == ObservationStatus.PRELIMINARY);
    assertThat(worklist()).contains(ADAS.accessionNumber());
    assertThat(page(ADAS)).contains("probability of abnormality");
    assertThat(pictures(report(ADAS))).hasSize(1).allMatch(url -> url.contains("Binary/"));
  }

  @Test
  @Order(2)
  void onTuesdayAReaderClaimsTheStudyAndALateImageChangesNothingOfTheirs() throws Exception {
    Task open = task(ADAS);
    Task claimed = open.copy();
    claimed.setStatus(TaskStatus.INPROGRESS).setPriority(TaskPriority.STAT);
    claimed.setOwner(new Reference().setDisplay("Reading room 2"));
    claimed.addNote().setText("Ward called twice");
    update(claimed);
    assertThatThrownBy(() -> update(open.copy().setStatus(TaskStatus.REJECTED)))
        .isInstanceOf(PreconditionFailedException.class);
    Task unversioned = open.copy();
    unversioned.setId(open.getIdElement().toVersionless());
    assertThatThrownBy(
            () ->
                ris.update()
                    .resource(unversioned)
                    .withAdditionalHeader("If-Match", "abc")
                    .execute())
        .isInstanceOf(InvalidRequestException.class);

    store(image(ADAS, 2));

    await().atMost(PATIENCE).until(() -> !standing(ADAS, image(ADAS, 2)).isEmpty());
    Task now = task(ADAS);
    assertThat(now.getStatus()).isEqualTo(TaskStatus.INPROGRESS);
    assertThat(now.getPriority()).isEqualTo(TaskPriority.STAT);
    assertThat(now.getOwner().getDisplay()).isEqualTo("Reading room 2");
    assertThat(now.getNoteFirstRep().getText()).isEqualTo("Ward called twice");
    assertThat(tasks(ADAS)).hasSize(1);
    assertThat(worklist()).doesNotContain(ADAS.accessionNumber());
    assertThat(instances(ADAS)).containsExactlyInAnyOrder(uid(image(ADAS, 1)), uid(image(ADAS, 2)));
    await().atMost(PATIENCE).until(() -> page(ADAS).contains(uid(image(ADAS, 2))));
    assertThat(pictures(report(ADAS))).hasSize(2);
    assertThat(cards(ADAS)).anyMatch(DemoEhr.Card::findings);
  }

  @Test
  @Order(3)
  void onWednesdayAnImageIsRejectedAndIsGoneEverywhere() throws Exception {
    store(rejectionOf(image(ADAS, 2)));

    await().atMost(PATIENCE).until(() -> standing(ADAS, image(ADAS, 2)).isEmpty());
    assertThat(observations(ADAS, image(ADAS, 2))).isNotEmpty();
    assertThat(standing(ADAS, image(ADAS, 1))).isNotEmpty();
    assertThat(instances(ADAS)).containsExactly(uid(image(ADAS, 1)));
    await().atMost(PATIENCE).until(() -> !page(ADAS).contains(uid(image(ADAS, 2))));
    assertThat(pictures(report(ADAS))).hasSize(1);
    assertThat(task(ADAS).getStatus()).isEqualTo(TaskStatus.INPROGRESS);
    assertThat(cards(ADAS)).anyMatch(DemoEhr.Card::findings);
  }

  @Test
  @Order(4)
  void onThursdayTheReaderFinishesAndAnImageComesAfterAll() throws Exception {
    DiagnosticReport read = report(ADAS);
    read.setStatus(DiagnosticReportStatus.FINAL).setConclusion("Fracture of L1.");
    read.addResultsInterpreter(new Reference().setDisplay("Dr. Reader"));
    DiagnosticReport signed = update(read);
    Task finished = update(task(ADAS).setStatus(TaskStatus.COMPLETED));
    assertThat(cards(ADAS)).noneMatch(card -> card.summary().contains("robability"));
    assertThat(page(ADAS))
        .contains("Reported by a person")
        .doesNotContain("probability of abnormality");

    store(image(ADAS, 3));

    await().atMost(PATIENCE).until(() -> tasks(ADAS).size() == 2);
    Task second = tasks(ADAS).stream().filter(WeekTest::late).findFirst().orElseThrow();
    assertThat(second.getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(worklist()).contains(ADAS.accessionNumber());
    assertThat(version(task(ADAS))).isEqualTo(version(finished));
    assertThat(version(report(ADAS))).isEqualTo(version(signed));
    assertThat(instances(ADAS)).contains(uid(image(ADAS, 3)));
    assertThat(standing(ADAS, image(ADAS, 3))).isNotEmpty();
    assertThat(page(ADAS)).contains("Reported by a person");
    assertThatThrownBy(() -> update(task(ADAS).setStatus(TaskStatus.REQUESTED)))
        .isInstanceOf(UnprocessableEntityException.class);
  }

  @Test
  @Order(5)
  void onFridayAReaderWithdrawsWhatTheAiSaid() throws Exception {
    store(image(BENS, 1));
    await().atMost(PATIENCE).until(() -> cards(BENS).stream().anyMatch(DemoEhr.Card::findings));
    DiagnosticReport report = report(BENS);
    String picture = pictures(report).get(0);
    assertThat(picture(picture).hasData()).isTrue();

    update(report.setStatus(DiagnosticReportStatus.ENTEREDINERROR));

    await().atMost(PATIENCE).until(() -> standing(BENS, image(BENS, 1)).isEmpty());
    assertThat(cards(BENS)).noneMatch(DemoEhr.Card::findings);
    assertThat(page(BENS)).contains("withdrawn").doesNotContain("probability of abnormality");
    assertThat(task(BENS).getStatus()).isEqualTo(TaskStatus.CANCELLED);
    assertThat(pictures(report(BENS))).isEmpty();
    assertThat(picture(picture).hasData()).isFalse();
  }

  @Test
  @Order(6)
  void onSaturdayTwoNumbersTurnOutToBeOnePersons() throws Exception {
    String merge =
        """
        {"retired": {"system": "%1$s", "value": "%2$s"},
         "surviving": {"system": "%1$s", "value": "PHANTOM-MERGED"},
         "reason": "registered twice", "by": "registry"}
        """
            .formatted(DemoEhr.PATIENT_SYSTEM, ADA.id());
    HttpResponse<String> merged =
        HTTP.send(
            HttpRequest.newBuilder(server.address().resolve("/admin/patients/merge"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(merge))
                .build(),
            BodyHandlers.ofString());
    assertThat(merged.statusCode()).as(merged.body()).isEqualTo(200);

    String patient = report(ADAS).getSubject().getReference();
    assertThat(search(Patient.class, "identifier=PHANTOM-MERGED"))
        .singleElement()
        .satisfies(
            survivor ->
                assertThat(survivor.getIdElement().toUnqualifiedVersionless().getValue())
                    .isEqualTo(patient));
    assertThat(tasks(ADAS)).allMatch(task -> task.getFor().getReference().equals(patient));
    assertThat(standing(ADAS, image(ADAS, 1)))
        .allMatch(observation -> observation.getSubject().getReference().equals(patient));
    assertThat(imagingStudy(ADAS).getSubject().getReference()).isEqualTo(patient);
    assertThat(page(ADAS)).contains("Reported by a person");
  }

  @Test
  @Order(7)
  void onSundayTheStudyIsGoneFromThePacsAndAPersonIsAsked() throws Exception {
    // An archive that lists nothing else would not be believed.
    store(image(CLEOS, 1));
    await().atMost(PATIENCE).until(() -> cards(CLEOS).stream().anyMatch(DemoEhr.Card::findings));
    JdbcClient database = JdbcClient.create(server.part(DataSource.class));
    OffsetDateTime since = seen(database, CLEOS);
    await().atMost(PATIENCE).until(() -> seen(database, ADAS).isAfter(since));
    deleteFromPacs(ADAS);

    await()
        .atMost(PATIENCE)
        .until(
            () ->
                database
                    .sql("select missing_searches from study_watch where study_uid = :study")
                    .param("study", ADAS.uid())
                    .query(Integer.class)
                    .single(),
            searches -> searches >= 3);
    String missing = "identifier=" + ADAS.uid() + "/missing-in-archive";
    assertThat(search(Task.class, missing)).isEmpty();
    // A day goes by.
    database
        .sql(
            "update study_watch set missing_since = missing_since - interval '25' hour"
                + " where study_uid = :study")
        .param("study", ADAS.uid())
        .update();

    await().atMost(PATIENCE).until(() -> search(Task.class, missing).size() == 1);
    assertThat(report(ADAS).getStatus()).isEqualTo(DiagnosticReportStatus.FINAL);
    assertThat(standing(ADAS, image(ADAS, 1))).isNotEmpty();
    assertThat(page(ADAS)).contains("Reported by a person");
  }

  private static OffsetDateTime seen(JdbcClient database, PhantomFile.Study study) {
    return database
        .sql("select last_seen from study_watch where study_uid = :study")
        .param("study", study.uid())
        .query(OffsetDateTime.class)
        .single();
  }

  @Test
  @Order(8)
  void whateverTheWeekLeftIsValid() {
    Stream.of(
            "Device",
            "DiagnosticReport",
            "DocumentReference",
            "Endpoint",
            "ImagingStudy",
            "Observation",
            "Organization",
            "Patient",
            "Provenance",
            "ServiceRequest",
            "Task")
        .flatMap(
            type ->
                ris
                    .search()
                    .byUrl(type + "?_count=200")
                    .returnBundle(Bundle.class)
                    .execute()
                    .getEntry()
                    .stream())
        .map(BundleEntryComponent::getResource)
        .forEach(WeekTest::requireValid);
  }

  private static void requireValid(Resource resource) {
    Parameters input = new Parameters();
    input.addParameter().setName("resource").setResource(resource);
    OperationOutcome outcome =
        ris.operation()
            .onType(resource.fhirType())
            .named("$validate")
            .withParameters(input)
            .returnResourceType(OperationOutcome.class)
            .execute();
    assertThat(outcome.getIssue())
        .as(resource.getId())
        .noneMatch(
            issue ->
                issue.getSeverity() == IssueSeverity.ERROR
                    || issue.getSeverity() == IssueSeverity.FATAL);
  }
}

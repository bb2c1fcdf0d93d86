package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.api.MethodOutcome;
import ca.uhn.fhir.rest.client.api.IGenericClient;
import ca.uhn.fhir.rest.client.api.ServerValidationModeEnum;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import com.sun.net.httpserver.HttpServer;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.store.EhrAccess;
import io.spinexr.fhir.store.EhrFhirTarget;
import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.upkeep.StoredRecord;
import io.spinexr.fhir.worklist.FailureBundle;
import io.spinexr.finding.ModelVersion;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.study.ImagedStudy;
import io.spinexr.study.OrderReference;
import io.spinexr.tls.TlsContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome;
import org.hl7.fhir.r4.model.OperationOutcome.IssueSeverity;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.Subscription;
import org.hl7.fhir.r4.model.Subscription.SubscriptionStatus;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

/**
 * The server on an H2 file, as its clients see it: over HTTP. Every test uses a study of its own.
 */
@ExtendWith(OutputCaptureExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FhirServerTest {
  private static final FhirContext CONTEXT = FhirContext.forR4Cached();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final AtomicInteger STUDIES = new AtomicInteger();
  private static final BlockingQueue<String> NOTIFICATIONS = new LinkedBlockingQueue<>();

  /** What follows the image in the key of the examples' second finding. */
  private static final String SECOND = "/other-lesions/101-200-181-261/demo-1.0.0";

  @TempDir private static Path folder;
  private static HttpServer listener;
  private static TestServer server;
  private static IGenericClient client;

  private final String studyUid = "1.2.826.0.1." + STUDIES.incrementAndGet();

  @BeforeAll
  static void start() throws Exception {
    listener = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    listener.createContext(
        "/ris",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          NOTIFICATIONS.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    listener.createContext(
        "/nonsense",
        exchange -> {
          byte[] page = "<html>Log in</html>".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "text/html");
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    listener.createContext(
        "/moved",
        exchange -> {
          exchange.getResponseHeaders().add("Location", address("/ris/stolen"));
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    listener.start();
    connect(startServer());
  }

  private static TestServer startServer() {
    return TestServer.onH2(
        folder,
        "--spinexr.fhir.subscription-endpoints=" + address("/ris"),
        // It plays the EHR, too.
        "--spinexr.fhir.accept-results=true");
  }

  private static void connect(TestServer started) {
    server = started;
    CONTEXT.getRestfulClientFactory().setServerValidationMode(ServerValidationModeEnum.NEVER);
    CONTEXT.getRestfulClientFactory().setSocketTimeout(60_000);
    client = CONTEXT.newRestfulGenericClient(server.baseUrl());
  }

  @AfterAll
  static void stop() {
    server.close();
    listener.stop(0);
  }

  private static String address(String path) {
    return "http://127.0.0.1:" + listener.getAddress().getPort() + path;
  }

  private FhirRecord ours() {
    return server.bean(FhirRecord.class);
  }

  @Test
  void leavesOneOfEachWhenAStudyIsAnalysedTwice() {
    AnalysedStudy study = Examples.analysed(studyUid, 3);
    Recorded first = ours().write(FindingsBundle.of(study, Examples.ISSUER));
    Recorded second = ours().write(FindingsBundle.of(study, Examples.ISSUER));

    assertThat(second).isEqualTo(first);
    assertOneOfEach(3);
    assertThat(first.report()).hasValue("DiagnosticReport/" + report().getIdElement().getIdPart());
    // Nothing changed, so nothing got a new version.
    assertThat(report().getIdElement().getVersionIdPart()).isEqualTo("1");
    assertThat(task().getIdElement().getVersionIdPart()).isEqualTo("1");
  }

  @Test
  void leavesOneOfEachWhenSeveralAnalyseAtOnce() throws Exception {
    Bundle bundle = FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER);
    int writers = 4;
    ExecutorService pool = Executors.newFixedThreadPool(writers);
    try {
      Callable<Recorded> write = () -> ours().write(bundle.copy());
      List<Future<Recorded>> all = pool.invokeAll(Collections.nCopies(writers, write));
      for (Future<Recorded> one : all) {
        assertThat(one.get()).isEqualTo(all.get(0).get());
      }
    } finally {
      pool.shutdownNow();
    }
    assertOneOfEach(2);
  }

  @Test
  void writesTheSameToAnotherServerByHttp() {
    FhirRecord ehr = ehr(server.baseUrl(), EhrAccess.open());
    Recorded first = ehr.write(FindingsBundle.of(Examples.analysed(studyUid, 3), Examples.ISSUER));
    Recorded second = ehr.write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));

    assertThat(second).isEqualTo(first);
    assertOneOfEach(1);
    assertThat(first.report()).hasValue("DiagnosticReport/" + report().getIdElement().getIdPart());
  }

  @Test
  void withdrawsFindingsThatALaterAnalysisDoesNotConfirm() {
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 3), Examples.ISSUER));
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));

    assertOneOfEach(1);
    assertThat(observations())
        .filteredOn(observation -> observation.getStatus() == ObservationStatus.ENTEREDINERROR)
        .extracting(observation -> observation.getIdentifierFirstRep().getValue())
        .containsExactlyInAnyOrder(
            studyUid + ".1.1/withdrawn/101-200-181-261/demo-1.0.0",
            studyUid + ".1.1/withdrawn/102-200-182-261/demo-1.0.0");

    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    assertOneOfEach(2);
  }

  @Test
  void keepsAReportThatARadiologistHasSigned() {
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    DiagnosticReport signed = report();
    signed.setStatus(DiagnosticReportStatus.FINAL).setConclusion("Read by a person.");
    client.update().resource(signed).execute();

    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));

    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.FINAL);
    assertThat(report().getConclusion()).isEqualTo("Read by a person.");
    assertThat(report().getResult()).hasSize(4);
    assertThat(observations())
        .extracting(Observation::getStatus)
        .doesNotContain(ObservationStatus.ENTEREDINERROR);
  }

  @Test
  void keepsAReportThatIsSignedWhileWeWrite() {
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    FhirStore store =
        new EhrFhirTarget(
            URI.create(server.baseUrl()), EhrAccess.open(), TIMEOUT, TlsContext.ofJava());
    AtomicInteger transactions = new AtomicInteger();
    FhirStore slow =
        new FhirStore() {
          @Override
          public String name() {
            return store.name();
          }

          @Override
          public List<Resource> search(String url) {
            return store.search(url);
          }

          @Override
          public Bundle transaction(Bundle transaction) {
            if (transactions.getAndIncrement() == 0) {
              client.update().resource(report().setStatus(DiagnosticReportStatus.FINAL)).execute();
            }
            return store.transaction(transaction);
          }
        };

    new StoredRecord(slow)
        .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));

    // The picture goes ahead; then the report is found signed, and stays.
    assertThat(transactions).hasValue(2);
    assertThat(report().getStatus()).isEqualTo(DiagnosticReportStatus.FINAL);
    assertThat(report().getResult()).hasSize(4);
  }

  @Test
  void keepsATaskThatSomebodyIsAt() {
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    client.update().resource(task().setStatus(TaskStatus.INPROGRESS)).execute();

    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    ours()
        .write(
            FailureBundle.of(
                Examples.failed(Optional.of(Examples.study(studyUid))), Examples.ISSUER));

    assertThat(task().getStatus()).isEqualTo(TaskStatus.INPROGRESS);
    // The report is still ours, and new.
    assertThat(report().getResult()).hasSize(3);
  }

  @Test
  void keepsAnObservationThatARadiologistHasCorrected() {
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    Observation second = observation(SECOND);
    client.update().resource(second.setStatus(ObservationStatus.CORRECTED)).execute();

    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));

    assertThat(observation(SECOND).getStatus()).isEqualTo(ObservationStatus.CORRECTED);
    assertThat(report().getResult())
        .extracting(result -> result.getReferenceElement().getIdPart())
        .contains(second.getIdElement().getIdPart());
  }

  @Test
  void showsAFailureUntilAnAnalysisSucceeds() {
    Bundle failure =
        FailureBundle.of(Examples.failed(Optional.of(Examples.study(studyUid))), Examples.ISSUER);
    Recorded failed = ours().write(failure);
    assertThat(failed.report()).isEmpty();
    assertThat(task().getStatus()).isEqualTo(TaskStatus.FAILED);
    assertThat(task().getStatusReason().getText()).isEqualTo("the archive did not answer");

    Recorded succeeded =
        ours().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    assertThat(succeeded.task()).isEqualTo(failed.task());
    assertThat(task().getStatus()).isEqualTo(TaskStatus.REQUESTED);
    assertThat(task().hasStatusReason()).isFalse();

    ours().write(failure);
    assertThat(task().getStatus()).isEqualTo(TaskStatus.REQUESTED);
  }

  @Test
  void showsAnOrderWhoseImagesNeverCame() {
    Recorded recorded =
        ours().write(FailureBundle.of(Examples.failed(Optional.empty()), Examples.ISSUER));
    Task task =
        (Task) client.read().resource("Task").withUrl(recorded.task().orElseThrow()).execute();
    assertThat(task.getStatus()).isEqualTo(TaskStatus.FAILED);
    assertThat(task.getBusinessStatus().getCodingFirstRep().getCode())
        .isEqualTo("images-never-came");
    assertThat(task.getFocus().getIdentifier().getSystem())
        .isEqualTo("https://ehr.example.org/fhir/ServiceRequest");
    assertThat(task.getFocus().getIdentifier().getValue()).isEqualTo("order-1");
  }

  @Test
  void findsReportsByPatientAndByStudy() {
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));

    Bundle byPatient =
        search(
            "DiagnosticReport?subject.identifier=urn:oid:1.2.36.146.595.217.0.1%7CMRN-4711"
                + "&_include=DiagnosticReport:result&_count=200");
    assertThat(resources(byPatient, DiagnosticReport.class))
        .extracting(r -> r.getIdentifierFirstRep().getValue())
        .contains(studyUid + "/demo-1.0.0");
    assertThat(resources(byPatient, Observation.class)).isNotEmpty();

    Bundle byStudy =
        search("DiagnosticReport?imaging-study.identifier=urn:dicom:uid%7Curn:oid:" + studyUid);
    assertThat(resources(byStudy, DiagnosticReport.class)).hasSize(1);

    Bundle work =
        search(
            "Task?status=requested&focus:ImagingStudy.identifier=urn:dicom:uid%7Curn:oid:"
                + studyUid
                + "&_include=Task:focus");
    assertThat(work.getEntry()).hasSize(2);
  }

  @Test
  void keepsTheHistoryOfAReport() {
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 3), Examples.ISSUER));
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));

    Bundle history =
        client
            .history()
            .onInstance(report().getIdElement().toUnqualifiedVersionless())
            .returnBundle(Bundle.class)
            .execute();
    assertThat(history.getTotal()).isEqualTo(2);
    assertThat(resources(history, DiagnosticReport.class))
        .extracting(r -> r.getResult().size())
        .containsExactly(3, 5);
  }

  @Test
  void takesConditionalWrites() {
    Patient patient = new Patient();
    patient.addIdentifier().setSystem("urn:test").setValue(studyUid);
    String condition = "Patient?identifier=urn:test%7C" + studyUid;
    MethodOutcome first = client.create().resource(patient).conditionalByUrl(condition).execute();
    MethodOutcome again = client.create().resource(patient).conditionalByUrl(condition).execute();
    assertThat(first.getCreated()).isTrue();
    assertThat(again.getId().getIdPart()).isEqualTo(first.getId().getIdPart());

    patient.setActive(true);
    MethodOutcome update = client.update().resource(patient).conditionalByUrl(condition).execute();
    assertThat(update.getId().getIdPart()).isEqualTo(first.getId().getIdPart());
    assertThat(update.getId().getVersionIdPart()).isEqualTo("2");
  }

  @Test
  void logsNobodysIdentifierWhenWritersMeet(CapturedOutput output) throws Exception {
    String condition = "identifier=urn:test%7Csecret-" + studyUid;
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      Callable<Object> create =
          () -> {
            Patient patient = new Patient();
            patient.addIdentifier().setSystem("urn:test").setValue("secret-" + studyUid);
            try {
              return client
                  .create()
                  .resource(patient)
                  .conditionalByUrl("Patient?" + condition)
                  .execute();
            } catch (BaseServerResponseException e) {
              return e;
            }
          };
      for (Future<Object> one : pool.invokeAll(Collections.nCopies(8, create))) {
        assertThat(one.get()).isNotNull();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(search("Patient?" + condition).getTotal()).isEqualTo(1);
    assertThat(output.getAll()).doesNotContain("secret-");
  }

  /** A RIS knows the accession number, an EHR its own order. */
  @Test
  void findsEverythingByAccessionNumberAndByOrder() {
    ours().write(FindingsBundle.of(ordered(), Examples.ISSUER));
    String accession = "ACC-" + studyUid;
    String order = "https://ehr.example.org/fhir/ServiceRequest%7Corder-" + studyUid;
    for (String number : List.of(accession, order)) {
      for (String search :
          List.of(
              "DiagnosticReport?based-on",
              "ImagingStudy?basedon",
              "Observation?based-on",
              "Task?based-on")) {
        for (String by : List.of(":identifier=", ".identifier=")) {
          assertThat(search(search + by + number).getTotal()).as(search + by + number).isPositive();
        }
      }
    }
    assertThat(search("Task?group-identifier=" + accession).getTotal()).isEqualTo(1);
    assertThat(search("DiagnosticReport?based-on:identifier=ACC-0").getTotal()).isZero();
  }

  @Test
  void keepsOneCopyOfAnOrder() {
    ours().write(FindingsBundle.of(ordered(), Examples.ISSUER));
    ours().write(FindingsBundle.of(ordered(), Examples.ISSUER));

    ServiceRequest copy = only(ServiceRequest.class, "identifier=order-" + studyUid);
    assertThat(copy.getIdElement().getVersionIdPart()).isEqualTo("1");
    assertThat(copy.getSubject().getReference()).isEqualTo(report().getSubject().getReference());
    assertThat(search("Endpoint?identifier=https://pacs.example.org/dicom-web").getTotal())
        .isEqualTo(1);
    assertThat(search("Organization?name=Example").getTotal()).isEqualTo(1);
    assertThat(search("DocumentReference?identifier=" + modelIdentifier()).getTotal()).isEqualTo(1);
  }

  private static String modelIdentifier() {
    ModelVersion model = Examples.MODELS.models().get(0);
    return model.name() + "/" + model.version() + "/" + model.sha256();
  }

  @Test
  void makesNoOrderOnTheServerThatOrdersComeFrom() {
    ehr(server.baseUrl(), EhrAccess.open()).write(FindingsBundle.of(ordered(), Examples.ISSUER));

    assertThat(search("ServiceRequest?identifier=order-" + studyUid).getTotal()).isZero();
    assertThat(report().getBasedOn())
        .isNotEmpty()
        .noneMatch(Reference::hasReference)
        .extracting(order -> order.getIdentifier().getValue())
        .containsExactly("order-" + studyUid, "ACC-" + studyUid);
  }

  /** A study with an order and an accession number of its own. */
  private AnalysedStudy ordered() {
    AnalysedStudy study = Examples.analysed(studyUid, 1);
    ImagedStudy images = study.study();
    return new AnalysedStudy(
        study.subject(),
        List.of(
            new OrderReference(
                Examples.ORDER.source(),
                "order-" + studyUid,
                "key-" + studyUid,
                Optional.empty(),
                Examples.ORDER.priority(),
                Examples.ORDER.description(),
                Examples.ORDER.region())),
        new ImagedStudy(
            studyUid,
            Optional.of("ACC-" + studyUid),
            images.started(),
            images.description(),
            images.region(),
            images.series()),
        study.findings(),
        study.rule(),
        study.urgency(),
        study.annotatedPng(),
        study.analysedAt());
  }

  @Test
  void validatesWhatItStores() {
    ours().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    assertThat(errors(validate(report()))).isEmpty();
    assertThat(errors(validate(task()))).isEmpty();
    assertThat(errors(validate(only(Device.class, "identifier=demo-1.0.0")))).isEmpty();

    DiagnosticReport wrong = report();
    wrong.setCode(null);
    assertThat(errors(validate(wrong))).anyMatch(error -> error.contains("DiagnosticReport.code"));
  }

  @Test
  void tellsASubscriberOfANewTask() throws Exception {
    Subscribers subscribers = server.bean(Subscribers.class);
    String id =
        subscribers.add("Task?status=requested", address("/ris"), List.of(), "Worklist", "Ada");
    await(
        () ->
            ((Subscription) client.read().resource("Subscription").withId(id).execute()).getStatus()
                == SubscriptionStatus.ACTIVE);

    Recorded recorded =
        ours().write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER));
    String expected = "PUT /ris/" + recorded.task().orElseThrow();
    String notification = NOTIFICATIONS.poll(30, TimeUnit.SECONDS);
    while (notification != null && !notification.startsWith(expected)) {
      notification = NOTIFICATIONS.poll(30, TimeUnit.SECONDS);
    }
    assertThat(notification).isNotNull();
    assertThat(subscribers.remove(id, "Ada")).isTrue();
    assertThat(subscribers.remove(id, "Ada")).isFalse();
  }

  @Test
  void refusesASubscriptionToAnAddressThatIsNotListed() {
    for (String endpoint :
        List.of(
            address("/other"),
            address("/ris") + ".evil.example",
            "http://169.254.169.254/latest")) {
      assertThatThrownBy(
              () ->
                  server
                      .bean(Subscribers.class)
                      .add("Task?status=requested", endpoint, List.of(), "Worklist", "Ada"))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void isNotOpenToOtherWebPages() throws Exception {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(server.baseUrl() + "/Patient"))
                    .header("Origin", "https://evil.example")
                    .build(),
                BodyHandlers.ofString());
    assertThat(response.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
  }

  @Test
  void answersErrorsWithoutItsInsides() throws Exception {
    for (String path : List.of("/Foo", "/Patient/none", "/Patient?nonsense=1", "/Task?focus.x=1")) {
      HttpResponse<String> response =
          HttpClient.newHttpClient()
              .send(
                  HttpRequest.newBuilder(URI.create(server.baseUrl() + path)).build(),
                  BodyHandlers.ofString());
      assertThat(response.statusCode()).as(path).isBetween(400, 499);
      assertThat(response.body()).contains("OperationOutcome").doesNotContain("at ca.uhn", ".java");
    }
  }

  @Test
  void tellsWhetherAnotherServerMayTakeItLater() throws Exception {
    int unused;
    try (ServerSocket socket = new ServerSocket(0)) {
      unused = socket.getLocalPort();
    }
    Bundle bundle = FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER);
    for (String url : List.of("http://127.0.0.1:" + unused, address("/nonsense"))) {
      assertThatThrownBy(() -> ehr(url, EhrAccess.open()).write(bundle))
          .isInstanceOfSatisfying(
              FhirRecordException.class,
              failure -> {
                assertThat(failure.retryable()).isTrue();
                assertThat(failure.getMessage())
                    .contains("the EHR's FHIR server")
                    .doesNotContain("MRN-4711", "Muster");
              });
    }
    Bundle wrong = bundle.copy();
    wrong.getEntry().get(1).getRequest().setUrl("Nonsense");
    assertThatThrownBy(() -> ours().write(wrong))
        .isInstanceOfSatisfying(
            FhirRecordException.class, failure -> assertThat(failure.retryable()).isFalse());
  }

  @Test
  void sendsItsTokenNowhereElse() {
    NOTIFICATIONS.clear();
    assertThatThrownBy(
            () ->
                ehr(address("/moved"), EhrAccess.by("secret"))
                    .write(FindingsBundle.of(Examples.analysed(studyUid, 1), Examples.ISSUER)))
        .isInstanceOf(FhirRecordException.class);
    assertThat(NOTIFICATIONS).noneMatch(request -> request.contains("stolen"));
    assertThatThrownBy(() -> ehr("http://ehr.example.org/fhir", EhrAccess.by("secret")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("https");
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void survivesARestart() {
    Recorded before =
        ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER));
    server.close();
    connect(startServer());

    assertOneOfEach(2);
    assertThat(ours().write(FindingsBundle.of(Examples.analysed(studyUid, 2), Examples.ISSUER)))
        .isEqualTo(before);
    assertOneOfEach(2);
    assertThat(search("CodeSystem?url=" + Codes.LESION_TYPE).getEntry())
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.getResource().getIdElement().getVersionIdPart()).isEqualTo("1"));
  }

  private void assertOneOfEach(int findings) {
    assertThat(search("ImagingStudy?identifier=urn:dicom:uid%7Curn:oid:" + studyUid).getTotal())
        .isEqualTo(1);
    String key = studyUid + "/demo-1.0.0";
    assertThat(search("Provenance?_tag=" + Codes.ANALYSIS_TAG + "%7C" + key).getTotal())
        .isEqualTo(1);
    assertThat(search("Patient?identifier=MRN-4711").getTotal()).isEqualTo(1);
    assertThat(search("Device?identifier=demo-1.0.0").getTotal()).isEqualTo(1);
    assertThat(task().getOutputFirstRep().getValue())
        .isInstanceOfSatisfying(
            Reference.class,
            output ->
                assertThat(output.getReference())
                    .isEqualTo(report().getIdElement().toUnqualifiedVersionless().getValue()));
    assertThat(report().getResult()).hasSize(findings + 2);
    assertThat(observations())
        .filteredOn(observation -> observation.getStatus() == ObservationStatus.PRELIMINARY)
        .hasSize(findings + 1);
  }

  private DiagnosticReport report() {
    return only(DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key());
  }

  private Task task() {
    return only(Task.class, "identifier=" + Codes.TASK_IDENTIFIER + "%7C" + key());
  }

  private Observation observation(String keyEnd) {
    return only(
        Observation.class,
        "identifier=" + Codes.OBSERVATION_IDENTIFIER + "%7C" + studyUid + ".1.1" + keyEnd);
  }

  private String key() {
    return studyUid + "/demo-1.0.0";
  }

  private List<Observation> observations() {
    return resources(
        search(
            "Observation?_count=200&derived-from:ImagingStudy.identifier=urn:dicom:uid%7Curn:oid:"
                + studyUid),
        Observation.class);
  }

  private static <T extends Resource> T only(Class<T> type, String query) {
    List<T> found = resources(search(type.getSimpleName() + "?" + query), type);
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  private static Bundle search(String url) {
    return client
        .search()
        .byUrl(url + (url.contains("_total") ? "" : "&_total=accurate"))
        .returnBundle(Bundle.class)
        .execute();
  }

  private static <T extends Resource> List<T> resources(Bundle bundle, Class<T> type) {
    return bundle.getEntry().stream()
        .map(BundleEntryComponent::getResource)
        .filter(type::isInstance)
        .map(type::cast)
        .toList();
  }

  private static OperationOutcome validate(Resource resource) {
    try {
      return (OperationOutcome)
          client.validate().resource(resource).execute().getOperationOutcome();
    } catch (BaseServerResponseException e) {
      return (OperationOutcome) e.getOperationOutcome();
    }
  }

  private static List<String> errors(OperationOutcome outcome) {
    return outcome.getIssue().stream()
        .filter(
            issue ->
                issue.getSeverity() == IssueSeverity.ERROR
                    || issue.getSeverity() == IssueSeverity.FATAL)
        .map(issue -> issue.getDiagnostics())
        .toList();
  }

  private static FhirRecord ehr(String url, EhrAccess access) {
    return new StoredRecord(
        new EhrFhirTarget(URI.create(url), access, TIMEOUT, TlsContext.ofJava()));
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!condition.call()) {
      assertThat(System.nanoTime()).as("waited a minute").isLessThan(deadline);
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }
}

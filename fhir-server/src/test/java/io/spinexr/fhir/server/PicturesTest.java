package io.spinexr.fhir.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import io.spinexr.fhir.Examples;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.FhirRecordException;
import io.spinexr.fhir.Recorded;
import io.spinexr.fhir.Withdrawn;
import io.spinexr.fhir.code.Codes;
import io.spinexr.fhir.result.FindingsBundle;
import io.spinexr.fhir.result.PictureResource;
import io.spinexr.fhir.store.FhirStore;
import io.spinexr.fhir.upkeep.StoredRecord;
import io.spinexr.finding.StudyFindings;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.result.Withdrawal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.codec.digest.DigestUtils;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.DiagnosticReport;
import org.hl7.fhir.r4.model.DiagnosticReport.DiagnosticReportStatus;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The annotated images beside the reports, as clients see them. Every test has its own study. */
class PicturesTest {
  private static final AtomicInteger STUDIES = new AtomicInteger();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

  @TempDir private static Path folder;
  private static TestServer server;

  private final String studyUid = "1.2.826.0.6." + STUDIES.incrementAndGet();
  private final String key = studyUid + "/" + Examples.MODELS.id();
  private final String image = studyUid + ".1.1";
  private final String address = "Binary/" + PictureResource.id(image, Examples.MODELS.id());

  @BeforeAll
  static void start() {
    server = TestServer.onH2(folder, "--spinexr.fhir.accept-results=true");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void linksThePictureInsteadOfHoldingIt(boolean byHttp) {
    Recorded recorded = server.record(byHttp).write(findings(pictures(PNG)));

    assertThat(recorded.withPictures()).isTrue();
    Attachment link = links().get(0);
    assertThat(link.getUrl()).isEqualTo(address);
    assertThat(link.hasData()).isFalse();
    assertThat(link.getContentType()).isEqualTo("image/png");
    assertThat(link.getSize()).isEqualTo(PNG.length);
    assertThat(link.getHash()).isEqualTo(DigestUtils.sha1(PNG));
    assertThat(link.getTitle()).contains(image);
    Binary picture = picture();
    assertThat(picture.getData()).isEqualTo(PNG);
    assertThat(picture.getMeta().getSecurityFirstRep().getCode()).isEqualTo("AIAST");
    assertThat(picture.getSecurityContext().getIdentifier().getValue()).isEqualTo(key);
  }

  @Test
  void saysWhichReportGovernsThePicture() {
    Recorded recorded = server.record(false).write(findings(pictures(PNG)));
    assertThat(picture().getSecurityContext().getReferenceElement().toVersionless().getValue())
        .isEqualTo(recorded.report().orElseThrow());
  }

  @Test
  void givesThePictureOrItsResource() throws IOException, InterruptedException {
    server.record(false).write(findings(pictures(PNG)));

    HttpResponse<byte[]> raw = get(address, "image/png");
    assertThat(raw.statusCode()).isEqualTo(200);
    assertThat(raw.headers().firstValue("Content-Type")).contains("image/png");
    // A browser saves what comes from /fhir and shows none of it.
    assertThat(raw.headers().firstValue("Content-Disposition").orElseThrow())
        .startsWith("Attachment");
    assertThat(raw.body()).isEqualTo(PNG);

    HttpResponse<byte[]> resource = get(address, "application/fhir+json");
    assertThat(resource.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/fhir+json");
    assertThat(new String(resource.body(), StandardCharsets.UTF_8))
        .contains("\"resourceType\":\"Binary\"", "\"data\":\"iVBORw==\"");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void replacesThePictureOfAnEarlierAnalysis(boolean byHttp) {
    server.record(byHttp).write(findings(pictures(PNG)));
    server.record(byHttp).write(findings(pictures(PNG)));
    assertThat(picture().getMeta().getVersionId()).isEqualTo("1");

    server.record(byHttp).write(findings(pictures(new byte[] {1, 2, 3})));
    assertThat(picture().getData()).containsExactly(1, 2, 3);
    assertThat(links()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void emptiesAPictureThatTheNewAnalysisLacks(boolean byHttp) {
    server.record(byHttp).write(findings(pictures(PNG)));
    AnalysedStudy study = Examples.analysed(studyUid, 2);
    StudyFindings without =
        new StudyFindings(
            studyUid, study.findings().models(), List.of(), study.findings().rejected());
    server
        .record(byHttp)
        .write(
            FindingsBundle.of(
                Examples.with(study, study.orders(), study.study(), without, study.urgency()),
                Examples.ISSUER));

    assertThat(links()).isEmpty();
    assertThat(picture().hasData()).isFalse();
    assertThat(picture().getSecurityContext().getIdentifier().getValue()).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsThePictureOfAnImageThatWasNotThereThisTime(boolean byHttp) {
    server.record(byHttp).write(findings(pictures(PNG)));
    server.record(byHttp).write(findings(Map.of()));

    assertThat(links())
        .singleElement()
        .satisfies(link -> assertThat(link.getUrl()).isEqualTo(address));
    assertThat(picture().getData()).isEqualTo(PNG);
  }

  /** Nothing links it, but the page of the study finds it. */
  @Test
  void keepsThePictureOfALateImage() {
    server.record(false).write(findings(pictures(PNG)));
    server.client().update().resource(report().setStatus(DiagnosticReportStatus.FINAL)).execute();
    String late = studyUid + ".1.3";

    server
        .record(false)
        .write(findings(Examples.grown(studyUid, 2, 1), Map.of(image, new byte[] {1}, late, PNG)));

    assertThat(picture(PictureResource.id(late, Examples.MODELS.id())).getData()).isEqualTo(PNG);
    assertThat(picture().getData()).isEqualTo(PNG);
    assertThat(links()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void leavesThePictureOfAReportThatAPersonTookOver(boolean byHttp) {
    server.record(byHttp).write(findings(pictures(PNG)));
    server.client().update().resource(report().setStatus(DiagnosticReportStatus.FINAL)).execute();

    server.record(byHttp).write(findings(pictures(new byte[] {1, 2, 3})));
    assertThat(server.record(byHttp).withdraw(withdrawal()))
        .isEqualTo(Withdrawn.ALL_BUT_THE_REPORT);

    assertThat(links().get(0).getUrl()).isEqualTo(address);
    assertThat(picture().getData()).isEqualTo(PNG);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void emptiesThePicturesOfAWithdrawnReportForGood(boolean byHttp)
      throws IOException, InterruptedException {
    FhirRecord record = server.record(byHttp);
    record.write(findings(pictures(PNG)));
    record.withdraw(withdrawal());
    Binary emptied = picture();
    assertThat(emptied.hasData()).isFalse();

    record.withdraw(withdrawal());
    record.write(findings(pictures(PNG)));

    assertThat(picture().getMeta().getVersionId()).isEqualTo(emptied.getMeta().getVersionId());
    assertThat(new String(get(address, "image/png").body(), StandardCharsets.UTF_8))
        .contains("\"resourceType\":\"Binary\"")
        .doesNotContain("\"data\"");
  }

  @Test
  void emptiesThePicturesOfAReportThatSomebodyDeleted() {
    server.record(false).write(findings(pictures(PNG)));
    server
        .search(Task.class, "identifier=" + Codes.TASK_IDENTIFIER + "%7C" + key)
        .forEach(server::delete);
    server.delete(report());

    server.record(false).withdraw(withdrawal());
    assertThat(picture().hasData()).isFalse();
  }

  /** As version 0.1 wrote them, or a delivery that it packed. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void movesThePictureOutOfAnEarlierReport(boolean byHttp) {
    Bundle embedded = findings(Map.of());
    embedded.getEntry().stream()
        .map(Bundle.BundleEntryComponent::getResource)
        .filter(DiagnosticReport.class::isInstance)
        .forEach(
            report ->
                ((DiagnosticReport) report)
                    .addPresentedForm(new Attachment().setContentType("image/png").setData(PNG)));
    server.record(byHttp).write(embedded);
    assertThat(links().get(0).getData()).isEqualTo(PNG);

    server.record(byHttp).write(findings(pictures(PNG)));
    assertThat(links())
        .singleElement()
        .matches(link -> !link.hasData() && link.getUrl().equals(address));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 404, 405, 413, 422})
  void deliversTheResultToAServerThatRefusesPictures(int status) {
    Recorded recorded =
        new StoredRecord(new WithoutBinary(server.asEhr(), status)).write(findings(pictures(PNG)));

    assertThat(recorded.withPictures()).isFalse();
    assertThat(report().hasConclusion()).isTrue();
    assertThat(links()).isEmpty();
    // The page of the report stays.
    assertThat(report().getPresentedForm()).hasSize(1);
    assertThat(server.search(Binary.class, "_id=" + address.substring("Binary/".length())))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 401, 429, 500, 503})
  void sendsPicturesAgainToAServerThatIsDown(int status) {
    assertThatThrownBy(
            () ->
                new StoredRecord(new WithoutBinary(server.asEhr(), status))
                    .write(findings(pictures(PNG))))
        .isInstanceOfSatisfying(FhirRecordException.class, e -> assertThat(e.retryable()).isTrue());
    assertThat(reports()).isEmpty();
  }

  /** A server that answers transactions with pictures by a status. */
  private record WithoutBinary(FhirStore store, int status) implements FhirStore {
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
      if (FhirContext.forR4Cached()
          .newJsonParser()
          .encodeResourceToString(transaction)
          .contains("\"Binary\"")) {
        throw BaseServerResponseException.newInstance(status, "no pictures");
      }
      return store.transaction(transaction);
    }
  }

  private Map<String, byte[]> pictures(byte[] png) {
    return Map.of(image, png);
  }

  private Bundle findings(Map<String, byte[]> pictures) {
    return findings(Examples.analysed(studyUid, 2), pictures);
  }

  private static Bundle findings(AnalysedStudy study, Map<String, byte[]> pictures) {
    return FindingsBundle.of(
        new AnalysedStudy(
            study.subject(),
            study.orders(),
            study.study(),
            study.findings(),
            study.rule(),
            study.urgency(),
            pictures,
            study.analysedAt()),
        Examples.ISSUER);
  }

  private Withdrawal withdrawal() {
    return new Withdrawal(
        studyUid, Examples.MODELS.id(), "wrong", "Dr. Who", Examples.TIME.plusSeconds(60));
  }

  private List<Attachment> links() {
    return report().getPresentedForm().stream()
        .filter(form -> "image/png".equals(form.getContentType()))
        .toList();
  }

  private DiagnosticReport report() {
    assertThat(reports()).hasSize(1);
    return reports().get(0);
  }

  private List<DiagnosticReport> reports() {
    return server.search(
        DiagnosticReport.class, "identifier=" + Codes.REPORT_IDENTIFIER + "%7C" + key);
  }

  private Binary picture() {
    return picture(address.substring("Binary/".length()));
  }

  private static Binary picture(String id) {
    return server.client().read().resource(Binary.class).withId(id).execute();
  }

  private static HttpResponse<byte[]> get(String path, String accept)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(server.baseUrl() + "/" + path))
            .header("Accept", accept)
            .build(),
        BodyHandlers.ofByteArray());
  }
}

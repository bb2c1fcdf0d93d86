package io.spinexr.dicomweb;

import static io.spinexr.dicomweb.SampleImages.id;
import static io.spinexr.dicomweb.SampleImages.image;
import static io.spinexr.dicomweb.SampleImages.newUid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.DicomJson;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.TransferSyntax;
import io.spinexr.dicom.pixel.DecodedSyntaxes;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import io.spinexr.dicomweb.message.MediaType;
import io.spinexr.dicomweb.message.PoorArchive;
import io.spinexr.dicomweb.message.PoorArchive.Answer;
import io.spinexr.dicomweb.message.PoorArchive.Behaviour;
import io.spinexr.dicomweb.message.PoorArchive.Request;
import io.spinexr.finding.ImageId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images from archives that do not send every form of them, or send another than was asked for. */
class InstanceRetrievalTest {
  private static final String SINGLE = "application/dicom";

  @TempDir Path folder;
  private PoorArchive archive;
  private DicomWebClient client;
  private final DicomFile file = image(newUid(), "P");

  @BeforeEach
  void start() {
    archive = new PoorArchive(folder);
    client = new DicomWebClient(DicomWebOptions.of(archive.baseUrl()));
    assertThat(client.store(List.of(file)).complete()).isTrue();
  }

  @AfterEach
  void stop() {
    archive.close();
  }

  private void assertRetrieved() {
    assertThat(DicomJson.write(client.retrieveInstance(id(file)).dataSet()))
        .isEqualTo(DicomJson.write(file.dataSet()));
  }

  private List<String> accepted() {
    return archive.requests(request -> true).stream().map(Request::accept).toList();
  }

  private static boolean multipart(Request request) {
    return request.accept().startsWith("multipart/related");
  }

  @ParameterizedTest
  @ValueSource(ints = {406, 415})
  void leavesTheTransferSyntaxToAnArchiveThatDoesNotKnowTheAsterisk(int status) {
    Behaviour noAsterisk =
        (request, able) -> request.accept().contains("=*") ? Answer.of(status) : able.ask(request);
    archive.behaves(noAsterisk);
    assertRetrieved();
    assertThat(client.support().form())
        .isEqualTo(Optional.of(new InstanceForm(true, Optional.empty())));

    archive.behaves(noAsterisk);
    assertRetrieved();
    assertThat(accepted()).containsExactly("multipart/related; type=\"application/dicom\"");
  }

  @Test
  void asksForOneSyntaxAfterAnotherWhereNoneIsTakenForGranted() {
    archive.behaves(
        (request, able) ->
            request.accept().endsWith("; transfer-syntax=" + TransferSyntax.JPEG_2000_LOSSLESS)
                ? able.ask(request.accepting("multipart/related; transfer-syntax=*"))
                : Answer.of(406));
    assertRetrieved();
    assertThat(accepted()).doesNotHaveDuplicates();
  }

  @Test
  void asksForNoImageInALossySyntaxBeforeEveryOtherWasRefused() {
    archive.behaves((request, able) -> Answer.of(406));
    assertThat(failure(id(file)).kind()).isEqualTo(Kind.NOT_ACCEPTABLE);
    assertThat(accepted()).hasSize(4 + 2 * DecodedSyntaxes.UIDS.size()).doesNotHaveDuplicates();
    assertThat(accepted().subList(accepted().size() - 8, accepted().size()))
        .allMatch(
            accept ->
                List.of(
                        TransferSyntax.JPEG_2000,
                        TransferSyntax.JPEG_LS,
                        TransferSyntax.JPEG_BASELINE,
                        TransferSyntax.JPEG_EXTENDED)
                    .contains(accept.substring(accept.lastIndexOf('=') + 1)));
    assertThat(client.support()).isEqualTo(ArchiveSupport.ASSUMED);
  }

  @ParameterizedTest
  @ValueSource(ints = {406, 415})
  void asksForASinglePartWhereThereIsNoMultipart(int status) {
    Behaviour single =
        (request, able) ->
            multipart(request)
                ? Answer.of(status)
                : able.ask(request.accepting("multipart/related; transfer-syntax=*"))
                    .singlePart(SINGLE);
    archive.behaves(single);
    assertRetrieved();

    archive.behaves(single);
    assertRetrieved();
    assertThat(accepted()).containsExactly("application/dicom; transfer-syntax=*");
    client.retrieveInstanceTranscoded(id(file));
    assertThat(accepted())
        .last()
        .isEqualTo("application/dicom; transfer-syntax=1.2.840.10008.1.2.1");
  }

  /** The last is what buckets say of what they keep. */
  @ParameterizedTest
  @ValueSource(
      strings = {SINGLE, "application/octet-stream", "Application/DICOM", "binary/octet-stream"})
  void readsASinglePartThoughAskedForMultipart(String type) {
    archive.behaves((request, able) -> able.ask(request).singlePart(type));
    assertRetrieved();
    assertThat(accepted()).hasSize(1);
  }

  @Test
  void doesNotTakeAPageToSignInForADamagedImage() {
    archive.behaves(
        (request, able) ->
            new Answer(
                200,
                Map.of("Content-Type", "text/html"),
                "<html>Sign in</html>".getBytes(StandardCharsets.UTF_8)));
    assertThat(failure(id(file)).kind()).isEqualTo(Kind.MALFORMED);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "multipart/related; type=\"application/dicom\"",
        "multipart/related; boundary=''%s''",
        "multipart/related; \"boundary=%s\"",
        "multipart/related; type=\"application/dicom; boundary=%s\"",
        "\"multipart/related; type=application/dicom; boundary=%s\"",
        "MULTIPART/RELATED;BOUNDARY=\"%s\""
      })
  void findsTheBoundaryThatIsNotNamedOrQuotedInAnotherWay(String type) {
    archive.behaves(
        (request, able) -> {
          Answer answer = able.ask(request);
          String boundary =
              MediaType.parse(answer.headers().get("Content-Type"))
                  .parameter("boundary")
                  .orElseThrow();
          return answer.with("Content-Type", type.replace("''", "'").formatted(boundary));
        });
    assertRetrieved();
  }

  @ParameterizedTest
  @CsvSource({
    "401, UNAUTHORIZED",
    "403, UNAUTHORIZED",
    "404, NOT_FOUND",
    "410, NOT_FOUND",
    "500, UNAVAILABLE",
    "502, UNAVAILABLE"
  })
  void doesNotAskInOtherFormsForWhatFailsForAnotherReason(int status, Kind kind) {
    archive.behaves((request, able) -> Answer.of(status));
    DicomWebException failure = failure(id(file));
    assertThat(failure.kind()).isEqualTo(kind);
    assertThat(failure.status()).hasValue(status);
    assertThat(archive.requests()).hasSize(1);
  }

  /** One odd image must not change how all others are asked for. */
  @Test
  void keepsTheFormThatWorkedFirst() {
    DicomFile odd = image(newUid(), "P");
    client.store(List.of(odd));
    archive.behaves(
        (request, able) ->
            request.path().contains(id(odd).sopInstanceUid()) && request.accept().contains("=*")
                ? Answer.of(406)
                : able.ask(request));
    assertRetrieved();
    assertThat(client.retrieveInstance(id(odd))).isNotNull();
    assertThat(client.support().form()).isEqualTo(Optional.of(InstanceForm.FIRST));
  }

  private DicomWebException failure(ImageId id) {
    DicomWebException failure =
        catchThrowableOfType(DicomWebException.class, () -> client.retrieveInstance(id));
    assertThat(failure).isNotNull();
    return failure;
  }
}

package io.spinexr.dicomweb;

import static io.spinexr.dicomweb.SampleImages.id;
import static io.spinexr.dicomweb.SampleImages.image;
import static io.spinexr.dicomweb.SampleImages.newUid;
import static io.spinexr.dicomweb.ScriptedServer.answer;
import static io.spinexr.dicomweb.ScriptedServer.hangUp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.DicomException;
import io.spinexr.dicom.DicomJson;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicomweb.ScriptedServer.Reply;
import io.spinexr.dicomweb.StoreResult.Failure;
import io.spinexr.dicomweb.http.Credentials;
import io.spinexr.dicomweb.http.DicomWebOptions;
import io.spinexr.dicomweb.http.DicomWebOptions.Limits;
import io.spinexr.dicomweb.http.DicomWebOptions.Retries;
import io.spinexr.dicomweb.http.DicomWebOptions.Timeouts;
import io.spinexr.dicomweb.message.DicomWebException;
import io.spinexr.dicomweb.message.DicomWebException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The client against archives that answer strangely. */
class DicomWebClientTest {
  private static final String JSON = "Content-Type: application/dicom+json";
  private static final String RELATED =
      "Content-Type: multipart/related; type=\"application/dicom\"; boundary=abc";

  private final ScriptedServer server = new ScriptedServer();
  private final DicomWebClient client =
      new DicomWebClient(
          new DicomWebOptions(
              server.baseUrl(),
              new Credentials.None(),
              Timeouts.DEFAULT,
              new Retries(1, Duration.ofMillis(1), Duration.ofSeconds(1)),
              new Limits(1 << 20, 1 << 20, 2, 10)));
  private final DicomFile file = image(newUid(), "P");

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  // Search

  @Test
  void asksForTheFieldsItSearchesBy() {
    server.then(answer(204, ""));
    assertThat(client.searchStudies(Map.of("PatientID", "a b&c=ä+*"), List.of("StudyDate")))
        .isEmpty();
    assertThat(server.requests().get(0))
        .startsWith(
            "GET /dicom-web/studies?PatientID=a%20b%26c%3D%C3%A4%2B*&includefield=PatientID"
                + "&includefield=StudyDate&limit=2 HTTP/1.1")
        .contains("Accept: application/dicom+json");
  }

  @Test
  void readsOnAfterAShortPageThatAnnouncesMore() {
    server.then(
        answer(
            200,
            studies("1.1"),
            JSON,
            "Warning: 299 archive: There are 1 additional results that can be requested"));
    server.then(answer(200, studies("1.2"), JSON));
    server.then(answer(200, "[]", JSON));
    assertThat(found()).containsExactly("1.1", "1.2");
    assertThat(server.requests().get(1)).contains("offset=1 ");
  }

  @Test
  void takesMoreThanAPageForEverything() {
    server.then(answer(200, studies("1.1", "1.2", "1.3"), JSON));
    assertThat(found()).containsExactly("1.1", "1.2", "1.3");
  }

  @Test
  void returnsAMatchOnceThatMovedToTheNextPage() {
    server.then(answer(200, studies("1.1", "1.2"), JSON));
    server.then(answer(200, studies("1.2", "1.3"), JSON));
    server.then(answer(200, "[]", JSON));
    assertThat(found()).containsExactly("1.1", "1.2", "1.3");
  }

  @Test
  void doesNotReadTheSamePageForEver() {
    for (int i = 0; i < 3; i++) {
      server.then(answer(200, studies("1.1", "1.2"), JSON));
    }
    assertMalformed(this::found, "cuts its list short");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html><body>Please log in, Doe^John</body></html>",
        "[{\"0020000D\": {\"vr\": \"UI\", \"Value\": [\"1.2",
        "[{\"0020000D\": {\"vr\": \"UI\", \"Value\": [\"1.2\"]}}",
        "{\"0020000D\": {\"vr\": \"UI\", \"Value\": [\"1.2\"]}}",
        "[\"1.2\"]",
        "[{\"00100010\": {\"vr\": \"PN\", \"Value\": [{\"Alphabetic\": \"Doe^John\"}]}}]",
        "[{\"Doe^John\": 1}]",
        "[] []",
        "Doe^John"
      })
  void callsNonsenseMalformedWithoutQuotingIt(String body) {
    server.then(answer(200, body, JSON));
    DicomWebException e = assertMalformed(this::found, "/studies: ");
    for (Throwable t = e; t != null; t = t.getCause()) {
      assertThat(t.toString()).doesNotContain("Doe");
    }
  }

  @Test
  void searchesAgainWhenTheConnectionIsLostInTheMiddleOfTheAnswer() {
    server.then(
        out ->
            out.write(
                "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n[{\"0020000D\":"
                    .getBytes(StandardCharsets.ISO_8859_1)));
    server.then(answer(200, studies("1.1"), JSON));
    server.then(answer(200, "[]", JSON));
    assertThat(found()).containsExactly("1.1");
  }

  @Test
  void refusesUidsThatAreNone() {
    assertThatThrownBy(() -> client.searchSeries("1.2/../../secret", Map.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(server.requests()).isEmpty();
  }

  // Retrieve

  @Test
  void retrievesAPartWithoutLengthAndWithStrangeHeaders() {
    server.then(
        answer(
            200,
            multipart("CONTENT-type:  application/dicom", bytes(file)),
            "content-TYPE: Multipart/Related; Boundary=\"abc\""));
    assertThat(client.retrieveInstance(id(file)).dataSet().string(Tag.SOPInstanceUID))
        .hasValue(id(file).sopInstanceUid());
    assertThat(server.requests().get(0))
        .contains("Accept: multipart/related; type=\"application/dicom\"; transfer-syntax=*\r\n");
  }

  @Test
  void retrievesAgainWhenTheConnectionIsLostInTheMiddle() {
    byte[] body = multipart("Content-Type: application/dicom", bytes(file));
    server.then(
        out -> {
          out.write(
              "HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n"
                  .formatted(RELATED, body.length)
                  .getBytes(StandardCharsets.ISO_8859_1));
          out.write(body, 0, body.length / 2);
        });
    server.then(answer(200, body, RELATED));
    assertThat(client.retrieveInstance(id(file))).isNotNull();
    assertThat(server.requests()).hasSize(2);
  }

  /** As Orthanc does where it cannot convert a part: 200, and the end is missing. */
  @Test
  void missesTheClosingBoundary() {
    byte[] body = multipart("Content-Type: application/dicom", bytes(file));
    server.then(answer(200, Arrays.copyOf(body, body.length - "\r\n--abc--".length()), RELATED));
    assertMalformed(() -> client.retrieveInstance(id(file)), "closing boundary");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void countsTheParts() {
    server.then(answer(200, "--abc--", RELATED));
    assertMalformed(() -> client.retrieveInstance(id(file)), "without any part");

    server.then(
        answer(
            200, multipart("Content-Type: application/dicom", bytes(file), bytes(file)), RELATED));
    assertMalformed(() -> client.retrieveInstance(id(file)), "more than the one part");
  }

  @Test
  void refusesAnotherInstanceThanTheOneAskedFor() {
    DicomFile other = image(id(file).studyUid(), "P");
    server.then(answer(200, multipart("Content-Type: application/dicom", bytes(other)), RELATED));
    assertMalformed(() -> client.retrieveInstance(id(file)), "another instance");
  }

  @Test
  void trustsNoFrameOfAnArchiveThatConvertedAnotherInstance() {
    DicomFile other = image(id(file).studyUid(), "P");
    server.then(answer(200, multipart("Content-Type: application/dicom", bytes(other)), RELATED));
    assertMalformed(() -> client.retrieveInstanceTranscoded(id(file)), "another instance");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void tellsADamagedInstanceFromADamagedAnswer() {
    byte[] content = bytes(file);
    server.then(
        answer(
            200,
            multipart(
                "Content-Type: application/dicom", Arrays.copyOf(content, content.length - 100)),
            RELATED));
    assertThatThrownBy(() -> client.retrieveInstance(id(file))).isInstanceOf(DicomException.class);
  }

  @Test
  void putsTheDecompressedFrameIntoTheStoredInstanceWhereTheWholeIsNotConverted() {
    DicomFile compressed = new DicomFile("1.2.840.10008.1.2.4.80", fragments(file.dataSet()));
    byte[] pixels = new byte[file.dataSet().bytes(Tag.PixelData).orElseThrow().remaining()];
    file.dataSet().bytes(Tag.PixelData).orElseThrow().get(pixels);
    byte[] stored = multipart("Content-Type: application/dicom", bytes(compressed));
    List<Reply> waysToSayNo =
        List.of(
            answer(406, "no"),
            answer(500, "cannot"),
            answer(200, stored, RELATED),
            answer(200, Arrays.copyOf(stored, stored.length - 9), RELATED));
    for (Reply no : waysToSayNo) {
      server.then(no);
      server.then(answer(200, stored, RELATED));
      server.then(
          answer(200, multipart("Content-Type: application/octet-stream", pixels), RELATED));

      DicomFile converted = client.retrieveInstanceTranscoded(id(file));
      assertThat(converted.transferSyntaxUid()).isEqualTo(file.transferSyntaxUid());
      assertThat(DicomJson.write(converted.dataSet())).isEqualTo(DicomJson.write(file.dataSet()));
    }
    assertThat(server.requests().get(0)).contains("transfer-syntax=1.2.840.10008.1.2.1\r\n");
    assertThat(server.requests().get(2))
        .contains("/frames/1 ")
        .contains(
            "Accept: multipart/related; type=\"application/octet-stream\";"
                + " transfer-syntax=1.2.840.10008.1.2.1\r\n");
  }

  @Test
  void saysThatTheArchiveDoesNotDecompress() {
    DicomFile compressed = new DicomFile("1.2.840.10008.1.2.4.80", fragments(file.dataSet()));
    byte[] stored = multipart("Content-Type: application/dicom", bytes(compressed));
    List<Reply> framesThatAreNone =
        List.of(
            answer(500, "cannot"),
            answer(404, "no such resource"),
            answer(200, multipart("Content-Type: image/jls", new byte[] {1}), RELATED),
            answer(
                200,
                multipart(
                    "Content-Type: application/octet-stream;"
                        + " transfer-syntax=1.2.840.10008.1.2.4.80",
                    new byte[] {1}),
                RELATED));
    for (Reply frame : framesThatAreNone) {
      server.then(answer(406, "no"));
      server.then(answer(200, stored, RELATED));
      server.then(frame);
      assertRejected(() -> client.retrieveInstanceTranscoded(id(file)));
    }
  }

  @Test
  void doesNotTakeABusyOrEmptyArchiveForOneThatCannotDecompress() {
    server.then(answer(503, "busy"));
    server.then(answer(503, "busy"));
    server.then(answer(404, "gone"));
    assertThat(
            catchThrowableOfType(
                    DicomWebException.class, () -> client.retrieveInstanceTranscoded(id(file)))
                .kind())
        .isEqualTo(Kind.UNAVAILABLE);
    assertThat(
            catchThrowableOfType(
                    DicomWebException.class, () -> client.retrieveInstanceTranscoded(id(file)))
                .kind())
        .isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void stopsReadingAnInstanceThatIsTooLarge() {
    server.then(
        out -> {
          out.write(
              ("HTTP/1.1 200 OK\r\n" + RELATED + "\r\n\r\n--abc\r\n\r\n")
                  .getBytes(StandardCharsets.ISO_8859_1));
          byte[] chunk = new byte[1 << 16];
          while (true) { // until the client hangs up
            out.write(chunk);
          }
        });
    DicomWebException e =
        catchThrowableOfType(DicomWebException.class, () -> client.retrieveInstance(id(file)));
    assertThat(e.kind()).isEqualTo(Kind.TOO_LARGE);
  }

  // Store

  @Test
  void takesForStoredOnlyWhatTheArchiveNames() {
    DicomFile second = image(newUid(), "P");
    server.then(answer(200, "{\"00081199\": {\"vr\": \"SQ\"}}", JSON));
    StoreResult nothing = client.store(List.of(file, second));
    assertThat(nothing.complete()).isFalse();
    assertThat(nothing.stored()).isEmpty();
    assertThat(nothing.failures())
        .containsExactly(
            new Failure(id(file).sopInstanceUid(), OptionalInt.empty()),
            new Failure(id(second).sopInstanceUid(), OptionalInt.empty()));
  }

  @Test
  void reportsTheReasonOfEachFailure() {
    DicomFile second = image(newUid(), "P");
    String answer =
        """
        {"00081199": {"vr": "SQ", "Value": [{"00081155": {"vr": "UI", "Value": ["%s"]}}]},
         "00081198": {"vr": "SQ", "Value": [{"00081155": {"vr": "UI", "Value": ["%s"]},
                                             "00081197": {"vr": "US", "Value": [42752]}}]}}
        """
            .formatted(id(file).sopInstanceUid(), id(second).sopInstanceUid());
    for (int status : List.of(202, 400, 409)) {
      server.then(answer(status, answer, JSON));
      StoreResult result = client.store(List.of(file, second));
      assertThat(result.stored()).containsExactly(id(file).sopInstanceUid());
      assertThat(result.failures())
          .containsExactly(new Failure(id(second).sopInstanceUid(), OptionalInt.of(42752)));
    }
  }

  @Test
  void reportsARequestThatIsRefusedAsAWhole() {
    server.then(answer(400, "{\"Message\": \"Bad request\"}", JSON));
    assertRejected(() -> client.store(List.of(file)));
    server.then(answer(415, "no", "Content-Type: text/plain"));
    assertThat(catchThrowableOfType(DicomWebException.class, () -> client.store(List.of(file))))
        .extracting(DicomWebException::kind)
        .isEqualTo(Kind.NOT_ACCEPTABLE);
    server.then(answer(200, "<html>stored</html>", "Content-Type: text/html"));
    assertMalformed(() -> client.store(List.of(file)), "store request");
  }

  @Test
  void storesAgainWhenTheConnectionIsLost() {
    server.then(hangUp());
    server.then(
        answer(
            200,
            "{\"00081199\": {\"vr\": \"SQ\", \"Value\": [{\"00081155\": {\"vr\": \"UI\", \"Value\":"
                + " [\"%s\"]}}]}}".formatted(id(file).sopInstanceUid()),
            JSON));
    assertThat(client.store(List.of(file)).complete()).isTrue();
    assertThat(server.requests()).hasSize(2);
  }

  private List<String> found() {
    return client.searchStudies(Map.of("PatientID", "P"), List.of()).stream()
        .map(study -> study.string(Tag.StudyInstanceUID).orElseThrow())
        .toList();
  }

  private static String studies(String... uids) {
    return Arrays.stream(uids)
        .map("{\"0020000D\": {\"vr\": \"UI\", \"Value\": [\"%s\"]}}"::formatted)
        .toList()
        .toString();
  }

  private static DataSet fragments(DataSet dataSet) {
    return dataSet.toBuilder()
        .putFragments(
            Tag.PixelData,
            List.of(ByteBuffer.allocate(0), ByteBuffer.wrap(new byte[] {1, 2, 3, 4})))
        .build();
  }

  private static byte[] bytes(DicomFile file) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      DicomWriter.write(file, out);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  private static byte[] multipart(String header, byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes(("--abc\r\n" + header + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
      body.writeBytes(part);
      body.writeBytes("\r\n".getBytes(StandardCharsets.ISO_8859_1));
    }
    body.writeBytes("--abc--".getBytes(StandardCharsets.ISO_8859_1));
    return body.toByteArray();
  }

  private static DicomWebException assertMalformed(ThrowingCallable call, String message) {
    DicomWebException e = catchThrowableOfType(DicomWebException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.MALFORMED);
    assertThat(e).hasMessageContaining(message);
    return e;
  }

  private static void assertRejected(ThrowingCallable call) {
    DicomWebException e = catchThrowableOfType(DicomWebException.class, call);
    assertThat(e).isNotNull();
    assertThat(e.kind()).isEqualTo(Kind.REJECTED);
  }
}

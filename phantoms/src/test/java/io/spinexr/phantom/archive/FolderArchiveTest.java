package io.spinexr.phantom.archive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.dicom.DataSet;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.dicom.file.DicomReader;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicom.file.TransferSyntax;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FolderArchiveTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;
  private Path folder;
  private FolderArchive archive;

  @BeforeEach
  void start() throws IOException {
    folder = Files.createDirectory(temp.resolve("archive"));
    write(folder.resolve("first.dcm"), image("1.1", "1.1.1", "1.1.1.1", "DOE,JOHN"));
    write(
        Files.createDirectory(folder.resolve("sub")).resolve("second"),
        image("1.1", "1.1.2", "1.1.2.1", "DOE,JOHN"));
    write(folder.resolve("third.dcm"), image("2.1", "2.1.1", "2.1.1.1", "ROE"));
    Files.writeString(folder.resolve("readme.txt"), "no DICOM");
    Files.writeString(folder.resolve(".incoming-old"), "left by a crash");
    Files.writeString(temp.resolve("secret.dcm"), "out of reach");
    archive = FolderArchive.start(folder, 0);
  }

  @AfterEach
  void stop() {
    archive.close();
  }

  @Test
  void listensOnLoopbackOnly() {
    assertThat(archive.baseUrl().getHost()).isEqualTo("127.0.0.1");
  }

  @Test
  void countsSeriesAndInstancesOfAStudy() throws Exception {
    JsonNode study = JSON.readTree(get("/studies?StudyInstanceUID=1.1").body()).get(0);
    assertThat(study.at("/00201206/Value/0").asInt()).isEqualTo(2);
    assertThat(study.at("/00201208/Value/0").asInt()).isEqualTo(2);
    assertThat(study.at("/00080061/Value/0").asText()).isEqualTo("DX");
    assertThat(study.has("00180015")).as("BodyPartExamined was not asked for").isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/studies?PatientName=DOE,JOHN | 1",
        "/studies?PatientName=D?E* | 1",
        "/studies?PatientName=*OE* | 2",
        "/studies?PatientName=doe* | 0",
        "/studies?PatientName= | 2",
        "/studies?PatientName=.* | 0",
        "/studies?StudyInstanceUID=1.1,2.1 | 2",
        "/studies?StudyInstanceUID=1.1%5C2.1 | 2",
        "/studies?StudyInstanceUID=1.* | 0",
        "/studies?0020000D=2.1 | 1",
        "/studies?StudyDate=20260301-20260331 | 2",
        "/studies?StudyDate=20260401- | 0",
        "/studies?StudyTime=10- | 2",
        "/studies?StudyTime=-0959 | 0",
        "/studies?PatientBirthDate=19500101 | 0",
        "/studies?limit=1 | 1",
        "/studies?limit=1&offset=2 | 0",
        "/series | 3",
        "/instances?SOPInstanceUID=1.1.2.1 | 1",
        "/studies/1.1/series | 2",
        "/studies/1.1/instances | 2",
        "/studies/1.1/series/1.1.2/instances | 1",
        "/studies/9.9/instances | 0"
      })
  void findsWhatMatches(String search, int count) throws Exception {
    HttpResponse<String> response = get(search);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(JSON.readTree(response.body())).hasSize(count);
  }

  @Test
  void returnsFieldsByKeywordTagOrAll() throws Exception {
    for (String field : List.of("BodyPartExamined", "00180015", "Rows,BodyPartExamined", "all")) {
      JsonNode found = JSON.readTree(get("/studies?includefield=" + field).body()).get(0);
      assertThat(found.at("/00180015/Value/0").asText()).as(field).isEqualTo("LSPINE");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET | /studies?Nonsense=1 | 400",
        "GET | /studies?includefield=Nonsense | 400",
        "GET | /studies?limit=-1 | 400",
        "GET | /studies?PatientID=%zz | 400",
        "GET | /studies/abc | 400",
        "GET | /studies/1.1/series/ | 400",
        "GET | /studies/..%2f..%2fsecret.dcm/metadata | 400",
        "GET | /studies/1.9 | 404",
        "GET | /studies/1.9/metadata | 404",
        "GET | /studies/1.1/secrets | 404",
        "GET | /rendered | 404",
        "GET | / | 404",
        "DELETE | /studies/1.1 | 405",
        "POST | /studies/1.1/series/1.1.1 | 404",
        "POST | /series | 404"
      })
  void refusesWhatItDoesNotUnderstand(String method, String path, int status) throws Exception {
    // Written by hand, as a well-behaved client would not send such paths.
    String head = exchangeRaw(method + " /dicom-web" + path + " HTTP/1.1");
    assertThat(head).startsWith("HTTP/1.1 " + status);
    assertThat(get("/studies").statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/dicom-web/studies/../../secret.dcm",
        "/dicom-web/../secret.dcm",
        "/dicom-web/studies/1.1/series/1.1.1/instances/../../../../secret.dcm",
        "/dicom-web/studies/1.1/series/1.1.1/instances/%2e%2e%2fsecret.dcm",
        "/dicom-web/studies//etc/passwd",
        "/secret.dcm"
      })
  void leavesNoWayOutOfTheFolder(String path) throws Exception {
    assertThat(exchangeRaw("GET " + path + " HTTP/1.1"))
        .containsPattern("^HTTP/1.1 4[0-9][0-9]")
        .doesNotContain("out of reach");
  }

  private String exchangeRaw(String requestLine) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getLoopbackAddress(), archive.baseUrl().getPort())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          (requestLine + "\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
              .getBytes(StandardCharsets.ISO_8859_1));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }

  @Test
  void sendsUncompressedInstancesAsAccepted() throws Exception {
    DicomFile big = image("3.1", "3.1.1", "3.1.1.1", "ROE");
    store("/studies", part(new DicomFile(TransferSyntax.EXPLICIT_BIG_ENDIAN, big.dataSet())));
    String path = "/studies/3.1/series/3.1.1/instances/3.1.1.1";

    DicomFile stored = onlyPart(get(path, related("; transfer-syntax=*")));
    assertThat(stored.transferSyntaxUid()).isEqualTo(TransferSyntax.EXPLICIT_BIG_ENDIAN);
    for (String syntax :
        List.of("", "; transfer-syntax=" + TransferSyntax.EXPLICIT_LITTLE_ENDIAN)) {
      DicomFile converted = onlyPart(get(path, "text/html, " + related(syntax)));
      assertThat(converted.transferSyntaxUid()).isEqualTo(TransferSyntax.EXPLICIT_LITTLE_ENDIAN);
      assertThat(converted.dataSet().bytes(Tag.PixelData))
          .isEqualTo(big.dataSet().bytes(Tag.PixelData));
    }
  }

  @Test
  void doesNotSendWhatIsNotAccepted() throws Exception {
    DataSet raw = image("3.1", "3.1.1", "3.1.1.1", "ROE").dataSet();
    DicomFile compressed =
        new DicomFile(
            TransferSyntax.JPEG_LS_LOSSLESS,
            raw.toBuilder()
                .putFragments(
                    Tag.PixelData,
                    List.of(ByteBuffer.allocate(0), ByteBuffer.wrap(new byte[] {1, 2})))
                .build());
    store("/studies", part(compressed));
    assertThat(get("/studies/3.1", related("; transfer-syntax=*")).statusCode()).isEqualTo(200);
    assertThat(get("/studies/3.1", related("")).statusCode()).isEqualTo(406);
    assertThat(get("/studies/1.1", "image/png").statusCode()).isEqualTo(406);
  }

  @Test
  void sendsAllInstancesOfAStudy() throws Exception {
    String body = get("/studies/1.1", related("; transfer-syntax=*")).body();
    assertThat(body.split("Content-Type: application/dicom", -1)).hasSize(3);
    assertThat(body).contains("1.1.1.1").contains("1.1.2.1").doesNotContain("2.1.1.1");
  }

  @Test
  void namesStoredFilesByTheirUidAndFindsThemAfterARestart() throws Exception {
    HttpResponse<String> response =
        store("/studies", part(image("3.1", "3.1.1", "3.1.1.1", "NEW^NAME")));
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(folder.resolve("3.1.1.1.dcm")).exists();
    assertThat(files()).noneMatch(name -> name.contains("NEW") || name.contains("incoming"));

    archive.close();
    archive = FolderArchive.start(folder, 0);
    assertThat(JSON.readTree(get("/studies").body())).hasSize(3);
  }

  @Test
  void tellsWhatItDidNotStoreAndWhy() throws Exception {
    byte[] other = part(image("4.1", "4.1.1", "4.1.1.1", "ROE"));
    byte[] sameUid = part(image("3.1", "3.1.1", "2.1.1.1", "IMPOSTOR"));
    byte[] good = part(image("3.1", "3.1.1", "3.1.1.1", "ROE"));
    byte[] nonsense = "no DICOM".getBytes(StandardCharsets.UTF_8);

    HttpResponse<String> response = store("/studies/3.1", other, sameUid, nonsense, good);
    JsonNode json = JSON.readTree(response.body());

    assertThat(response.statusCode()).isEqualTo(202);
    assertThat(json.at("/00081199/Value")).hasSize(1);
    assertThat(json.at("/00081199/Value/0/00081155/Value/0").asText()).isEqualTo("3.1.1.1");
    assertThat(json.at("/00081198/Value")).hasSize(2);
    assertThat(json.at("/00081198/Value/0/00081197/Value/0").asInt()).isEqualTo(0x0110);
    assertThat(json.at("/00081198/Value/1/00081197/Value/0").asInt()).isEqualTo(0x0111);
    assertThat(json.at("/0008119A/Value/0/00081197/Value/0").asInt()).isEqualTo(0xC000);
    assertThat(JSON.readTree(get("/instances?SOPInstanceUID=2.1.1.1").body()).toString())
        .doesNotContain("IMPOSTOR");

    assertThat(store("/studies", nonsense).statusCode()).isEqualTo(409);
  }

  @Test
  void storesNothingOfARequestThatBreaksOff() throws Exception {
    List<String> before = files();
    byte[] body = body(part(image("3.1", "3.1.1", "3.1.1.1", "ROE")));
    HttpResponse<String> response = post("/studies", Arrays.copyOf(body, body.length - 6));
    assertThat(response.statusCode()).isEqualTo(400);
    assertThat(response.body()).contains("closing boundary");
    assertThat(JSON.readTree(get("/studies?StudyInstanceUID=3.1").body())).isEmpty();
    assertThat(files()).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../escape", "1.2/../../escape", "", "1.2.x"})
  void storesNoFileUnderAStrangeName(String uid) throws Exception {
    DicomFile strange = image("3.1", "3.1.1", uid.isEmpty() ? "x" : uid, "ROE");
    assertThat(store("/studies", part(strange)).statusCode()).isEqualTo(409);
    try (Stream<Path> all = Files.walk(temp)) {
      assertThat(all.map(Path::toString)).noneMatch(path -> path.contains("escape"));
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  private static String related(String parameters) {
    return "multipart/related; type=\"application/dicom\"" + parameters;
  }

  private HttpResponse<String> get(String path) throws Exception {
    return get(path, "*/*");
  }

  private HttpResponse<String> get(String path, String accept) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(archive.baseUrl() + path))
            .header("Accept", accept)
            .build(),
        BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
  }

  private HttpResponse<String> store(String path, byte[]... parts) throws Exception {
    return post(path, body(parts));
  }

  private HttpResponse<String> post(String path, byte[] body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(archive.baseUrl() + path))
            .header("Content-Type", related("; boundary=abc"))
            .POST(BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
  }

  private static byte[] body(byte[]... parts) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      body.writeBytes(latin1("--abc\r\nContent-Type: application/dicom\r\n\r\n"));
      body.writeBytes(part);
      body.writeBytes(latin1("\r\n"));
    }
    body.writeBytes(latin1("--abc--"));
    return body.toByteArray();
  }

  private static DicomFile onlyPart(HttpResponse<String> response) throws IOException {
    String body = response.body();
    String boundary = body.substring(0, body.indexOf("\r\n"));
    String content =
        body.substring(body.indexOf("\r\n\r\n") + 4, body.lastIndexOf("\r\n" + boundary + "--"));
    return DicomReader.read(new ByteArrayInputStream(latin1(content)));
  }

  private static byte[] part(DicomFile file) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    DicomWriter.write(file, out);
    return out.toByteArray();
  }

  private static void write(Path path, DicomFile file) throws IOException {
    DicomWriter.write(file, path);
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static DicomFile image(String study, String series, String instance, String name) {
    ByteBuffer pixels = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    pixels.putShort((short) 1).putShort((short) 2).putShort((short) 3).putShort((short) 515);
    return new DicomFile(
        TransferSyntax.EXPLICIT_LITTLE_ENDIAN,
        DataSet.builder()
            .put(Tag.SOPClassUID, "1.2.840.10008.5.1.4.1.1.1.1")
            .put(Tag.SOPInstanceUID, instance)
            .put(Tag.StudyInstanceUID, study)
            .put(Tag.SeriesInstanceUID, series)
            .put(Tag.PatientName, name)
            .put(Tag.StudyDate, "20260314")
            .put(Tag.StudyTime, "101500")
            .put(Tag.Modality, "DX")
            .put(Tag.BodyPartExamined, "LSPINE")
            .put(Tag.Rows, 2)
            .put(Tag.Columns, 2)
            .putBytes(Tag.PixelData, VR.OW, pixels.flip())
            .build());
  }
}

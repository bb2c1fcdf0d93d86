package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.file.DicomWriter;
import io.spinexr.dicomweb.OrthancServer;
import io.spinexr.dicomweb.ReferencePrograms;
import io.spinexr.order.ImagingOrder;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import io.spinexr.state.OrderAnswer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipe of docs/pacs.md for an archive without DICOMweb: one Orthanc is such an archive,
 * another one the gateway, with the configuration of the document.
 */
class GatewayTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;
  private int pacsPort;
  private OrthancServer pacs;
  private OrthancServer gateway;
  private HikariDataSource database;
  private Node node;

  private final SyntheticPatient patient = Hospital.newPatient();
  private final PhantomFile.Study study = Hospital.study(patient);

  @BeforeEach
  void start() throws IOException {
    pacsPort = freePort();
    int gatewayPort = freePort();
    Map<String, Object> documented = documented();
    documented.put("DicomPort", gatewayPort);
    documented.put("DicomModalities", Map.of("pacs", List.of("PACS", "127.0.0.1", pacsPort)));
    gateway = new OrthancServer(documented);
    gateway.start();
    Path routing =
        Files.writeString(
            folder.resolve("routing.lua"),
            """
            function OnStoredInstance(instance, tags, metadata, origin)
              if tags['StudyDescription'] ~= 'prior' then
                SendToModality(instance, 'gateway')
              end
            end
            """);
    pacs =
        new OrthancServer(
            Map.of(
                "Plugins",
                List.of(),
                "DicomServerEnabled",
                true,
                "DicomAet",
                "PACS",
                "DicomPort",
                pacsPort,
                "DicomModalities",
                Map.of("gateway", List.of("GATEWAY", "127.0.0.1", gatewayPort)),
                "LuaScripts",
                List.of(routing.toString())));
    pacs.start();
    database = Node.database("gateway");
    node = Node.of(database, gateway.baseUrl()).start();
  }

  @AfterEach
  void stop() {
    node.close();
    database.close();
    pacs.close();
    gateway.close();
  }

  /** The configuration file in the document. */
  private static Map<String, Object> documented() throws IOException {
    Matcher block =
        Pattern.compile("```json\n(.*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "docs", "pacs.md")));
    assertThat(block.find()).isTrue();
    return JSON.readValue(block.group(1), new TypeReference<>() {});
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** From a modality to the archive, by C-STORE. */
  private void send(String description) throws IOException {
    Path file = folder.resolve("image.dcm");
    DicomWriter.write(
        Hospital.changed(
            Hospital.image(study, 1), image -> image.put(Tag.StudyDescription, description)),
        file);
    ReferencePrograms.run(
        ReferencePrograms.require("storescu", "dcmtk"),
        "-aec",
        "PACS",
        "127.0.0.1",
        pacsPort,
        file);
  }

  @Test
  void findsAndAnalysesWhatTheArchiveForwards() throws IOException {
    ImagingOrder order = Hospital.order(patient);
    assertThat(node.answer(order).notices()).contains(OrderAnswer.Notice.NO_IMAGES_YET);

    send("XR Lumbar spine");

    await().atMost(Node.SOON).until(() -> node.answer(order).finished().size() == 1);
  }

  @Test
  void findsWhatTheGatewayWasToldToFetch() throws IOException, InterruptedException {
    send("prior");
    ImagingOrder order = Hospital.order(patient);
    assertThat(node.answer(order).finished()).as("a gateway searches its own store").isEmpty();

    JsonNode query =
        post(
            "/modalities/pacs/query",
            """
            {"Level": "Study", "Query": {"PatientID": "%s", "ModalitiesInStudy": "DX"}}
            """
                .formatted(patient.id()));
    post(
        query.path("Path").asText() + "/retrieve",
        "{\"TargetAet\": \"GATEWAY\", \"Synchronous\": true}");

    await().atMost(Node.SOON).until(() -> node.answer(order).finished().size() == 1);
  }

  private JsonNode post(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(gateway.ownUrl() + path))
                    .POST(BodyPublishers.ofString(body))
                    .build(),
                BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body());
  }
}

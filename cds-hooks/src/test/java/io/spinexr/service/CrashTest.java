package io.spinexr.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.app.server.ServerProcess;
import io.spinexr.dicom.Tag;
import io.spinexr.dicom.VR;
import io.spinexr.dicom.file.DicomFile;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.PhantomFile;
import io.spinexr.phantom.study.SyntheticPatient;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The real server as a process of its own, killed (SIGKILL) at random points of a run of orders. No
 * order that was answered may be lost, none may leave two reports, and a damaged image beside a
 * good one is listed once.
 */
class CrashTest {
  private static final int ORDERS = 30;

  @TempDir private Path folder;
  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);
  private FolderArchive archive;
  private int port;
  private Process server;

  @BeforeEach
  void start() throws IOException {
    archive = FolderArchive.start(folder.resolve("archive"), 0);
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.writeString(
        folder.resolve("spinexr.yaml"),
        """
        spinexr:
          data: %s
          archive:
            base-url: %s
          models:
            folder: %s
            show-research-results: true
          patient-matching:
            identifiers:
              - system: %s
                issuer: %s
        """
            .formatted(
                folder.resolve("data"),
                archive.baseUrl(),
                DemoModels.FOLDER,
                DemoEhr.PATIENT_SYSTEM,
                SyntheticPatient.ISSUER));
  }

  @AfterEach
  void stop() throws InterruptedException {
    kill();
    archive.close();
  }

  @Test
  void losesNoOrderAndRepeatsNoReportHoweverOftenTheServerIsKilled() throws Exception {
    List<DemoEhr.Order> orders = orders();
    int killAfter = 1 + random.nextInt(8);
    serve();
    for (int signed = 0; signed < ORDERS; signed++) {
      new DemoEhr(address()).sign(orders.get(signed));
      if (signed == killAfter) {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(400)); // into the midst of the next analysis
        kill();
        serve();
        killAfter = signed + 6 + random.nextInt(8);
      }
    }
    kill();
    serve();

    await()
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofMillis(500))
        .until(() -> count("DiagnosticReport?_summary=count") >= ORDERS);
    for (DemoEhr.Order order : orders) {
      String damaged = "Observation?status=cancelled&patient.identifier=" + order.patient().id();
      assertThat(count(damaged + "&_summary=count"))
          .as("the damaged image of %s, seed %d", order.id(), seed)
          .isEqualTo(orders.indexOf(order) % 3 == 0 ? 1 : 0);
      for (String type : List.of("DiagnosticReport", "Task", "ImagingStudy")) {
        String query = type + "?patient.identifier=" + order.patient().id() + "&_summary=count";
        assertThat(count(query)).as("%s, seed %d", query, seed).isEqualTo(1);
      }
    }
  }

  private List<DemoEhr.Order> orders() {
    List<DemoEhr.Order> orders = new ArrayList<>();
    for (int i = 0; i < ORDERS; i++) {
      PhantomFile.Study study = Hospital.study(Hospital.newPatient());
      Hospital.store(archive.baseUrl(), Hospital.image(study, 1));
      if (i % 3 == 0) {
        Hospital.store(archive.baseUrl(), damaged(Hospital.image(study, 2)));
      }
      orders.add(
          new DemoEhr.Order(
              "order-" + i,
              study.patient(),
              study.accessionNumber(),
              "24972-2",
              "XR Lumbar spine Views"));
    }
    return orders;
  }

  /** With a fraction of its pixels. */
  private static DicomFile damaged(DicomFile image) {
    return Hospital.changed(
        image, copy -> copy.putBytes(Tag.PixelData, VR.OW, ByteBuffer.allocate(64)));
  }

  private URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  private int count(String query) throws IOException, InterruptedException {
    JsonNode found = new DemoEhr(address()).resource(query);
    return found.path("total").asInt();
  }

  private void serve() throws IOException {
    server =
        ServerProcess.start(
            folder.resolve("spinexr.yaml"), address(), folder.resolve("server.log"));
  }

  private void kill() throws InterruptedException {
    if (server != null) {
      server.destroyForcibly().waitFor();
    }
  }
}

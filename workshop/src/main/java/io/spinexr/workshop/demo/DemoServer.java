package io.spinexr.workshop.demo;

import io.spinexr.app.server.Server;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.phantom.study.DemoEhr;
import io.spinexr.phantom.study.SyntheticPatient;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The server on loopback with an archive of synthetic images in the same process.
 *
 * @param server to talk to
 */
public record DemoServer(FolderArchive archive, Server server) implements AutoCloseable {
  /** Where the archive's images are. */
  public static Path images(Path data) {
    return data.resolve("images");
  }

  /**
   * @param data folder for images, database and log
   * @param port 0 for any free one
   * @param models folder of a model set; the demo models if empty
   * @param more settings
   * @throws IOException if the images cannot be read
   */
  public static DemoServer start(
      Path data, int port, Optional<Path> models, Map<String, String> more) throws IOException {
    FolderArchive archive = FolderArchive.start(images(data), 0);
    try {
      Map<String, String> settings = new LinkedHashMap<>();
      settings.put("server.port", Integer.toString(port));
      settings.put("spinexr.data", data.toString());
      settings.put("spinexr.archive.base-url", archive.baseUrl().toString());
      settings.put("spinexr.patient-matching.identifiers[0].system", DemoEhr.PATIENT_SYSTEM);
      settings.put("spinexr.patient-matching.identifiers[0].issuer", SyntheticPatient.ISSUER);
      settings.put("spinexr.organization.name", "Demo Hospital, Department of Radiology");
      settings.put("spinexr.models.show-research-results", "true");
      models.ifPresent(folder -> settings.put("spinexr.models.folder", folder.toString()));
      settings.put("logging.file.name", data.resolve("spinexr.log").toString());
      settings.put("logging.threshold.console", "ERROR");
      settings.putAll(more);
      return new DemoServer(archive, Server.start(Optional.empty(), settings));
    } catch (RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  @Override
  public void close() {
    server.close();
    archive.close();
  }
}

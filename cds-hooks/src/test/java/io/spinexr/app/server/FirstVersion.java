package io.spinexr.app.server;

import io.spinexr.service.DemoModels;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.springframework.util.FileSystemUtils;

/**
 * What version 0.1 left, whose results are of the set demo-1.0.0: the bundled set under that name
 * stands in for it.
 */
final class FirstVersion {
  private final Path models;

  private FirstVersion(Path models) {
    this.models = models;
  }

  /**
   * @param data folder that gets its database
   * @param models folder that becomes a set of the version that it served
   */
  static FirstVersion in(Path data, Path models) throws IOException, SQLException {
    Path database = Files.createDirectories(data.resolve("database")).resolve("spinexr");
    try (InputStream packed =
        FirstVersion.class.getResourceAsStream("/io/spinexr/store/spinexr-0.1.mv.db.gz")) {
      Files.copy(new GZIPInputStream(packed), Path.of(database + ".mv.db"));
    }
    String url = "jdbc:h2:async:%s;WRITE_DELAY=0".formatted(database.toAbsolutePath());
    try (Connection connection = DriverManager.getConnection(url, "spinexr", "")) {
      connection.createStatement().execute("delete from known_model_set"); // of other networks
    }
    FileSystemUtils.copyRecursively(DemoModels.FOLDER, models);
    Path set = models.resolve("model-set.json");
    Files.writeString(set, Files.readString(set).replace("2.0.0", "1.0.0"));
    return new FirstVersion(models);
  }

  /** Of a server of today with that set. */
  Map<String, String> settings(Path data) {
    Map<String, String> settings = DemoSettings.in(data);
    settings.put("spinexr.models.folder", models.toString());
    return settings;
  }
}

package io.spinexr.app.server;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** Of a server with the demo models, and no archive unless a test names one. */
final class DemoSettings {
  private DemoSettings() {}

  /**
   * @param data {@code spinexr.data}
   */
  static Map<String, String> in(Path data) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("server.port", "0");
    settings.put("spinexr.data", data.toString());
    settings.put("spinexr.archive.base-url", "http://127.0.0.1:9/dicom-web");
    settings.put("spinexr.models.folder", "../inference-tf/models/demo");
    settings.put("spinexr.models.show-research-results", "true");
    settings.put("spinexr.patient-matching.identifiers[0].system", "urn:oid:1.2.3.4.5");
    settings.put("logging.threshold.console", "ERROR");
    return settings;
  }
}

package io.spinexr.store;

import com.fasterxml.jackson.databind.JsonNode;
import io.spinexr.radiograph.Configuration;
import io.spinexr.radiograph.Provenance;
import java.util.Map;
import java.util.TreeMap;

/** Where a result comes from, as {@code study_analysis.provenance} holds it: format 1. */
public final class StoredProvenance {
  private static final int FORMAT = 1;

  private StoredProvenance() {}

  /**
   * @param settingsSha256 for people; it follows from the settings
   */
  private record Document(
      int format,
      String program,
      String modelSetSha256,
      String settingsSha256,
      Map<String, String> settings,
      Map<String, String> pixelSha256) {}

  static String write(Provenance provenance) {
    return StoredJson.write(document(provenance));
  }

  /** What {@link #write} writes, as a part of another document. */
  public static JsonNode tree(Provenance provenance) {
    return StoredJson.tree(document(provenance));
  }

  private static Document document(Provenance provenance) {
    Configuration configuration = provenance.configuration();
    return new Document(
        FORMAT,
        configuration.program(),
        configuration.modelSet(),
        configuration.digest(),
        configuration.settings(),
        new TreeMap<>(provenance.pixels()));
  }

  static Provenance read(String json) {
    return read(StoredJson.parse(json));
  }

  /**
   * @throws IllegalStateException if it is none, or of a later version
   */
  public static Provenance read(JsonNode document) {
    int format = StoredJson.format(document);
    if (format > FORMAT) {
      throw StoredJson.newer(format);
    }
    Document read = StoredJson.read(document, Document.class);
    return new Provenance(
        new Configuration(read.program(), read.modelSetSha256(), new TreeMap<>(read.settings())),
        read.pixelSha256());
  }
}

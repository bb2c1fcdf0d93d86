package io.spinexr.finding;

import java.util.List;
import java.util.Objects;

/**
 * The networks that work together on an image, under one name and version. Results of different
 * sets are kept apart.
 *
 * @param name e.g. {@code demo}
 * @param version changes whenever a member changes
 */
public record ModelSet(String name, String version, List<ModelVersion> models) {
  public ModelSet {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    models = List.copyOf(models);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("a model set needs at least one model");
    }
  }

  /** Name and version in one word, e.g. {@code demo-1.0.0}. */
  public String id() {
    return name + "-" + version;
  }
}

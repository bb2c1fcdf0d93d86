package io.spinexr.finding;

import java.util.List;
import java.util.Objects;

/**
 * The networks that work together on an image, under one name and version. Results of different
 * sets are kept apart.
 *
 * @param name e.g. {@code demo}
 * @param version changes whenever a member changes
 * @param labelling what it may be used for
 */
public record ModelSet(
    String name, String version, List<ModelVersion> models, Labelling labelling) {
  public ModelSet {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    models = List.copyOf(models);
    if (models.isEmpty()) {
      throw new IllegalArgumentException("a model set needs at least one model");
    }
    Objects.requireNonNull(labelling, "labelling");
  }

  /** A set that does not declare what it may be used for. */
  public ModelSet(String name, String version, List<ModelVersion> models) {
    this(name, version, models, Labelling.NONE);
  }

  /** Whether one of its models looks whether an image is what the set is made for. */
  public boolean checksImages() {
    return models.stream().anyMatch(model -> model.task().equals("image-check"));
  }

  /** Name and version in one word, e.g. {@code demo-1.0.0}. */
  public String id() {
    return name + "-" + version;
  }
}

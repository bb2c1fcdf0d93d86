package io.spinexr.finding;

import java.util.Objects;

/**
 * Which network computed a result.
 *
 * @param name the model's name, e.g. {@code densenet121}
 * @param version its version, e.g. {@code 1.0.0}
 * @param task {@code classification} or {@code detection}
 * @param sha256 hash over its files and its manifest, 64 hexadecimal digits
 */
public record ModelVersion(String name, String version, String task, String sha256) {
  public ModelVersion {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(task, "task");
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException("sha256 must be 64 hexadecimal digits");
    }
  }
}

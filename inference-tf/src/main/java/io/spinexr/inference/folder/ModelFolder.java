package io.spinexr.inference.folder;

import io.spinexr.finding.ModelVersion;
import java.nio.file.Path;

/**
 * A model as its folder describes it. Nothing of the network is read.
 *
 * @param sha256 of the manifest and the files that it lists, as {@link ModelFiles#sha256} says
 */
public record ModelFolder(Path path, ModelManifest manifest, String sha256) {
  /**
   * Reads the manifest.
   *
   * @throws ModelException if it is missing or unusable
   */
  public static ModelFolder read(Path path) {
    ModelManifest manifest = ModelFiles.read(path, ModelFiles.MANIFEST, ModelManifest.class);
    return new ModelFolder(path, manifest, ModelFiles.sha256(path, manifest));
  }

  /** Name, version and hash, for reports. */
  public ModelVersion version() {
    return new ModelVersion(manifest.name(), manifest.version(), manifest.task().code(), sha256);
  }
}

package io.spinexr.workshop.benchmark.network;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for a benchmark's models, which vanishes when it is closed. */
record TemporaryFolder(Path path) implements AutoCloseable {
  static TemporaryFolder create() {
    try {
      return new TemporaryFolder(Files.createTempDirectory("spinexr-benchmark"));
    } catch (IOException e) {
      throw new ModelException("cannot make a temporary folder: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      ModelFiles.delete(path);
    } catch (IOException e) {
      throw new ModelException("cannot remove %s: %s".formatted(path, e.getMessage()), e);
    }
  }
}

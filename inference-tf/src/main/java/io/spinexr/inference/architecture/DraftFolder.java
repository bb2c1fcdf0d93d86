package io.spinexr.inference.architecture;

import io.spinexr.inference.folder.ModelException;
import io.spinexr.inference.folder.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * A model folder in the making, beside the place where it will be. It vanishes when it is closed
 * unfinished, and when the process is asked to end.
 */
final class DraftFolder implements AutoCloseable {
  private final Path path;
  private final Thread onExit = new Thread(this::delete, "remove-draft");

  /**
   * @param target of {@link #finish}; its parents are made
   */
  DraftFolder(Path target) throws IOException {
    Files.createDirectories(target.getParent());
    path = target.resolveSibling(".import-" + UUID.randomUUID());
    Runtime.getRuntime().addShutdownHook(onExit);
    Files.createDirectory(path);
  }

  Path path() {
    return path;
  }

  /** Gives the folder its place. */
  void finish(Path target) throws IOException {
    Files.move(path, target);
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(onExit);
    } catch (IllegalStateException e) {
      // The process is ending, and the hook does the same again.
    }
  }

  private void delete() {
    // While the process ends, the import's own thread may still write.
    for (int attempt = 0; Files.exists(path) && attempt < 100; attempt++) {
      try {
        ModelFiles.delete(path);
      } catch (IOException e) {
        if (attempt == 99) {
          throw new ModelException("cannot remove %s: %s".formatted(path, e), e);
        }
      }
    }
  }
}

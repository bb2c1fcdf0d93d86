package io.spinexr.workshop.option;

import io.spinexr.app.Terminal;
import io.spinexr.app.setting.Mistake;
import io.spinexr.inference.folder.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a command keeps predictions: the folder that it was given, or one that vanishes when it is
 * closed.
 */
public record WorkFolder(Path path, boolean temporary) implements AutoCloseable {
  /**
   * @param given by the user, if at all
   */
  public static WorkFolder of(@Nullable Path given) {
    try {
      return given != null
          ? new WorkFolder(given, false)
          : new WorkFolder(Files.createTempDirectory("spinexr-predictions"), true);
    } catch (IOException e) {
      throw new Mistake("Cannot make a temporary folder: %s.".formatted(e), e);
    }
  }

  @Override
  public void close() {
    if (temporary) {
      try {
        ModelFiles.delete(path);
      } catch (IOException e) {
        Terminal.say("%s cannot be removed: %s".formatted(path, e));
      }
    }
  }
}

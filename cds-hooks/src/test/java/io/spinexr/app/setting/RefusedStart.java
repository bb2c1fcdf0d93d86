package io.spinexr.app.setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.spinexr.app.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** A start with settings that are wrong. */
final class RefusedStart {
  private RefusedStart() {}

  /** Why a server does not start with the settings of {@code my.yaml} in the folder. */
  static String sentence(Path folder, String yaml, Map<String, String> overrides)
      throws IOException {
    Path file = Files.writeString(folder.resolve("my.yaml"), yaml);
    Mistake mistake =
        catchThrowableOfType(
            Mistake.class, () -> Server.start(Optional.of(file), overrides).close());
    assertThat(mistake).as("the start is refused").isNotNull();
    assertThat(mistake.getMessage()).doesNotContain("\n").endsWith(".");
    return mistake.getMessage();
  }
}

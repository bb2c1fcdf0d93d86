package io.spinexr.app.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.archive.study.Archive;
import io.spinexr.phantom.archive.FolderArchive;
import io.spinexr.service.Node;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.Status;

class PacsHealthTest {
  @TempDir private Path folder;

  @Test
  void namesTheArchiveThatIsDown() throws IOException {
    try (FolderArchive running = FolderArchive.start(folder.resolve("north"), 0)) {
      Archive north = Node.archive("north", running.baseUrl());
      FolderArchive stopped = FolderArchive.start(folder.resolve("south"), 0);
      Archive south = Node.archive("south", stopped.baseUrl());
      stopped.close();

      Health both = health(north, south);

      assertThat(both.getStatus()).isEqualTo(Status.DOWN);
      assertThat(both.getDetails().get("reason"))
          .asString()
          .startsWith("south: ")
          .contains("connection")
          .doesNotContain("north");
      assertThat(both.getDetails().get("archives"))
          .asInstanceOf(InstanceOfAssertFactories.map(String.class, Health.class))
          .extractingByKeys("north", "south")
          .extracting(Health::getStatus)
          .containsExactly(Status.UP, Status.DOWN);
      assertThat(health(north, north).getStatus()).isEqualTo(Status.UP);
      assertThat(health(north).getDetails()).isEqualTo(Map.of());
    }
  }

  private static Health health(Archive... archives) {
    try (PacsHealth all = new PacsHealth(List.of(archives))) {
      return all.health();
    }
  }
}

package io.spinexr.app.server;

import io.spinexr.archive.Archive;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;

/** Whether every archive answers; of several, which one does not. */
final class PacsHealth implements HealthIndicator {
  private final List<ArchiveHealth> archives;

  PacsHealth(List<Archive> archives, Clock clock) {
    this.archives = archives.stream().map(archive -> new ArchiveHealth(archive, clock)).toList();
  }

  @Override
  public Health health() {
    if (archives.size() == 1) {
      return archives.get(0).health();
    }
    Map<String, Health> each = new LinkedHashMap<>();
    archives.stream()
        .parallel()
        .map(archive -> Map.entry(archive.name(), archive.health()))
        .forEachOrdered(entry -> each.put(entry.getKey(), entry.getValue()));
    List<Map.Entry<String, Health>> down =
        each.entrySet().stream().filter(entry -> !isUp(entry.getValue())).toList();
    Health.Builder all = down.isEmpty() ? Health.up() : Health.down();
    if (!down.isEmpty()) {
      all.withDetail(
          "reason",
          down.stream()
              .map(entry -> entry.getKey() + ": " + entry.getValue().getDetails().get("reason"))
              .collect(Collectors.joining("; ")));
    }
    return all.withDetail("archives", each).build();
  }

  private static boolean isUp(Health health) {
    return health.getStatus().equals(Status.UP);
  }
}

package io.spinexr.app.health;

import io.spinexr.archive.study.Archive;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Whether every archive answers; of several, which one does not. They are asked on daemon threads,
 * one for each, and who asks for the health never waits long for it.
 */
public final class PacsHealth implements HealthIndicator, AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ExecutorService threads;
  private final List<ArchiveHealth> archives;

  public PacsHealth(List<Archive> archives, Clock clock) {
    CustomizableThreadFactory factory = new CustomizableThreadFactory("archive-health-");
    factory.setDaemon(true);
    this.threads = Executors.newFixedThreadPool(archives.size(), factory);
    this.archives =
        archives.stream().map(archive -> new ArchiveHealth(archive, threads, clock)).toList();
  }

  @Override
  public Health health() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    archives.forEach(ArchiveHealth::ask);
    Map<String, Health> each = new LinkedHashMap<>();
    for (ArchiveHealth archive : archives) {
      each.put(archive.name(), archive.answer(Duration.ofNanos(deadline - System.nanoTime())));
    }
    if (each.size() == 1) {
      return each.values().iterator().next();
    }
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

  @Override
  public void close() {
    threads.shutdownNow();
  }

  private static boolean isUp(Health health) {
    return health.getStatus().equals(Status.UP);
  }
}

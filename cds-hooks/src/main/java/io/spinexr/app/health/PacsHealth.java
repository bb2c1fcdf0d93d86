package io.spinexr.app.health;

import io.spinexr.archive.study.Archive;
import io.spinexr.dicomweb.message.DicomWebException;
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
 * Whether every archive answers a search; of several, which one does not. They are asked on daemon
 * threads, one for each, and who asks for the health never waits long for it.
 */
public final class PacsHealth implements HealthIndicator, AutoCloseable {
  private static final Duration FRESH = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /** Of no study: the answer is small whatever the archive holds. */
  private static final Map<String, String> QUERY = Map.of("StudyInstanceUID", "2.25.0");

  private final ExecutorService threads;
  private final Map<String, Inquiry> archives = new LinkedHashMap<>();

  public PacsHealth(List<Archive> archives) {
    CustomizableThreadFactory factory = new CustomizableThreadFactory("archive-health-");
    factory.setDaemon(true);
    this.threads = Executors.newFixedThreadPool(archives.size(), factory);
    for (Archive archive : archives) {
      this.archives.put(
          archive.name(), new Inquiry(() -> search(archive), FRESH, PATIENCE, threads));
    }
  }

  private static Health search(Archive archive) {
    try {
      archive.client().searchStudies(QUERY, List.of());
      return Health.up().build();
    } catch (DicomWebException e) {
      return Inquiry.down(e.getMessage());
    }
  }

  @Override
  public Health health() {
    archives.values().forEach(Inquiry::ask);
    Map<String, Health> each = new LinkedHashMap<>();
    archives.forEach((name, inquiry) -> each.put(name, inquiry.answer()));
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

package io.spinexr.app.health;

import io.spinexr.job.Backlog;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/** Whether any node does the analyses that wait. */
public record AnalystHealth(Backlog backlog, String modelSet) implements HealthIndicator {
  @Override
  public Health health() {
    return backlog
        .unattended()
        .map(
            left ->
                Health.down()
                    .withDetail(
                        "reason",
                        ("no node takes the analyses that are due (%d, the first since %s):"
                                + " start one with the role analyst and model set %s")
                            .formatted(left.analyses(), left.since(), modelSet)))
        .orElseGet(Health::up)
        .build();
  }
}

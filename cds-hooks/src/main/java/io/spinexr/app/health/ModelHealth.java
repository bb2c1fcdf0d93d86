package io.spinexr.app.health;

import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetFolder;
import java.util.Optional;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;

/**
 * Models that could not be loaded stop the start: these are loaded, or left to others.
 *
 * @param models only on a node that analyses
 */
public record ModelHealth(ModelSetFolder modelSet, Optional<ModelRepository> models)
    implements HealthIndicator {
  @Override
  public Health health() {
    return Health.up()
        .withDetail("modelSet", modelSet.modelSet().id())
        .withDetail("device", device(models))
        .build();
  }

  /** What the networks run on, for people. */
  public static String device(Optional<ModelRepository> models) {
    return models.map(ModelRepository::device).orElse("other nodes");
  }
}

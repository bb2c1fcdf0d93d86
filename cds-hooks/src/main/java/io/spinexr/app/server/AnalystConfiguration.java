package io.spinexr.app.server;

import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.spinexr.app.setting.NodeRole;
import io.spinexr.app.setting.Settings;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.radiograph.Analyser;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The networks. */
@Configuration(proxyBeanMethods = false)
@OnRole(NodeRole.ANALYST)
class AnalystConfiguration {
  @Bean
  ModelRepository models(Settings settings, ModelSetFolder modelSet, MeterRegistry meters) {
    DistributionSummary batchSizes =
        DistributionSummary.builder("spinexr.classifier.batch")
            .description("Images that went through the classifiers together")
            .serviceLevelObjectives(1, 2, 4, 8, 16, 32)
            .register(meters);
    ModelRepository models =
        ModelRepository.open(
            modelSet,
            settings.models().deviceOptions(),
            settings.models().batch().batching(),
            batchSizes::record);
    models.warmUp();
    return models;
  }

  @Bean
  Analyser analyser(ModelRepository models) {
    return new Analyser(models);
  }
}

package io.spinexr.app.server;

import ca.uhn.fhir.context.FhirContext;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.spinexr.app.access.AccessConfiguration;
import io.spinexr.app.door.DoorConfiguration;
import io.spinexr.app.erasure.OverwritingPool;
import io.spinexr.app.health.Actuator;
import io.spinexr.app.health.AnalystHealth;
import io.spinexr.app.health.DatabaseHealth;
import io.spinexr.app.health.ModelHealth;
import io.spinexr.app.health.OrderHealth;
import io.spinexr.app.health.PacsHealth;
import io.spinexr.app.setting.Mistake;
import io.spinexr.app.setting.Settings;
import io.spinexr.app.setting.TlsBundles;
import io.spinexr.archive.Archives;
import io.spinexr.archive.study.SpineRadiographs;
import io.spinexr.audit.AuditProperties;
import io.spinexr.audit.AuditTrail;
import io.spinexr.fhir.FhirRecord;
import io.spinexr.fhir.RecordListener;
import io.spinexr.fhir.server.FhirStoreConfiguration;
import io.spinexr.fhir.server.RecordRemoval;
import io.spinexr.fhir.study.Issuer;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.output.EhrOutput;
import io.spinexr.output.RecordOutput;
import io.spinexr.output.ResultOutput;
import io.spinexr.radiograph.Analyser;
import io.spinexr.search.EhrServer;
import io.spinexr.service.AnalysisService;
import io.spinexr.store.Schema;
import io.spinexr.syslog.SyslogServer;
import io.spinexr.tls.Peers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.glassfish.jersey.server.ResourceConfig;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.availability.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.availability.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.health.HealthContributorAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.health.HealthEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.JvmMetricsAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.MetricsAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.SystemMetricsAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.jdbc.DataSourcePoolMetricsAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.metrics.web.tomcat.TomcatMetricsAutoConfiguration;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.jersey.JerseyAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.web.embedded.EmbeddedWebServerFactoryCustomizerAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;

/** How the parts of every node are put together. */
@SpringBootConfiguration(proxyBeanMethods = false)
@Import({
  AccessConfiguration.class,
  FhirStoreConfiguration.class,
  DoorConfiguration.class,
  FrontConfiguration.class,
  AnalystConfiguration.class
})
@ImportAutoConfiguration({
  ConfigurationPropertiesAutoConfiguration.class,
  PropertyPlaceholderAutoConfiguration.class,
  ServletWebServerFactoryAutoConfiguration.class,
  EmbeddedWebServerFactoryCustomizerAutoConfiguration.class,
  SslAutoConfiguration.class,
  JacksonAutoConfiguration.class,
  JerseyAutoConfiguration.class,
  ApplicationAvailabilityAutoConfiguration.class,
  AvailabilityHealthContributorAutoConfiguration.class,
  AvailabilityProbesAutoConfiguration.class,
  EndpointAutoConfiguration.class,
  HealthContributorAutoConfiguration.class,
  HealthEndpointAutoConfiguration.class,
  MetricsAutoConfiguration.class,
  CompositeMeterRegistryAutoConfiguration.class,
  PrometheusMetricsExportAutoConfiguration.class,
  JvmMetricsAutoConfiguration.class,
  SystemMetricsAutoConfiguration.class,
  DataSourcePoolMetricsAutoConfiguration.class,
  TomcatMetricsAutoConfiguration.class,
})
public class ServerConfiguration {
  /** After which a request is told that the database is away: people wait for the answer. */
  private static final Duration CONNECTION_PATIENCE = Duration.ofSeconds(5);

  /** Of a connection that was not used for a while; less than the whole. */
  private static final Duration VALIDATION_PATIENCE = Duration.ofSeconds(2);

  @Bean
  HikariDataSource dataSource(Settings settings) {
    Settings.Database database = settings.database();
    HikariConfig pool = new HikariConfig();
    pool.setPoolName("database");
    pool.setJdbcUrl(settings.databaseUrl());
    pool.setUsername(database.username());
    pool.setPassword(database.password());
    pool.setMaximumPoolSize(database.connections());
    pool.setConnectionTimeout(CONNECTION_PATIENCE.toMillis());
    pool.setValidationTimeout(VALIDATION_PATIENCE.toMillis());
    if (!database.shared()) {
      pool.setConnectionTestQuery("select 1"); // H2 calls connections valid that are none any more
      pool.setExceptionOverride(new ClosedH2());
    }
    DataFolder folder = new DataFolder(settings.data());
    boolean here = database.url().isEmpty();
    try {
      if (here) {
        DamagedDatabase.refuse(folder.databaseFile());
      }
      HikariDataSource opened =
          here ? new OverwritingPool(pool, folder.databaseFile()) : new HikariDataSource(pool);
      Schema.migrate(opened);
      if (here) {
        folder.restrictFiles();
      }
      return opened;
    } catch (RuntimeException e) {
      throw DamagedDatabase.explained(e)
          .orElseGet(
              () ->
                  new Mistake(
                      "The database at %s cannot be opened: %s"
                          .formatted(settings.databaseUrl(), rootCause(e).getMessage()),
                      e));
    }
  }

  @Bean
  public Clock clock(Settings settings) {
    return Clock.system(settings.zone());
  }

  @Bean
  TlsBundles tlsBundles(SslBundles bundles) {
    return TlsBundles.of(bundles);
  }

  @Bean
  Peers peers(Settings settings, TlsBundles bundles) {
    return settings.peers(bundles);
  }

  @Bean
  Archives archives(Settings settings, TlsBundles bundles, MeterRegistry meters) {
    return new Archives(
        settings.siteArchives(bundles), new SpineRadiographs(settings.radiographs()), meters);
  }

  @Bean
  ModelSetFolder modelSet(Settings settings) {
    return ModelSetFolder.read(settings.models().folder());
  }

  @Bean
  AnalysisService analyses(
      Settings settings,
      DataSource dataSource,
      Archives archives,
      ModelSetFolder modelSet,
      Optional<Analyser> analyser,
      FhirRecord fhirRecord,
      RecordRemoval recordRemoval,
      FhirContext fhir,
      MeterRegistry meters,
      DatabaseHealth database,
      AuditTrail audit,
      TlsBundles bundles,
      Peers peers,
      Clock clock) {
    Issuer issuer = settings.issuer(modelSet.modelCards());
    Optional<EhrServer> ehr = settings.ehr().server(peers.ehr(), clock);
    List<ResultOutput> outputs = new ArrayList<>();
    outputs.add(new RecordOutput(fhirRecord, issuer));
    ehr.ifPresent(server -> outputs.add(new EhrOutput(server.record(), issuer, meters)));
    return new AnalysisService(
        new AnalysisService.Surroundings(
            dataSource,
            archives,
            modelSet,
            analyser,
            fhirRecord,
            recordRemoval,
            issuer,
            ehr,
            outputs,
            fhir,
            new AnalysisMeters(meters, () -> database.health().getStatus().equals(Status.UP)),
            audit,
            syslog(settings.audit(), bundles),
            clock),
        new AnalysisService.SiteSettings(
            settings.search(),
            settings.analysis(),
            settings.triage().policy(),
            settings.retention(),
            settings.audit(),
            settings.models().showResearchResults()));
  }

  private static Optional<SyslogServer> syslog(AuditProperties audit, TlsBundles bundles) {
    return Optional.of(audit.syslog())
        .filter(address -> !address.isEmpty())
        .map(
            address ->
                new SyslogServer(address, bundles.context("audit.ssl-bundle", audit.sslBundle())));
  }

  /** Jobs start when everything else is ready, and stop before anything else does. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> startOfAnalyses(AnalysisService analyses) {
    return ready -> analyses.start();
  }

  /** On every node; those of a front add theirs. */
  @Bean
  ResourceConfig webResources(HealthEndpoint health, PrometheusMeterRegistry metrics) {
    return new ResourceConfig()
        .property(org.glassfish.jersey.server.ServerProperties.WADL_FEATURE_DISABLE, true)
        .register(new DatabaseAway())
        .register(new Actuator(health, metrics));
  }

  @Bean
  HealthIndicator pacsHealthIndicator(Archives archives) {
    return new PacsHealth(archives.all());
  }

  @Bean
  DatabaseHealth dbHealthIndicator(DataSource dataSource, Clock clock) {
    return new DatabaseHealth(dataSource, clock);
  }

  @Bean
  HealthIndicator ordersHealthIndicator(AnalysisService analyses, DatabaseHealth database) {
    return database.dependent(new OrderHealth(analyses.oversight()));
  }

  /** Tells the analyses what people make of reports and Tasks. */
  @Bean
  RecordListener recordListener(AnalysisService analyses) {
    return analyses.recordListener();
  }

  @Bean
  HealthIndicator modelsHealthIndicator(ModelSetFolder modelSet, Optional<ModelRepository> models) {
    return new ModelHealth(modelSet, models);
  }

  @Bean
  HealthIndicator analystsHealthIndicator(
      AnalysisService analyses, ModelSetFolder modelSet, DatabaseHealth database) {
    return database.dependent(new AnalystHealth(analyses.backlog(), modelSet.modelSet().id()));
  }

  private static Throwable rootCause(Throwable failure) {
    return failure.getCause() == null ? failure : rootCause(failure.getCause());
  }
}

package io.spinexr.app.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.server.RestfulServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.spinexr.app.audit.AuditResource;
import io.spinexr.app.audit.AuditedFhir;
import io.spinexr.app.door.Callers;
import io.spinexr.app.health.ModelHealth;
import io.spinexr.app.page.Pages;
import io.spinexr.app.setting.NodeRole;
import io.spinexr.app.setting.Settings;
import io.spinexr.audit.AuditTrail;
import io.spinexr.cds.CdsHooks;
import io.spinexr.cds.wire.JsonOnly;
import io.spinexr.fhir.server.FhirServerConfiguration;
import io.spinexr.fhir.server.Subscribers;
import io.spinexr.inference.ModelRepository;
import io.spinexr.inference.folder.ModelSetFolder;
import io.spinexr.replay.Traces;
import io.spinexr.service.AnalysisService;
import io.spinexr.tls.Peers;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.boot.actuate.health.HealthEndpoint;
import org.springframework.boot.autoconfigure.jersey.ResourceConfigCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.JdbcTemplate;

/** What others see of the server. */
@Configuration(proxyBeanMethods = false)
@OnRole(NodeRole.FRONT)
@Import(FhirServerConfiguration.class)
class FrontConfiguration {
  @Bean
  CdsHooks cdsHooks(
      Settings settings,
      AnalysisService analyses,
      DataSource dataSource,
      AuditTrail audit,
      MeterRegistry meters,
      Peers peers,
      Clock clock) {
    return new CdsHooks(
        settings.cds(),
        settings.privacy(),
        settings.publicUrl(),
        settings.signIn() != null,
        analyses.orderAnalyses(),
        settings.triage().policy(),
        dataSource,
        audit,
        meters,
        peers,
        clock);
  }

  /** Last, so that it writes down what the others let through. */
  @Bean
  AuditedFhir auditedFhir(ServletRegistrationBean<RestfulServer> fhir, AuditTrail audit) {
    AuditedFhir audited = new AuditedFhir(audit);
    fhir.getServlet().registerInterceptor(audited);
    return audited;
  }

  @Bean
  ProgramLimit programLimit(ServletRegistrationBean<RestfulServer> fhir, Callers callers) {
    ProgramLimit limit = new ProgramLimit(callers);
    fhir.getServlet().registerInterceptor(limit);
    return limit;
  }

  @Bean
  FilterRegistrationBean<JsonOnly> jsonOnly() {
    FilterRegistrationBean<JsonOnly> filter = new FilterRegistrationBean<>(new JsonOnly());
    filter.addUrlPatterns("/cds-services/*", "/admin/*");
    // A body may be here only when the request is dispatched once more.
    filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
    return filter;
  }

  @Bean
  ResourceConfigCustomizer front(
      Settings settings,
      CdsHooks cdsHooks,
      AnalysisService analyses,
      DaoRegistry daos,
      Subscribers subscribers,
      HealthEndpoint health,
      ModelSetFolder modelSet,
      Optional<ModelRepository> models,
      DataSource database,
      AuditTrail audit,
      Clock clock) {
    String activeSet = modelSet.modelSet().id();
    return resources ->
        resources
            .register(new AuditResource(audit))
            .register(
                new Administration(
                    analyses,
                    subscribers,
                    activeSet,
                    new Backups(settings, new JdbcTemplate(database), clock),
                    new Traces(database)))
            .register(new PublicKeys(settings.ehr().oauth().registration()))
            .registerInstances(cdsHooks.components())
            .registerInstances(
                Pages.resources(
                    analyses,
                    daos,
                    health,
                    activeSet,
                    ModelHealth.device(models),
                    settings.signIn() == null && settings.fhir().issuers().isEmpty(),
                    clock.getZone()));
  }
}

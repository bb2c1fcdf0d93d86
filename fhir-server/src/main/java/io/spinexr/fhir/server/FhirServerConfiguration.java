package io.spinexr.fhir.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.provider.IJpaSystemProvider;
import ca.uhn.fhir.jpa.provider.JpaCapabilityStatementProvider;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.rest.server.HardcodedServerAddressStrategy;
import ca.uhn.fhir.rest.server.RestfulServer;
import ca.uhn.fhir.rest.server.interceptor.CorsInterceptor;
import ca.uhn.fhir.rest.server.provider.ResourceProviderFactory;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import io.spinexr.fhir.code.AiTransparency;
import io.spinexr.fhir.code.ArtificialIntelligenceLabel;
import io.spinexr.fhir.content.BodyContent;
import io.spinexr.fhir.content.Decimals;
import io.spinexr.fhir.content.RequestContent;
import io.spinexr.fhir.content.StrictParsing;
import io.spinexr.fhir.guard.ClosedTasks;
import io.spinexr.fhir.guard.Definitions;
import io.spinexr.fhir.guard.FhirErrors;
import io.spinexr.fhir.guard.ForeignWrites;
import io.spinexr.fhir.guard.IfMatch;
import io.spinexr.fhir.guard.OwnIdentifiers;
import io.spinexr.fhir.guard.OwnPictures;
import io.spinexr.fhir.guard.SubscriptionSecrets;
import io.spinexr.fhir.guard.ValidResource;
import io.spinexr.fhir.guard.WriteRule;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.cors.CorsConfiguration;

/**
 * An embedded HAPI FHIR JPA server, R4, at {@code /fhir}: the {@linkplain FhirStoreConfiguration
 * store} for others. Import it into an application that has a servlet container and a clock, too.
 */
@Configuration
@Import({FhirStoreConfiguration.class, FhirAccess.class})
public class FhirServerConfiguration {
  /** What clients may write; where another SpineXR writes its results, what is ours is its own. */
  @Bean
  ForeignWrites foreignWrites(
      FhirServerProperties properties, FhirContext context, IInstanceValidatorModule validator) {
    WriteRule valid = ValidResource.by(context, validator);
    WriteRule plain = (before, after) -> Decimals.require(after);
    return new ForeignWrites(
        properties.acceptResults()
            ? List.of(plain, valid)
            : List.of(plain, new OwnIdentifiers(), new OwnPictures(), new ClosedTasks(), valid));
  }

  @Bean
  Subscribers subscribers(DaoRegistry daos) {
    return new Subscribers(daos);
  }

  @Bean
  ServletRegistrationBean<RestfulServer> fhirServlet(
      IFhirSystemDao<Bundle, Meta> systemDao,
      IJpaSystemProvider systemProvider,
      DaoRegistry daos,
      ResourceProviderFactory providers,
      JpaStorageSettings storage,
      ISearchParamRegistry searchParameters,
      IValidationSupport validation,
      DatabaseBackedPagingProvider paging,
      ForeignWrites foreignWrites,
      FhirAccess.Gates gates,
      FhirServerProperties properties) {
    daos.setSupportedResourceTypes(FhirStoreConfiguration.RESOURCE_TYPES);
    PrePopulatedValidationSupport guide = new PrePopulatedValidationSupport(systemDao.getContext());
    AiTransparency.definitions().forEach(guide::addResource);
    ValidationSupportChain chain = (ValidationSupportChain) validation;
    chain.addValidationSupport(0, new ArtificialIntelligenceLabel(systemDao.getContext()));
    chain.addValidationSupport(1, guide);
    RestfulServer server = new RestfulServer(systemDao.getContext());
    server.setServerName("SpineXR");
    server.registerInterceptor(new ServedInteractions());
    server.registerProviders(providers.createProviders());
    server.registerProvider(systemProvider);
    JpaCapabilityStatementProvider capabilities =
        new JpaCapabilityStatementProvider(
            server, systemDao, storage, searchParameters, validation);
    capabilities.setImplementationDescription("SpineXR: AI findings on spine radiographs");
    server.setServerConformanceProvider(capabilities);
    server.setPagingProvider(paging);
    server.registerInterceptor(new FhirErrors());
    server.registerInterceptor(new BodyContent());
    server.registerInterceptor(
        new RequestContent(
            searchParameters,
            FhirStoreConfiguration.RESOURCE_TYPES,
            ServedInteractions::requireServed,
            FhirServerProperties.MAX_PAGE_SIZE,
            properties.maxEntries()));
    server.registerInterceptor(new OrderSearches());
    server.registerInterceptor(new Definitions());
    server.registerInterceptor(new SubscriptionSecrets());
    server.registerInterceptor(new StrictParsing());
    server.registerInterceptor(new IfMatch());
    gates.interceptors().forEach(server::registerInterceptor);
    server.registerInterceptor(foreignWrites);
    properties
        .serverAddress()
        .map(address -> new HardcodedServerAddressStrategy(address.toString()))
        .ifPresent(server::setServerAddressStrategy);
    if (!properties.allowedOrigins().isEmpty()) {
      server.registerInterceptor(new CorsInterceptor(cors(properties.allowedOrigins())));
    }
    ServletRegistrationBean<RestfulServer> registration =
        new ServletRegistrationBean<>(server, "/fhir/*");
    registration.setName("fhir");
    registration.setLoadOnStartup(1);
    return registration;
  }

  private static CorsConfiguration cors(List<String> origins) {
    CorsConfiguration cors = new CorsConfiguration();
    cors.setAllowedOrigins(origins);
    cors.setAllowedMethods(List.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"));
    cors.setAllowedHeaders(
        List.of("Accept", "Authorization", "Content-Type", "If-Match", "If-None-Exist", "Prefer"));
    cors.setExposedHeaders(List.of("Location", "Content-Location", "ETag"));
    return cors;
  }
}

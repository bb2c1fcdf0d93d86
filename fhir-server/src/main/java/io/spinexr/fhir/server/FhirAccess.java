package io.spinexr.fhir.server;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.matcher.SearchParamMatcher;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import io.spinexr.fhir.access.BearerTokens;
import io.spinexr.fhir.access.ScopeRules;
import io.spinexr.fhir.access.ScopedReferences;
import io.spinexr.fhir.access.ScopedRequests;
import io.spinexr.fhir.access.SearchPaths;
import io.spinexr.fhir.access.SmartConfiguration;
import io.spinexr.fhir.access.SmartStatement;
import io.spinexr.fhir.access.StoredResources;
import io.spinexr.fhir.token.AccessTokens;
import io.spinexr.fhir.token.RefusalLog;
import io.spinexr.tls.Peers;
import java.time.Clock;
import java.util.List;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/** Who may use {@code /fhir}, where {@code spinexr.fhir.issuers} says so; else everybody may. */
@Configuration(proxyBeanMethods = false)
class FhirAccess {
  /** What the servlet's requests have to pass, in this order; nothing where everybody may. */
  record Gates(List<Object> interceptors) {}

  @Bean
  AccessTokens fhirAccessTokens(
      FhirServerProperties properties, Environment environment, Peers peers, Clock clock) {
    return new AccessTokens(
        properties.issuers(), address(properties, environment), peers.issuers(), clock);
  }

  private static String address(FhirServerProperties properties, Environment environment) {
    return properties
        .serverAddress()
        .map(Object::toString)
        .orElseGet(
            () ->
                environment.getProperty("spinexr.public-url", "").replaceAll("/+$", "") + "/fhir");
  }

  @Bean
  Gates fhirGates(
      FhirServerProperties properties,
      AccessTokens tokens,
      DaoRegistry daos,
      SearchParamMatcher matcher,
      ISearchParamRegistry searchParameters,
      Clock clock) {
    if (properties.issuers().isEmpty()) {
      return new Gates(List.of());
    }
    StoredResources stored = new StoredResources(daos, matcher);
    return new Gates(
        List.of(
            new BearerTokens(tokens, stored, new RefusalLog(clock)),
            new ScopedRequests(stored, new SearchPaths(searchParameters)),
            new ScopeRules(stored),
            new ScopedReferences(stored),
            new SmartStatement(tokens)));
  }

  @Bean
  ServletRegistrationBean<SmartConfiguration> fhirSmartConfiguration(
      FhirServerProperties properties, AccessTokens tokens) {
    ServletRegistrationBean<SmartConfiguration> registration =
        new ServletRegistrationBean<>(
            new SmartConfiguration(tokens), "/fhir/.well-known/smart-configuration");
    registration.setEnabled(!properties.issuers().isEmpty());
    return registration;
  }
}

package io.spinexr.fhir.server;

import ca.uhn.fhir.batch2.jobs.config.Batch2JobsConfig;
import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.interceptor.api.IInterceptorService;
import ca.uhn.fhir.jpa.api.IDaoRegistry;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.api.config.ThreadPoolFactoryConfig;
import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.dao.IFhirSystemDao;
import ca.uhn.fhir.jpa.api.model.HistoryCountModeEnum;
import ca.uhn.fhir.jpa.api.svc.IDeleteExpungeSvc;
import ca.uhn.fhir.jpa.batch2.JpaBatch2Config;
import ca.uhn.fhir.jpa.config.r4.JpaR4Config;
import ca.uhn.fhir.jpa.config.util.ResourceCountCacheUtil;
import ca.uhn.fhir.jpa.dao.FulltextSearchSvcImpl;
import ca.uhn.fhir.jpa.dao.IFulltextSearchSvc;
import ca.uhn.fhir.jpa.dao.search.HSearchSortHelperImpl;
import ca.uhn.fhir.jpa.dao.search.IHSearchSortHelper;
import ca.uhn.fhir.jpa.model.config.PartitionSettings;
import ca.uhn.fhir.jpa.model.config.SubscriptionSettings;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.provider.DaoRegistryResourceSupportedSvc;
import ca.uhn.fhir.jpa.search.DatabaseBackedPagingProvider;
import ca.uhn.fhir.jpa.search.IStaleSearchDeletingSvc;
import ca.uhn.fhir.jpa.search.StaleSearchDeletingSvcImpl;
import ca.uhn.fhir.jpa.searchparam.MatchUrlService;
import ca.uhn.fhir.jpa.searchparam.registry.ISearchParamProvider;
import ca.uhn.fhir.jpa.subscription.channel.config.SubscriptionChannelConfig;
import ca.uhn.fhir.jpa.subscription.match.config.SubscriptionProcessorConfig;
import ca.uhn.fhir.jpa.subscription.match.deliver.email.IEmailSender;
import ca.uhn.fhir.jpa.subscription.submit.config.SubscriptionSubmitterConfig;
import ca.uhn.fhir.jpa.util.MemoryCacheService;
import ca.uhn.fhir.jpa.util.ResourceCountCache;
import ca.uhn.fhir.rest.api.IResourceSupportedSvc;
import ca.uhn.fhir.rest.server.util.ISearchParamRegistry;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import io.spinexr.fhir.RecordListener;
import io.spinexr.fhir.guard.ValidResource;
import io.spinexr.fhir.upkeep.StoredRecord;
import jakarta.persistence.EntityManagerFactory;
import java.util.List;
import javax.sql.DataSource;
import org.hl7.fhir.dstu2.model.Subscription.SubscriptionChannelType;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Meta;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.orm.jpa.JpaTransactionManager;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;

/**
 * The FHIR R4 store of HAPI's JPA server without its HTTP interface: what writes in this process
 * needs no more. Import it into an application that supplies a {@link DataSource} (H2 or
 * PostgreSQL), and that allows bean overriding and circular references, which HAPI's own
 * configuration needs.
 */
@Configuration
@EnableConfigurationProperties(FhirServerProperties.class)
@Import({
  JpaR4Config.class,
  ThreadPoolFactoryConfig.class,
  JpaBatch2Config.class,
  Batch2JobsConfig.class,
  SubscriptionSubmitterConfig.class,
  SubscriptionProcessorConfig.class,
  SubscriptionChannelConfig.class
})
public class FhirStoreConfiguration {
  /** What the server holds: our own resources, and what a RIS or an EHR may add to them. */
  static final List<String> RESOURCE_TYPES =
      List.of(
          "AuditEvent",
          "Binary",
          "CodeSystem",
          "Device",
          "DiagnosticReport",
          "DocumentReference",
          "Endpoint",
          "Group",
          "ImagingStudy",
          "Location",
          "Observation",
          "Organization",
          "Patient",
          "Practitioner",
          "Provenance",
          "SearchParameter",
          "ServiceRequest",
          "StructureDefinition",
          "Subscription",
          "Task",
          "ValueSet");

  /** How soon a Subscription's endpoint is told of a change. */
  private static final long SUBSCRIPTION_INTERVAL_MS = 500;

  @Bean
  JpaStorageSettings jpaStorageSettings() {
    JpaStorageSettings settings = new JpaStorageSettings();
    // A search answered from an older one would miss what was written since.
    settings.setReuseCachedSearchResultsForMillis(null);
    settings.setHistoryCountMode(HistoryCountModeEnum.COUNT_ACCURATE);
    settings.setFetchSizeDefaultMaximum(10_000);
    // Expanding value sets ahead needs a full-text index, which we do without.
    settings.setPreExpandValueSets(false);
    // In this process only: clients are refused it, see ServedInteractions.
    settings.setExpungeEnabled(true);
    settings.setExpungeThreadCount(1);
    return settings;
  }

  /** In place of HAPI's, which believes what clients have stored. */
  @Bean
  ISearchParamProvider searchParamProvider(DaoRegistry daos) {
    return new OwnSearchParameters(daos);
  }

  @Bean
  PartitionSettings partitionSettings() {
    return new PartitionSettings();
  }

  @Bean
  SubscriptionSettings subscriptionSettings(FhirServerProperties properties) {
    SubscriptionSettings settings = new SubscriptionSettings();
    settings.addSupportedSubscriptionType(SubscriptionChannelType.RESTHOOK);
    settings.setRestHookEndpointUrlValidationRegex(properties.endpointPattern());
    settings.setSubscriptionIntervalInMs(SUBSCRIPTION_INTERVAL_MS);
    return settings;
  }

  /** HAPI asks for one; Subscriptions by e-mail are not supported. */
  @Bean
  IEmailSender emailSender() {
    return details -> {
      throw new UnsupportedOperationException("Subscriptions by e-mail are not supported");
    };
  }

  @Bean
  IFulltextSearchSvc fulltextSearchSvc() {
    return new FulltextSearchSvcImpl();
  }

  @Bean
  IHSearchSortHelper hibernateSearchSortHelper(ISearchParamRegistry searchParameters) {
    return new HSearchSortHelperImpl(searchParameters);
  }

  @Bean
  IStaleSearchDeletingSvc staleSearchDeletingSvc() {
    return new StaleSearchDeletingSvcImpl();
  }

  @Bean
  IResourceSupportedSvc resourceSupportedSvc(IDaoRegistry registry) {
    return new DaoRegistryResourceSupportedSvc(registry);
  }

  @Bean("myResourceCountsCache")
  ResourceCountCache resourceCountsCache(IFhirSystemDao<Bundle, Meta> systemDao) {
    return ResourceCountCacheUtil.newResourceCountCache(systemDao);
  }

  @Bean
  DatabaseBackedPagingProvider databaseBackedPagingProvider(FhirServerProperties properties) {
    DatabaseBackedPagingProvider paging = new DatabaseBackedPagingProvider();
    paging.setDefaultPageSize(properties.pageSize());
    paging.setMaximumPageSize(FhirServerProperties.MAX_PAGE_SIZE);
    return paging;
  }

  @Bean
  @Primary
  LocalContainerEntityManagerFactoryBean entityManagerFactory(
      DataSource dataSource,
      ConfigurableListableBeanFactory beans,
      FhirContext context,
      JpaStorageSettings storage,
      FhirServerProperties properties) {
    FhirSchema schema = FhirSchema.of(dataSource);
    if (properties.schema() == FhirServerProperties.Schema.UPDATE) {
      schema.migrate(beans, context, storage);
    }
    return schema.entities(beans, context, storage, "none");
  }

  @Bean
  @Primary
  JpaTransactionManager transactionManager(EntityManagerFactory factory) {
    return new JpaTransactionManager(factory);
  }

  @Bean
  LocalStore localStore(
      DaoRegistry daos,
      IFhirSystemDao<Bundle, Meta> systemDao,
      MatchUrlService urls,
      ISearchParamRegistry searchParameters,
      DataSource database,
      JpaTransactionManager transactions,
      IDeleteExpungeSvc<JpaPid> expunge,
      MemoryCacheService caches) {
    StoredPatient patient = new StoredPatient(database, transactions, expunge, caches);
    return new LocalStore(daos, systemDao, urls, searchParameters, patient);
  }

  /** Where analyses record their results: this server. */
  @Bean
  StoredRecord fhirRecord(LocalStore store) {
    return new StoredRecord(store);
  }

  /** What has ended leaves this server by it. */
  @Bean
  RecordRemoval recordRemoval(LocalStore store, DaoRegistry daos, DataSource database) {
    return new RecordRemoval(store, daos, database);
  }

  /** On the store, so that it learns of every writer; the servlet's interceptors know HTTP only. */
  @Bean
  RecordChanges recordChanges(
      IInterceptorService storeInterceptors, ObjectProvider<RecordListener> listeners) {
    RecordChanges changes = new RecordChanges(listeners);
    storeInterceptors.registerInterceptor(changes);
    return changes;
  }

  /** On the store for the same reason. */
  @Bean
  WorklistOrder worklistOrder(IInterceptorService storeInterceptors) {
    WorklistOrder order = new WorklistOrder();
    storeInterceptors.registerInterceptor(order);
    return order;
  }

  @Bean
  TerminologyPublisher terminologyPublisher(
      StoredRecord fhirRecord, ISearchParamRegistry searchParameters) {
    return new TerminologyPublisher(fhirRecord, searchParameters);
  }

  /** In place of HAPI's, which believes definitions that clients have stored. */
  @Bean("myInstanceValidator")
  IInstanceValidatorModule instanceValidator(
      FhirContext context, DefaultProfileValidationSupport r4) {
    return ValidResource.definitions(context, r4);
  }
}

package io.spinexr.fhir.server;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.jpa.api.config.JpaStorageSettings;
import ca.uhn.fhir.jpa.config.util.HapiEntityManagerFactoryUtil;
import ca.uhn.fhir.jpa.migrate.DriverTypeEnum;
import ca.uhn.fhir.jpa.migrate.HapiMigrationLock;
import ca.uhn.fhir.jpa.migrate.HapiMigrationStorageSvc;
import ca.uhn.fhir.jpa.migrate.MigrationTaskList;
import ca.uhn.fhir.jpa.migrate.SchemaMigrator;
import ca.uhn.fhir.jpa.migrate.dao.HapiMigrationDao;
import ca.uhn.fhir.jpa.migrate.tasks.HapiFhirJpaMigrationTasks;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirH2Dialect;
import ca.uhn.fhir.jpa.model.dialect.HapiFhirPostgresDialect;
import ca.uhn.fhir.util.VersionEnum;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumSet;
import java.util.Properties;
import java.util.Set;
import javax.sql.DataSource;
import org.hibernate.dialect.Dialect;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.JdbcUtils;
import org.springframework.jdbc.support.MetaDataAccessException;
import org.springframework.orm.jpa.LocalContainerEntityManagerFactoryBean;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * HAPI's tables: created and altered by HAPI's own migrations, which keep a journal of what they
 * did.
 */
record FhirSchema(DataSource dataSource, DriverTypeEnum driver, Class<? extends Dialect> dialect) {
  private static final String JOURNAL = SchemaMigrator.HAPI_FHIR_MIGRATION_TABLENAME;

  /** Any number that nothing else locks. */
  private static final long LOCK = 0x5350494e455852L;

  /**
   * @throws IllegalStateException if the database is neither H2 nor PostgreSQL
   */
  static FhirSchema of(DataSource dataSource) {
    String product;
    try {
      product =
          JdbcUtils.extractDatabaseMetaData(
              dataSource, metaData -> metaData.getDatabaseProductName());
    } catch (MetaDataAccessException e) {
      throw new IllegalStateException("the database does not answer", e);
    }
    return switch (product) {
      case "H2" -> new FhirSchema(dataSource, DriverTypeEnum.H2_EMBEDDED, HapiFhirH2Dialect.class);
      case "PostgreSQL" ->
          new FhirSchema(dataSource, DriverTypeEnum.POSTGRES_9_4, HapiFhirPostgresDialect.class);
      default ->
          throw new IllegalStateException(
              "the database must be H2 or PostgreSQL, but is " + product);
    };
  }

  /**
   * Creates the tables, or alters them to what this version of HAPI needs. Nodes that start at once
   * wait for one another.
   */
  void migrate(
      ConfigurableListableBeanFactory beans, FhirContext context, JpaStorageSettings storage) {
    exclusively(
        () -> {
          SchemaMigrator migrator = migrator();
          migrator.createMigrationTableIfRequired();
          // Of a migration that was killed: nobody else is at it now.
          JdbcClient.create(dataSource)
              .sql("delete from \"%s\" where \"installed_rank\" = ?".formatted(JOURNAL))
              .param(HapiMigrationLock.LOCK_PID)
              .update();
          if (tables() && journal().fetchSuccessfulMigrationVersions().isEmpty()) {
            adopt(beans, context, storage);
          }
          migrator.migrate();
        });
  }

  /**
   * Tables without a journal: Hibernate made them, as it did before there was one, or their
   * creation was interrupted. Hibernate adds what may be missing; then they are what version 8.8.0
   * needs.
   */
  private void adopt(
      ConfigurableListableBeanFactory beans, FhirContext context, JpaStorageSettings storage) {
    LocalContainerEntityManagerFactoryBean update = entities(beans, context, storage, "update");
    update.afterPropertiesSet();
    update.destroy();
    HapiMigrationStorageSvc steps = new HapiMigrationStorageSvc(journal());
    VersionEnum[] done =
        EnumSet.range(VersionEnum.values()[0], VersionEnum.V8_8_0).toArray(VersionEnum[]::new);
    // All or none: HAPI takes a step without an entry for one to be done.
    new TransactionTemplate(new DataSourceTransactionManager(dataSource))
        .executeWithoutResult(
            transaction -> tasks(done).forEach(step -> steps.saveTask(step, 0, true)));
  }

  private boolean tables() {
    try {
      return JdbcUtils.extractDatabaseMetaData(
          dataSource,
          metaData -> {
            String name = driver == DriverTypeEnum.POSTGRES_9_4 ? "hfj_resource" : "HFJ_RESOURCE";
            String schema = metaData.getConnection().getSchema();
            try (ResultSet found = metaData.getTables(null, schema, name, null)) {
              return found.next();
            }
          });
    } catch (MetaDataAccessException e) {
      throw new IllegalStateException("the database does not answer", e);
    }
  }

  /** An H2 file is in one process' hands anyway. */
  private void exclusively(Runnable work) {
    if (driver != DriverTypeEnum.POSTGRES_9_4) {
      work.run();
      return;
    }
    try (Connection connection = dataSource.getConnection();
        Statement lock = connection.createStatement()) {
      lock.execute("select pg_advisory_lock(%d)".formatted(LOCK));
      try {
        work.run();
      } finally {
        lock.execute("select pg_advisory_unlock(%d)".formatted(LOCK));
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not answer", e);
    }
  }

  private SchemaMigrator migrator() {
    SchemaMigrator migrator =
        new SchemaMigrator(
            "HAPI FHIR",
            JOURNAL,
            dataSource,
            new Properties(),
            tasks(VersionEnum.values()),
            new HapiMigrationStorageSvc(journal()));
    migrator.setDriverType(driver);
    return migrator;
  }

  private HapiMigrationDao journal() {
    return new HapiMigrationDao(dataSource, driver, JOURNAL);
  }

  private static MigrationTaskList tasks(VersionEnum... versions) {
    return new HapiFhirJpaMigrationTasks(Set.of()).getAllTasks(versions);
  }

  /**
   * HAPI's entities on this database.
   *
   * @param hbm2ddl what Hibernate does to the tables: {@code none} or {@code update}
   */
  LocalContainerEntityManagerFactoryBean entities(
      ConfigurableListableBeanFactory beans,
      FhirContext context,
      JpaStorageSettings storage,
      String hbm2ddl) {
    LocalContainerEntityManagerFactoryBean factory =
        HapiEntityManagerFactoryUtil.newEntityManagerFactory(beans, context, storage);
    factory.setPersistenceUnitName("fhir");
    factory.setDataSource(dataSource);
    Properties jpa = new Properties();
    jpa.put("hibernate.dialect", dialect.getName());
    jpa.put("hibernate.hbm2ddl.auto", hbm2ddl);
    jpa.put("hibernate.search.enabled", "false");
    jpa.put("hibernate.jdbc.batch_size", "20");
    jpa.put("hibernate.order_inserts", "true");
    jpa.put("hibernate.order_updates", "true");
    factory.setJpaProperties(jpa);
    return factory;
  }
}

package io.spinexr.store;

import io.spinexr.store.migration.V3__Order_patients;
import io.spinexr.store.migration.V5__Verdicts;
import io.spinexr.store.migration.V9__Finding_types;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationState;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The tables of orders, results, jobs and cards, brought to this version by Flyway. They share a
 * database with HAPI's, which are not touched. A migration only ever adds to what the version
 * before reads and writes (expand, then contract): both may run side by side. UPGRADING.md names
 * the exceptions.
 */
public final class Schema {
  /** Any number that nothing else locks. */
  private static final long LOCK = 0x5350494e5852L;

  private Schema() {}

  /**
   * Safe on every start and on several nodes at once: they wait for one another.
   *
   * @throws IllegalStateException if the database is of a version that cannot be brought to this
   *     one
   */
  public static synchronized void migrate(DataSource dataSource) {
    try (Connection connection = dataSource.getConnection();
        Statement lock = connection.createStatement()) {
      // Flyway's own lock begins with its journal, which several nodes would make at once. An H2
      // file is in one process' hands anyway.
      boolean shared = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
      if (shared) {
        lock.execute("select pg_advisory_lock(%d)".formatted(LOCK));
      }
      try {
        configuration(dataSource).load().migrate();
      } finally {
        if (shared) {
          lock.execute("select pg_advisory_unlock(%d)".formatted(LOCK));
        }
      }
    } catch (SQLException e) {
      throw new IllegalStateException("the database does not answer", e);
    } catch (FlywayException e) {
      throw new IllegalStateException(
          "the database cannot be brought to this version of SpineXR; restore its backup and see"
              + " UPGRADING.md",
          e);
    }
  }

  /** Whether a later version of SpineXR has changed the tables, which this one may not know. */
  public static boolean isLater(DataSource dataSource) {
    return Stream.of(configuration(dataSource).load().info().all())
        .anyMatch(migration -> migration.getState() == MigrationState.FUTURE_SUCCESS);
  }

  static FluentConfiguration configuration(DataSource dataSource) {
    return Flyway.configure()
        .dataSource(dataSource)
        .locations("classpath:io/spinexr/store/migration")
        .table("spinexr_schema_history")
        // The first version kept no history, and HAPI's tables may be there first.
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .placeholderReplacement(false)
        .javaMigrations(new V3__Order_patients(), new V5__Verdicts(), new V9__Finding_types());
  }
}

package io.spinexr.store;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.configuration.FluentConfiguration;

/**
 * The tables of orders, results, jobs and cards, brought to this version by Flyway. They share a
 * database with HAPI's, which are not touched. A migration only ever adds to what the version
 * before reads and writes (expand, then contract): both may run side by side. UPGRADING.md names
 * the exceptions.
 */
public final class Schema {
  private Schema() {}

  /**
   * Safe on every start and on several nodes at once: they wait for one another.
   *
   * @throws IllegalStateException if the database is of a version that cannot be brought to this
   *     one
   */
  public static void migrate(DataSource dataSource) {
    try {
      configuration(dataSource).load().migrate();
    } catch (FlywayException e) {
      throw new IllegalStateException(
          "the database cannot be brought to this version of SpineXR; restore its backup and see"
              + " UPGRADING.md",
          e);
    }
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
        .javaMigrations(new V3__Order_patients(), new V5__Verdicts());
  }
}

package io.spinexr.retention;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.service.Node;
import org.junit.jupiter.api.extension.RegisterExtension;

class PostgreSqlRetentionTest extends RetentionCases {
  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  @Override
  HikariDataSource database() {
    return Node.pool(POSTGRESQL.url(), POSTGRESQL.user());
  }
}

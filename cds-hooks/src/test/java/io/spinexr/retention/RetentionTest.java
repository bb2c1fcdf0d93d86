package io.spinexr.retention;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.service.Node;

/** On H2. */
class RetentionTest extends RetentionCases {
  @Override
  HikariDataSource database() {
    return Node.database("retention");
  }
}

package io.spinexr.fhir.guard;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientConnectionException;
import org.apache.commons.lang3.exception.ExceptionUtils;

/** Whether a request failed because the database is away, which is nobody's fault who asked. */
public final class DatabaseOutage {
  /** For who asked, in one sentence. */
  public static final String SENTENCE =
      "The database is not available at the moment. Please try again in a minute.";

  private DatabaseOutage() {}

  /**
   * Told by the kinds of SQL exceptions, which H2 and the pool use, and by the classes of SQLSTATE,
   * which PostgreSQL uses: 08 connection, 53 insufficient resources, 57P an operator's
   * intervention.
   */
  public static boolean caused(Throwable failure) {
    return ExceptionUtils.getThrowableList(failure).stream()
        .anyMatch(cause -> cause instanceof SQLException sql && isOutage(sql));
  }

  private static boolean isOutage(SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    return failure instanceof SQLTransientConnectionException
        || failure instanceof SQLNonTransientConnectionException
        || failure instanceof SQLRecoverableException
        || state.startsWith("08")
        || state.startsWith("53")
        || state.startsWith("57P");
  }
}

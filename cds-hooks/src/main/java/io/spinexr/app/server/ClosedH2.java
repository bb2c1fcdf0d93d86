package io.spinexr.app.server;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;

/**
 * H2 closes a database that it cannot write, because the disk is full, say. Connections from before
 * stay closed; the next one that the pool opens opens the database again.
 */
final class ClosedH2 implements SQLExceptionOverride {
  @java.lang.Override
  public Override adjudicate(SQLException failure) {
    return failure instanceof SQLNonTransientConnectionException
        ? Override.MUST_EVICT
        : Override.CONTINUE_EVICT;
  }
}

package io.spinexr.store;

import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.springframework.dao.ConcurrencyFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Units of work on the shared database: all or nothing, and once more when two of them met on the
 * same rows.
 */
public final class Transactions {
  private static final int ATTEMPTS = 10;

  private final TransactionTemplate template;

  public Transactions(DataSource dataSource) {
    template = new TransactionTemplate(new JdbcTransactionManager(dataSource));
  }

  public void run(Runnable work) {
    call(
        () -> {
          work.run();
          return true;
        });
  }

  /** The work reads what it builds on inside, so that it can be repeated. */
  public <T> T call(Supplier<T> work) {
    for (int attempt = 1; ; attempt++) {
      try {
        return Objects.requireNonNull(template.execute(status -> work.get()));
      } catch (ConcurrencyFailureException | DuplicateKeyException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }
}

package io.spinexr.audit;

import io.spinexr.order.Sha256;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A link of a chain.
 *
 * @param chain UUID; each process writes its own
 * @param number its place in the chain, from 1
 * @param event an AuditEvent in JSON, as it was written; null once it is erased
 * @param digest SHA-256 of the event
 * @param previous link of the entry before; the first entry's is the last one before its chain, or
 *     {@link #NOTHING}
 * @param link SHA-256 of what stands before it but the event
 */
public record AuditEntry(
    String chain,
    long number,
    @Nullable String event,
    String digest,
    String previous,
    String link) {
  static final String COLUMNS = "chain, number, event, digest, previous, link";

  /** What the very first entry follows. */
  static final String NOTHING = "0".repeat(64);

  /** Of {@link #COLUMNS}. */
  static AuditEntry of(ResultSet row) throws SQLException {
    return new AuditEntry(
        row.getString(1),
        row.getLong(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6));
  }

  static AuditEntry following(String previous, String chain, long number, String event) {
    String digest = Sha256.of(event);
    return new AuditEntry(
        chain, number, event, digest, previous, link(chain, number, digest, previous));
  }

  private static String link(String chain, long number, String digest, String previous) {
    return Sha256.of(String.join("\n", chain, Long.toString(number), digest, previous));
  }

  /** Whether it is as it was written. */
  boolean isWhole() {
    return (event == null || Sha256.of(event).equals(digest))
        && link(chain, number, digest, previous).equals(link);
  }

  /** Without the event. */
  @Override
  public String toString() {
    return "AuditEntry[" + chain + ", " + number + "]";
  }
}

package io.spinexr.audit;

import java.security.PrivateKey;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long the audit is kept, and where it goes besides: {@code spinexr.audit}.
 *
 * @param keep entries older than this end every night; empty: never
 * @param key private Ed25519 key in PEM that signs where a chain begins whose older entries have
 *     ended; by the environment alone. {@code openssl genpkey -algorithm ed25519} makes one
 * @param syslog host:port of a syslog server that gets every entry, by RFC 5424 over TLS (RFC
 *     5425); empty for none
 * @param sslBundle name of the SSL bundle with the roots that the syslog server's certificate may
 *     come from, beside Java's own, and with what is shown to it; empty for what Java does
 */
public record AuditProperties(
    @DefaultValue Optional<Duration> keep,
    @DefaultValue("") String key,
    @DefaultValue("") String syslog,
    @DefaultValue("") String sslBundle) {
  private static final Duration LEAST = Duration.ofDays(1);

  public AuditProperties {
    if (keep.isPresent()) {
      require(
          keep.get().compareTo(LEAST) >= 0, "keep must be at least a day, but is " + keep.get());
      require(
          !key.isEmpty(),
          "keep needs SPINEXR_AUDIT_KEY or SPINEXR_AUDIT_KEY_FILE, which signs where the audit is"
              + " cut: openssl genpkey -algorithm ed25519");
    }
    if (!key.isEmpty()) {
      try {
        CheckpointKeys.privateKey(key);
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("spinexr.audit.key " + e.getMessage(), e);
      }
    }
    require(
        syslog.isEmpty() || syslog.matches("(\\[[0-9A-Fa-f:]+]|[A-Za-z0-9.-]+):[0-9]{1,5}"),
        "syslog must be host:port, but is " + syslog);
  }

  private static void require(boolean holds, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("spinexr.audit." + rule);
    }
  }

  /** Empty if nothing ends. */
  public Optional<Life> life() {
    return keep.map(life -> new Life(life, CheckpointKeys.privateKey(key)));
  }

  /**
   * How long entries live.
   *
   * @param key signs where a chain is cut
   */
  public record Life(Duration keep, PrivateKey key) {}

  /** Without the key. */
  @Override
  public String toString() {
    return "AuditProperties[" + keep + ", " + syslog + "]";
  }
}

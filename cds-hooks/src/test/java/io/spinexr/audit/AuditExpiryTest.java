package io.spinexr.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.search.ClockAhead;
import io.spinexr.store.Schema;
import java.io.StringWriter;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Old entries end at a checkpoint, and nothing else does unseen. */
class AuditExpiryTest {
  private static final Duration KEEP = Duration.ofDays(30);

  private final JdbcDataSource database = new JdbcDataSource();
  private final ClockAhead clock = new ClockAhead();
  private KeyPair keys;
  private AuditTrail trail;
  private AuditExpiry expiry;

  @BeforeEach
  void start() throws Exception {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Schema.migrate(database);
    keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    trail = new AuditTrail(database, Optional::empty, clock);
    expiry = new AuditExpiry(database, new AuditProperties.Life(KEEP, keys.getPrivate()));
    record(3);
    clock.pass(Duration.ofDays(20));
    record(2);
  }

  @AfterEach
  void stop() {
    trail.close();
  }

  private void record(int entries) {
    for (int i = 0; i < entries; i++) {
      trail.record(new AuditedAct(Action.READ, "reader", Optional.empty(), "/", "", true));
    }
  }

  private List<String> exported() {
    StringWriter out = new StringWriter();
    trail.export(out);
    return out.toString().lines().toList();
  }

  private List<String> problems(PublicKey key, List<String> export) {
    return new Verification(List.of(export), Optional.of(key)).problems();
  }

  private void change(String sql) {
    assertThat(JdbcClient.create(database).sql(sql).update()).isPositive();
  }

  @Test
  void endsWhatIsOldEnoughAndNothingElse() {
    clock.pass(KEEP.minusDays(20).minusSeconds(1));
    assertThat(expiry.expire(clock.instant())).isZero();
    clock.pass(Duration.ofSeconds(2));
    List<String> earlier = exported();

    assertThat(expiry.expire(clock.instant())).isEqualTo(3);
    assertThat(expiry.expire(clock.instant())).isZero();
    record(1);

    List<String> later = exported();
    Verification verification =
        new Verification(List.of(earlier, later), Optional.of(keys.getPublic()));
    assertThat(verification.problems()).isEmpty();
    assertThat(verification.entries()).isEqualTo(3);
    assertThat(new Verification(List.of(later), Optional.empty()).problems())
        .singleElement()
        .asString()
        .endsWith("give the public key that it is signed for");
  }

  @Test
  void goesOnAfterWholeChainsHaveEnded() {
    clock.pass(KEEP.plusDays(1));
    assertThat(expiry.expire(clock.instant())).isEqualTo(5);
    assertThat(problems(keys.getPublic(), exported())).isEmpty();
    record(1);
    try (AuditTrail another = new AuditTrail(database, Optional::empty, clock)) {
      another.record(new AuditedAct(Action.READ, "reader", Optional.empty(), "/", "", true));
    }
    assertThat(problems(keys.getPublic(), exported())).isEmpty();
  }

  @Test
  void keepsAYoungEntryThatAClockThatWentBackPutBeforeOldOnes() {
    clock.pass(Duration.ofDays(-20));
    record(2);
    clock.pass(KEEP.plusSeconds(1));
    assertThat(expiry.expire(clock.instant())).as("not those behind the young ones").isEqualTo(3);
  }

  @Test
  void findsAForgedCheckpoint() throws Exception {
    change("delete from audit_entry where number <= 2");
    PublicKey known = keys.getPublic();
    assertThat(problems(known, exported())).isNotEmpty();
    String[] head =
        JdbcClient.create(database)
            .sql("select chain, previous from audit_entry where number = 3")
            .query((row, i) -> new String[] {row.getString(1), row.getString(2)})
            .single();
    Checkpoint forged =
        Checkpoint.signed(
            head[0],
            2,
            head[1],
            clock.instant().toString(),
            KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPrivate());
    JdbcClient.create(database)
        .sql("insert into audit_checkpoint values (?, ?, ?, ?, ?)")
        .params(head[0], 2, head[1], forged.at(), forged.signature())
        .update();
    assertThat(problems(known, exported()))
        .singleElement()
        .asString()
        .endsWith("its checkpoint is not signed for this key");
  }

  @Test
  void findsAnEntryThatIsMissingBehindACheckpoint() {
    clock.pass(KEEP.minusDays(20).plusSeconds(1));
    expiry.expire(clock.instant());
    change("delete from audit_entry where number = 4");
    assertThat(problems(keys.getPublic(), exported()))
        .singleElement()
        .asString()
        .contains("entry 5: what was before it is missing");
  }

  @Test
  void readsKeysAsOpensslWritesThem() {
    // openssl genpkey -algorithm ed25519; openssl pkey -pubout
    String secret =
        """
        -----BEGIN PRIVATE KEY-----
        MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
        -----END PRIVATE KEY-----
        """;
    String open =
        """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
        -----END PUBLIC KEY-----
        """;
    // RFC 8032, section 7.1, test 1
    Checkpoint checkpoint =
        Checkpoint.signed("c", 1, "l", "2026-03-01", CheckpointKeys.privateKey(secret));
    assertThat(checkpoint.isSignedBy(CheckpointKeys.publicKey(open))).isTrue();
    assertThat(new Checkpoint("c", 2, "l", "2026-03-01", checkpoint.signature()))
        .matches(other -> !other.isSignedBy(CheckpointKeys.publicKey(open)));
  }
}

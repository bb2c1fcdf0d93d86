package io.spinexr.app.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.spinexr.app.Outcome;
import io.spinexr.app.SpineXr;
import io.spinexr.audit.AuditTrail;
import io.spinexr.audit.AuditedAct;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.store.Schema;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./spinexr audit verify} on files. */
class AuditCommandTest {
  @TempDir private Path folder;
  private Path export;

  @BeforeEach
  void export() throws IOException {
    JdbcDataSource database = new JdbcDataSource();
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Schema.migrate(database);
    export = folder.resolve("audit.ndjson");
    try (AuditTrail trail = new AuditTrail(database, Optional::empty, Clock.systemUTC());
        Writer out = Files.newBufferedWriter(export)) {
      for (int i = 0; i < 3; i++) {
        trail.record(new AuditedAct(Action.READ, "reader", Optional.empty(), "/", "", true));
      }
      trail.export(out);
    }
  }

  private static Outcome verify(Object... files) {
    Object[] words = new Object[2 + files.length];
    words[0] = "audit";
    words[1] = "verify";
    for (int i = 0; i < files.length; i++) {
      words[2 + i] = files[i];
    }
    return Outcome.of(SpineXr::commandLine, words);
  }

  @Test
  void saysThatAllIsThere() {
    Outcome whole = verify(export);
    assertThat(whole.status()).isZero();
    assertThat(whole.out()).isEqualTo("3 entries, 0 of them erased, 0 problems\n");
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    String[] lines = Files.readString(export).split("\n");
    Path cut = folder.resolve("cut.ndjson");
    Files.writeString(cut, lines[0] + "\n" + lines[2] + "\n" + lines[3] + "\n");
    Outcome missing = verify(cut);
    assertThat(missing.status()).isEqualTo(1);
    assertThat(missing.out()).contains("entry 3: what was before it is missing, from 2");
  }

  @Test
  void refusesWhatIsNoKey() throws IOException {
    Path key = folder.resolve("audit.pub");
    Files.writeString(key, "no key");
    Outcome refused = verify("--key", key, export);
    assertThat(refused.status()).isNotZero();
    assertThat(refused.err()).contains("must be a public Ed25519 key in PEM");
  }
}

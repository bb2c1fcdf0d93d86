package io.spinexr.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.StrictErrorHandler;
import io.spinexr.audit.AuditedAct.Action;
import io.spinexr.store.Schema;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.hl7.fhir.r4.model.AuditEvent;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Entries are added, and what is done to them afterwards is found. */
class AuditTrailTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00.123456Z"), ZoneOffset.UTC);

  private final JdbcDataSource database = new JdbcDataSource();
  private AuditTrail trail;

  @BeforeEach
  void start() {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Schema.migrate(database);
    trail = new AuditTrail(database, Optional::empty, CLOCK);
    for (int i = 1; i <= 3; i++) {
      trail.record(act(i));
    }
  }

  private static AuditedAct act(int patient) {
    return new AuditedAct(
        Action.SEARCH, "reader", Optional.of("Patient/" + patient), "/fhir/Task", "a=b", true);
  }

  private List<String> exported() {
    StringWriter out = new StringWriter();
    trail.export(out);
    return out.toString().lines().toList();
  }

  private void change(String sql) {
    assertThat(JdbcClient.create(database).sql(sql).update()).isPositive();
  }

  private List<String> problems() {
    return new Verification(List.of(exported()), Optional.empty()).problems();
  }

  @Test
  void findsNothingWrongWithWhatWasWritten() {
    Verification verification = new Verification(List.of(exported()), Optional.empty());
    assertThat(verification.problems()).isEmpty();
    assertThat(verification.entries()).isEqualTo(3);
  }

  @Test
  void writesAuditEventsThatAForeignParserReads() {
    List<String> found =
        trail.find(
            new AuditTrail.Query(
                Optional.of("reader"),
                Optional.of("Patient/2"),
                Optional.of(Instant.parse("2026-03-01T12:00:00Z")),
                Optional.of(Instant.parse("2026-03-01T12:00:01Z")),
                Optional.of("E"),
                10));
    assertThat(found).hasSize(1);
    AuditEvent event =
        FhirContext.forR4Cached()
            .newJsonParser()
            .setParserErrorHandler(new StrictErrorHandler())
            .parseResource(AuditEvent.class, found.get(0));
    assertThat(event.getAgentFirstRep().getWho().getDisplay()).isEqualTo("reader");
    assertThat(event.getAgentFirstRep().getRequestor()).isTrue();
    assertThat(event.getEntity().get(1).getQuery())
        .asString(StandardCharsets.US_ASCII)
        .isEqualTo("a=b");
    assertThat(event.getOutcome()).isEqualTo(AuditEvent.AuditEventOutcome._0);
  }

  @Test
  void chainsByTheDigestsThatTheDocumentationNames() throws Exception {
    var entry = AuditTrail.JSON.readTree(exported().get(1));
    assertThat(entry.get("digest").asText()).isEqualTo(sha256(entry.get("event").asText()));
    assertThat(entry.get("link").asText())
        .isEqualTo(
            sha256(
                entry.get("chain").asText()
                    + "\n2\n"
                    + entry.get("digest").asText()
                    + "\n"
                    + AuditTrail.JSON.readTree(exported().get(0)).get("link").asText()));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
  }

  @Test
  void findsAChangedEntry() {
    change("update audit_entry set event = replace(event, 'reader', 'nobody') where number = 2");
    assertThat(problems()).singleElement().asString().endsWith("entry 2: changed");
  }

  @Test
  void findsAMissingEntry() {
    change("delete from audit_entry where number = 2");
    assertThat(problems()).singleElement().asString().contains("entry 3: what was before it");
  }

  @Test
  void findsExchangedEntries() {
    change("update audit_entry set number = 5 - number where number in (2, 3)");
    assertThat(problems()).isNotEmpty();
  }

  @Test
  void findsLinesOutOfOrder() {
    List<String> lines = exported();
    assertThat(
            new Verification(
                    List.of(List.of(lines.get(1), lines.get(0), lines.get(2), lines.get(3))),
                    Optional.empty())
                .problems())
        .singleElement()
        .asString()
        .endsWith("entry 1: out of order");
  }

  @Test
  void findsAnEndThatWasCutOffSinceAnEarlierExport() {
    List<String> earlier = exported();
    change("delete from audit_entry where number = 3");
    assertThat(problems()).as("nothing within the table tells").isEmpty();
    assertThat(new Verification(List.of(earlier, exported()), Optional.empty()).problems())
        .singleElement()
        .asString()
        .endsWith("its end is cut off");
  }

  @Test
  void findsAChainThatWasWrittenAnew() {
    List<String> earlier = exported();
    String chain =
        JdbcClient.create(database)
            .sql("select max(chain) from audit_entry")
            .query(String.class)
            .single();
    change("delete from audit_entry");
    AuditTrail anew = new AuditTrail(database, Optional::empty, CLOCK);
    for (int i = 4; i <= 6; i++) {
      anew.record(act(i));
    }
    change("update audit_entry set chain = '" + chain + "'");
    assertThat(new Verification(List.of(earlier, exported()), Optional.empty()).problems())
        .anyMatch(problem -> problem.endsWith("is not the head that was exported"));
  }

  @Test
  void findsAWholeChainMissingThatAnotherFollows() {
    new AuditTrail(database, Optional::empty, CLOCK).record(act(4));
    assertThat(problems()).isEmpty();
    change(
        "delete from audit_entry where chain = (select chain from audit_entry where number = 3)");
    assertThat(problems()).singleElement().asString().contains("does not follow");
  }

  @Test
  void toleratesAnErasedEntryAndCountsIt() {
    change("update audit_entry set event = null, agent = null, patient = null where number = 2");
    Verification verification = new Verification(List.of(exported()), Optional.empty());
    assertThat(verification.problems()).isEmpty();
    assertThat(verification.erased()).isEqualTo(1);
  }

  @Test
  void goesOnAfterTheDatabaseRefusedAnEntry() {
    JdbcClient.create(database).sql("alter table audit_entry rename to away").update();
    assertThatThrownBy(() -> trail.record(act(4))).isInstanceOf(AuditUnavailableException.class);
    JdbcClient.create(database).sql("alter table away rename to audit_entry").update();
    trail.record(act(5));
    assertThat(problems()).isEmpty();
  }

  @Test
  void waitsForNoDatabaseThatHangsAndWritesWhatWaitedTogether() throws InterruptedException {
    CountDownLatch hangs = new CountDownLatch(1);
    AtomicInteger connections = new AtomicInteger();
    DataSource slow =
        new DelegatingDataSource(database) {
          @Override
          public Connection getConnection() throws SQLException {
            connections.incrementAndGet();
            try {
              hangs.await();
            } catch (InterruptedException e) {
              throw new SQLException(e);
            }
            return super.getConnection();
          }
        };
    try (AuditTrail hanging = new AuditTrail(slow, Optional::empty, CLOCK)) {
      List<AuditTrail.Recording> recordings =
          IntStream.range(0, 500).mapToObj(i -> hanging.begin(act(i))).toList();
      assertThat(recordings.get(0).isWrittenWithin(Duration.ofMillis(50))).isFalse();
      hangs.countDown();
      assertThat(recordings)
          .allSatisfy(one -> assertThat(one.isWrittenWithin(Duration.ofSeconds(20))).isTrue());
    }
    assertThat(connections.get()).as("commits of 500 entries").isLessThan(10);
    Verification verification = new Verification(List.of(exported()), Optional.empty());
    assertThat(verification.problems()).isEmpty();
    assertThat(verification.entries()).isEqualTo(503);
  }

  @Test
  void keepsWhatADatabaseCouldNotTakeOfABadText() {
    trail.record(
        new AuditedAct(
            Action.READ, "a\0b", Optional.of("Patient/\ud800"), "/fhir/\udc00", "x=\0", true));
    assertThat(
            trail.find(
                new AuditTrail.Query(
                    Optional.of("a?b"),
                    Optional.of("Patient/?"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    10)))
        .singleElement()
        .asString()
        .contains("/fhir/?", Base64.getEncoder().encodeToString("x=?".getBytes(UTF_8)));
  }

  @Test
  void erasesWhatIsSaidOfOnePatientAndKeepsTheChain() {
    trail.record(
        new AuditedAct(Action.READ, "reader", Optional.empty(), "GET /studies/1.2.3", "", true));
    trail.record(
        new AuditedAct(
            Action.SEARCH,
            "reader",
            Optional.empty(),
            "/fhir/Patient",
            "_sort=x&identifier=urn%3Aoid%3A1%7C77",
            true));
    trail.record(
        new AuditedAct(
            Action.SEARCH,
            "reader",
            Optional.empty(),
            "/fhir/Patient",
            "_sort=x&identifier=urn%3Aoid%3A1%7C777",
            true));
    assertThat(new AuditErasure(database).erase(Set.of("Patient/2"), Set.of("1.2.3"), Set.of("77")))
        .isEqualTo(3);
    Verification verification = new Verification(List.of(exported()), Optional.empty());
    assertThat(verification.problems()).isEmpty();
    assertThat(verification.entries()).isEqualTo(6);
    assertThat(verification.erased()).isEqualTo(3);
    assertThat(exported().get(0)).as("another patient's").contains("Patient/1");
  }
}

package io.spinexr.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.result.AnalysedStudy;
import io.spinexr.service.Node;
import io.spinexr.state.OutputState;
import io.spinexr.triage.ReadingPriority;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What outputs have to bring, on both databases. */
class OutputStoreTest {
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);
  private static final String SET = "set-1";

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  private final String study = "2.25." + System.nanoTime();
  private HikariDataSource database;
  private OutputStore store;

  enum Database {
    H2,
    POSTGRESQL
  }

  private void open(Database kind) {
    database =
        kind == Database.H2
            ? Node.database("output-store-" + study)
            : Node.pool(POSTGRESQL.url(), POSTGRESQL.user());
    Schema.migrate(database);
    store = new OutputStore(database);
    new StudyStore(database)
        .request(
            new StudyStore.Request(
                study, SET, "o", "p", 1, ReadingPriority.ROUTINE, Optional.empty(), ""),
            NOW);
  }

  @AfterEach
  void close() {
    database.close();
  }

  private OutputStore.Item item(String output) {
    return store.find(study, SET, output).orElseThrow();
  }

  private void ask(String output) {
    store.ask(study, SET, output, NOW);
  }

  private boolean end(OutputStore.Item item) {
    return new Transactions(database)
        .call(() -> store.end(item, OutputState.WRITTEN, Optional.empty(), NOW));
  }

  @ParameterizedTest
  @EnumSource
  void keepsResultsOfManyMegabytesUntilNoOutputWaits(Database kind) throws IOException {
    open(kind);
    byte[] picture = new byte[8 << 20];
    new Random(7).nextBytes(picture);
    store.keep(study, SET, result(picture));
    ask("one");
    ask("two");

    assertThat(end(item("one"))).isTrue();
    assertThat(store.result(study, SET).orElseThrow().annotatedPng().get("1.2.1.1"))
        .isEqualTo(picture);

    assertThat(end(item("two"))).isTrue();
    assertThat(store.result(study, SET)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void keepsTheNewestResultOnly(Database kind) throws IOException {
    open(kind);
    store.keep(study, SET, result(new byte[] {1}));
    store.keep(study, SET, result(new byte[] {2}));

    assertThat(store.result(study, SET).orElseThrow().annotatedPng().get("1.2.1.1"))
        .containsExactly(2);
  }

  @ParameterizedTest
  @EnumSource
  void endsNothingThatWasAskedForAgainMeanwhile(Database kind) {
    open(kind);
    ask("one");
    OutputStore.Item started = item("one");
    ask("one");

    assertThat(store.touch(started)).isFalse();
    assertThat(end(started)).isFalse();
    assertThat(item("one").state()).isEqualTo(OutputState.WAITING);
    assertThat(item("one").touched()).isFalse();

    assertThat(store.touch(item("one"))).isTrue();
    assertThat(item("one").touched()).isTrue();
    assertThat(end(item("one"))).isTrue();
    assertThat(item("one").state()).isEqualTo(OutputState.WRITTEN);
  }

  @ParameterizedTest
  @EnumSource
  void countsWhatWaitsAndSaysWhy(Database kind) {
    open(kind);
    String output = "output" + study.hashCode();
    ask(output);
    store.delayed(item(output), "it does not answer", NOW);

    assertThat(store.count(OutputState.WAITING)).containsEntry(output, 1L);
    assertThat(store.count(OutputState.REFUSED)).doesNotContainKey(output);
    assertThat(store.lastReason(output, OutputState.WAITING)).contains("it does not answer");
  }

  @ParameterizedTest
  @EnumSource
  void dropsOfMissingOutputsTheResultsButNotTheWithdrawals(Database kind) throws IOException {
    open(kind);
    store.keep(study, SET, result(new byte[] {1}));
    ask("missing");
    store.touch(item("missing"));
    dropOthers();
    assertThat(item("missing").state()).isEqualTo(OutputState.DROPPED);
    assertThat(store.result(study, SET)).isEmpty();
    assertThat(store.touched(study, SET)).isTrue();

    ask("missing");
    dropOthers();
    assertThat(item("missing").state()).isEqualTo(OutputState.WAITING);
  }

  private void dropOthers() {
    new Transactions(database).run(() -> store.dropOthers(List.of("present"), NOW));
  }

  @ParameterizedTest
  @EnumSource
  void knowsThatNothingIsLeftOfWhatWasTakenBack(Database kind) {
    open(kind);
    ask("one");
    store.touch(item("one"));
    OutputStore.Item touched = item("one");

    new Transactions(database)
        .run(() -> store.end(touched, OutputState.WITHDRAWN, Optional.empty(), NOW));

    assertThat(store.touched(study, SET)).isFalse();
  }

  private static AnalysedStudy result(byte[] picture) throws IOException {
    try (InputStream json = OutputStoreTest.class.getResourceAsStream("result-format-1.json")) {
      AnalysedStudy golden =
          StoredResult.read(new String(json.readAllBytes(), StandardCharsets.UTF_8));
      return new AnalysedStudy(
          golden.subject(),
          golden.orders(),
          golden.study(),
          golden.findings(),
          golden.rule(),
          golden.urgency(),
          Map.of("1.2.1.1", picture),
          golden.analysedAt());
    }
  }
}

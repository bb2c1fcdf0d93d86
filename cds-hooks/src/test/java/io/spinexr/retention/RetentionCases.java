package io.spinexr.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.ResourceVersionConflictException;
import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.audit.AuditTrail;
import io.spinexr.job.AnalysisMeters;
import io.spinexr.job.Changes;
import io.spinexr.job.Jobs;
import io.spinexr.job.Processor;
import io.spinexr.job.StoppingException;
import io.spinexr.job.Work;
import io.spinexr.order.ImagingOrder;
import io.spinexr.retention.RetentionStore.Result;
import io.spinexr.retention.RetentionStore.Times;
import io.spinexr.service.FhirTestServer;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.OrderState;
import io.spinexr.state.StudyState;
import io.spinexr.store.OrderStore;
import io.spinexr.store.Schema;
import io.spinexr.store.StudyStore;
import io.spinexr.store.Transactions;
import io.spinexr.store.VisibilityStore;
import io.spinexr.triage.ReadingPriority;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.hl7.fhir.r4.model.Identifier;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each kind goes when its life is over and not a day earlier, on whichever database. */
abstract class RetentionCases {
  private static final Instant BIRTH = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration LIFE = Duration.ofDays(730);
  private static final Duration ETERNITY = Duration.ofDays(36500);
  private static final String SET = "set 1";
  private static final AtomicInteger STUDIES = new AtomicInteger();

  private final SettableClock clock = new SettableClock();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final ImagingOrder order = Hospital.order(Hospital.newPatient());
  private final String study = "1.2.826.0.13." + STUDIES.incrementAndGet();
  private HikariDataSource database;
  private JdbcClient jdbc;
  private OrderStore orders;
  private StudyStore studies;

  /** Its tables may have rows of other tests. */
  abstract HikariDataSource database();

  private static final class SettableClock extends Clock {
    private Instant now = BIRTH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("instants only");
    }
  }

  @BeforeEach
  void open() {
    database = database();
    Schema.migrate(database);
    jdbc = JdbcClient.create(database);
    orders = new OrderStore(database);
    studies = new StudyStore(database);
  }

  @AfterEach
  void close() {
    for (String table :
        List.of(
            "imaging_order",
            "order_study",
            "order_patient",
            "study_analysis",
            "study_dispute",
            "result_output",
            "cds_card",
            "cds_feedback",
            "cds_token",
            "card_page",
            "page_grant",
            "order_job",
            "analysis_job",
            "patient_statement",
            "ended_resource")) {
      jdbc.sql("delete from " + table).update();
    }
    database.close();
  }

  private static RetentionProperties lives(Optional<Duration> results) {
    RetentionProperties defaults = Node.defaults(RetentionProperties.class);
    return new RetentionProperties(
        defaults.hour(),
        defaults.orders(),
        defaults.cards(),
        defaults.feedback(),
        results,
        results,
        defaults.pictures());
  }

  private void removeAfter(Duration age, Optional<Duration> results) {
    clock.now = BIRTH.plus(age);
    Work work =
        new Work(
            new Transactions(database),
            new Jobs(
                database, "node", Node.analysis(Duration.ofMillis(1), Duration.ofMillis(1)), clock),
            new Changes(keys -> {}),
            Node.analysis(Duration.ofMillis(1), Duration.ofMillis(1)),
            new AnalysisMeters(meters, () -> true),
            new Processor(1),
            new AuditTrail(database, Optional::empty, clock),
            clock);
    Retention retention =
        new Retention(lives(results), database, FhirTestServer.removal(), Optional.empty(), work);
    // What meets HAPI's indexing after a first start is repeated, as the job would be.
    for (int attempt = 0; attempt < 50; attempt++) {
      try {
        retention.removeAll();
        return;
      } catch (ResourceVersionConflictException e) {
        // Once more.
      }
    }
    retention.removeAll();
  }

  private void removeAfter(Duration age) {
    removeAfter(age, Optional.empty());
  }

  private int rows(String table) {
    return jdbc.sql("select count(*) from " + table).query(Integer.class).single();
  }

  private double counted(String kind) {
    return meters.counter("spinexr.retention.removed", "kind", kind).count();
  }

  private String card(Instant issued) {
    String uuid = UUID.randomUUID().toString();
    jdbc.sql(
            "insert into cds_card (uuid, service, study_uid, model_set, issued_at)"
                + " values (:uuid, 'spinexr', :study, :set, :at)")
        .params(Map.of("uuid", uuid, "study", study, "set", SET, "at", Timestamp.from(issued)))
        .update();
    return uuid;
  }

  private void feedback(String card, boolean toHide) {
    jdbc.sql(
            "insert into cds_feedback (id, service, card, outcome, suggestions, outcome_at,"
                + " received_at, to_hide) values (:id, 'spinexr', :card, 'overridden', '', :at,"
                + " :at, :hide)")
        .params(
            Map.of(
                "id",
                UUID.randomUUID().toString(),
                "card",
                card,
                "at",
                Timestamp.from(BIRTH),
                "hide",
                toHide))
        .update();
  }

  private void link(String kind, String page, Instant issued) {
    jdbc.sql(
            "insert into card_page (card, kind, page, issued_at) values (:card, :kind, :page, :at)")
        .params(
            Map.of(
                "card",
                UUID.randomUUID().toString(),
                "kind",
                kind,
                "page",
                page,
                "at",
                Timestamp.from(issued)))
        .update();
  }

  private void grant(String kind, String page, Instant end) {
    jdbc.sql(
            "insert into page_grant (person, kind, page, granted_at, ends_at) values"
                + " ('p', :kind, :page, :at, :end)")
        .params(
            Map.of(
                "kind",
                kind,
                "page",
                page,
                "at",
                Timestamp.from(BIRTH),
                "end",
                Timestamp.from(end)))
        .update();
  }

  private void job(String table, String instance) {
    jdbc.sql(
            "insert into %s (task_name, task_instance, picked, version) values ('x', :id, false, 1)"
                .formatted(table))
        .param("id", instance)
        .update();
  }

  private void insert(OrderState state) {
    orders.insert(order, BIRTH);
    if (state == OrderState.ENDED) {
      orders.end(order.key(), "revoked", BIRTH);
    } else if (state != OrderState.SEARCHING) {
      orders.searched(
          orders
              .order(order.key())
              .orElseThrow()
              .searched(BIRTH, state, Optional.of("why"), Set.of()));
    }
  }

  private void failedAnalysis(String modelSet) {
    studies.request(
        new StudyStore.Request(
            study,
            modelSet,
            order.key(),
            "p".repeat(64),
            1,
            ReadingPriority.URGENT,
            Optional.empty(),
            ""),
        BIRTH);
    studies.gaveUp(
        studies.analysis(study, modelSet).orElseThrow(), StudyState.FAILED, "why", BIRTH);
  }

  @Test
  void forgetsACardWhenItsLifeIsOver() {
    card(BIRTH);

    removeAfter(LIFE);
    assertThat(rows("cds_card")).isEqualTo(1);

    removeAfter(LIFE.plusSeconds(1));
    assertThat(rows("cds_card")).isZero();
    assertThat(counted("cards")).isEqualTo(1);
  }

  @Test
  void keepsACardAsLongAsItsFeedback() {
    feedback(card(BIRTH), false);

    removeAfter(Duration.ofDays(3650));
    assertThat(rows("cds_card") + rows("cds_feedback")).isEqualTo(2);

    removeAfter(Duration.ofDays(3650).plusSeconds(1));
    assertThat(rows("cds_card") + rows("cds_feedback")).isZero();
  }

  @Test
  void keepsFeedbackThatSomebodyStillHasToActOn() {
    feedback(card(BIRTH), true);

    removeAfter(ETERNITY);

    assertThat(rows("cds_card") + rows("cds_feedback")).isEqualTo(2);
  }

  @Test
  void forgetsTokensAndLinksWhenTheyOpenNothingAnyMore() {
    jdbc.sql("insert into cds_token (id, expires_at) values ('t', :at)")
        .param("at", Timestamp.from(BIRTH))
        .update();
    link("study", study, BIRTH.minus(DAY));
    grant("study", study, BIRTH);

    removeAfter(Duration.ZERO);
    assertThat(rows("cds_token") + rows("card_page") + rows("page_grant")).isEqualTo(3);

    removeAfter(Duration.ofSeconds(1));
    assertThat(rows("cds_token") + rows("card_page") + rows("page_grant")).isZero();
  }

  @Test
  void keepsWhoOpenedAPageInAnEmergencyWithoutEndUnlessTheSiteSaysOtherwise() {
    grant("study", study, BIRTH);
    jdbc.sql("update page_grant set reason = 'cardiac arrest'").update();

    removeAfter(ETERNITY);
    removeAfter(LIFE, Optional.of(LIFE));
    assertThat(rows("page_grant")).isEqualTo(1);

    removeAfter(LIFE.plusSeconds(1), Optional.of(LIFE));
    assertThat(rows("page_grant")).isZero();
  }

  @Test
  void forgetsWhatWasLastStatedOfAPatientAsOrders() {
    jdbc.sql("insert into patient_statement (patient, statement, stated_at) values ('p', 's', :at)")
        .param("at", Timestamp.from(BIRTH))
        .update();

    removeAfter(LIFE);
    assertThat(rows("patient_statement")).isEqualTo(1);

    removeAfter(LIFE.plusSeconds(1));
    assertThat(rows("patient_statement")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"COMPLETE", "GIVEN_UP", "EXPIRED", "ENDED"})
  void forgetsAnOrderThatIsOverWhenItsLifeIsOver(OrderState state) {
    insert(state);
    orders.replaceLinks(order.key(), List.of(new LinkedStudy(study, 1, 1, true)));

    removeAfter(LIFE);
    assertThat(orders.order(order.key())).isPresent();

    removeAfter(LIFE.plusSeconds(1));
    assertThat(orders.order(order.key())).isEmpty();
    assertThat(rows("order_study") + rows("order_patient")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SEARCHING", "WAITING"})
  void neverForgetsAnOrderUnderWork(OrderState state) {
    insert(state);

    removeAfter(ETERNITY);

    assertThat(orders.order(order.key())).isPresent();
  }

  @Test
  void keepsAnOrderWithAJob() {
    insert(OrderState.COMPLETE);
    job("order_job", order.key());

    removeAfter(ETERNITY);

    assertThat(orders.order(order.key())).isPresent();
  }

  @Test
  void keepsAnOrderWhosePageACardOfTheLastDayOpens() {
    insert(OrderState.COMPLETE);
    link("order", order.key(), BIRTH.plus(ETERNITY).minus(DAY));

    removeAfter(ETERNITY);
    assertThat(orders.order(order.key())).isPresent();

    removeAfter(ETERNITY.plusSeconds(1));
    assertThat(orders.order(order.key())).isEmpty();
  }

  @Test
  void keepsAnOrderWhosePageIsOpenToSomebody() {
    insert(OrderState.COMPLETE);
    grant("order", order.key(), BIRTH.plus(ETERNITY));

    removeAfter(ETERNITY);
    assertThat(orders.order(order.key())).isPresent();

    removeAfter(ETERNITY.plusSeconds(1));
    assertThat(orders.order(order.key())).isEmpty();
  }

  @Test
  void keepsAnOrderWithItsResult() {
    insert(OrderState.COMPLETE);
    failedAnalysis(SET);
    orders.replaceLinks(order.key(), List.of(new LinkedStudy(study, 1, 1, true)));

    removeAfter(ETERNITY);
    assertThat(orders.order(order.key())).isPresent();
    assertThat(studies.analysis(study, SET)).isPresent();

    removeAfter(ETERNITY, Optional.of(LIFE));
    assertThat(orders.order(order.key())).isEmpty();
    assertThat(rows("order_study")).isZero();
  }

  @Test
  void keepsAnOrderThatIsAskedForAtTheSameMoment() {
    insert(OrderState.COMPLETE);
    Instant now = BIRTH.plus(ETERNITY);
    Times times = new Times(now, now, now);
    RetentionStore store = new RetentionStore(database, 10);
    assertThat(store.orders(times)).containsExactly(order.key());

    orders.renew(order, now);

    assertThat(store.endOrder(order.key(), times)).isFalse();
    assertThat(orders.order(order.key())).isPresent();
    assertThat(rows("order_patient")).isPositive();
  }

  @Test
  void doesNotGiveTheNumberOfAnOrderThatIsForgottenToAnother() {
    ImagingOrder draft = unnamed("x");
    orders.insert(draft.withId("unnamed-x-1"), BIRTH);
    orders.insert(draft.withId("unnamed-x-2"), BIRTH.plus(DAY));
    jdbc.sql("update imaging_order set state = 'EXPIRED'").update();

    removeAfter(LIFE.plusSeconds(1));

    assertThat(rows("imaging_order")).isEqualTo(1);
    assertThat(orders.unnamedSoFar(draft)).isEqualTo(2);
  }

  private ImagingOrder unnamed(String id) {
    return new ImagingOrder(
        order.source(),
        id,
        false,
        order.patient(),
        order.numbers(),
        order.examination(),
        order.priority(),
        order.stage(),
        order.requesters());
  }

  @Test
  void endsAResultWhenTheSiteSaysSoAndNotADayEarlier() {
    failedAnalysis(SET);
    removeAfter(LIFE, Optional.of(LIFE));
    assertThat(studies.analysis(study, SET)).isPresent();

    removeAfter(LIFE.plusSeconds(1), Optional.of(LIFE));
    assertThat(studies.analysis(study, SET)).isEmpty();
    assertThat(counted("results")).isEqualTo(1);
  }

  @Test
  void keepsAStudyUntilTheLastOfItsResultsHasEnded() {
    insert(OrderState.COMPLETE);
    orders.replaceLinks(order.key(), List.of(new LinkedStudy(study, 1, 1, true)));
    failedAnalysis(SET);
    failedAnalysis("set 2");
    jdbc.sql("update study_analysis set failed_at = :at where model_set = 'set 2'")
        .param("at", Timestamp.from(BIRTH.plus(DAY)))
        .update();

    removeAfter(LIFE.plusSeconds(1), Optional.of(LIFE));
    assertThat(studies.analysis(study, SET)).isEmpty();
    assertThat(studies.analysis(study, "set 2")).isPresent();
    assertThat(orders.ordersLinkedTo(study)).containsExactly(order.key());

    removeAfter(LIFE.plus(DAY).plusSeconds(1), Optional.of(LIFE));
    assertThat(rows("study_analysis") + rows("order_study")).isZero();
  }

  @Test
  void keepsThatAResultWasWithdrawn() {
    failedAnalysis(SET);
    new VisibilityStore(database).withdraw(study, SET, "wrong side", "Dr. A", BIRTH);

    removeAfter(ETERNITY, Optional.of(LIFE));

    assertThat(studies.analysis(study, SET).orElseThrow().state()).isEqualTo(StudyState.WITHDRAWN);
  }

  @Test
  void keepsAResultThatSomebodyMayBeLookingAt() {
    failedAnalysis(SET);
    assertKept(() -> card(BIRTH.plus(ETERNITY).minus(DAY)), "cds_card");
    assertKept(() -> link("study", study, BIRTH.plus(ETERNITY).minus(DAY)), "card_page");
    assertKept(() -> grant("study", study, BIRTH.plus(ETERNITY)), "page_grant");
    assertKept(() -> job("order_job", study), "order_job");
    assertKept(() -> job("order_job", study + "/" + SET), "order_job");
    assertKept(() -> job("analysis_job", study), "analysis_job");
    assertKept(() -> new VisibilityStore(database).dispute(study, "Dr. A", BIRTH), "study_dispute");
    assertKept(
        () ->
            jdbc.sql(
                    "insert into result_output (study_uid, model_set, output, state, request,"
                        + " touched, asked_at, changed_at) values (:study, :set, 'ehr', 'waiting',"
                        + " 1, false, :at, :at)")
                .params(Map.of("study", study, "set", SET, "at", Timestamp.from(BIRTH)))
                .update(),
        "result_output");
    jdbc.sql("update study_analysis set task_status = 'in-progress'").update();
    removeAfter(ETERNITY, Optional.of(LIFE));
    assertThat(studies.analysis(study, SET)).isPresent();
    jdbc.sql("update study_analysis set task_status = 'completed'").update();
    orders.insert(order, BIRTH);
    orders.replaceLinks(order.key(), List.of(new LinkedStudy(study, 1, 1, false)));
    removeAfter(ETERNITY, Optional.of(LIFE));
    assertThat(studies.analysis(study, SET)).isPresent();

    jdbc.sql("delete from order_study").update();
    removeAfter(ETERNITY, Optional.of(LIFE));
    assertThat(studies.analysis(study, SET)).isEmpty();
  }

  private void assertKept(Runnable inTheWay, String table) {
    inTheWay.run();
    removeAfter(ETERNITY, Optional.of(LIFE));
    assertThat(studies.analysis(study, SET)).as(table).isPresent();
    jdbc.sql("delete from " + table).update();
  }

  @Test
  void keepsAResultThatIsAskedForAtTheSameMoment() {
    failedAnalysis(SET);
    Instant now = BIRTH.plus(ETERNITY);
    Times times = new Times(now, now, now);
    RetentionStore store = new RetentionStore(database, 10);
    assertThat(store.results(times)).containsExactly(new Result(study, SET));

    jdbc.sql("update study_analysis set state = 'QUEUED'").update();

    assertThat(store.endResult(new Result(study, SET), times)).isFalse();
  }

  @Test
  void goesOnWhereItWasInterrupted() {
    for (int i = 0; i < 250; i++) {
      card(BIRTH);
    }
    String task = task();
    insert(OrderState.COMPLETE);
    new RetentionStore(database, 10).keep("an order that has ended", List.of(task));

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> removeAfter(LIFE.plus(DAY))).isInstanceOf(StoppingException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertThat(rows("cds_card")).isEqualTo(150);
    assertThat(orders.order(order.key())).isPresent();

    removeAfter(LIFE.plus(DAY));
    assertThat(rows("cds_card")).isZero();
    assertThat(orders.order(order.key())).isEmpty();
    assertThat(rows("ended_resource")).isZero();
    assertThat(FhirTestServer.tasks("to be removed " + study)).isEmpty();
    assertThat(counted("cards")).isEqualTo(250);
  }

  @Test
  void removesNothingOfWhatIsThereAgain() {
    String task = task();
    insert(OrderState.SEARCHING);
    new RetentionStore(database, 10).keep(order.key(), List.of(task));

    removeAfter(LIFE.plus(DAY));

    assertThat(rows("ended_resource")).isZero();
    assertThat(FhirTestServer.tasks("to be removed " + study)).hasSize(1);
  }

  private String task() {
    Task task = new Task();
    task.setStatus(Task.TaskStatus.CANCELLED)
        .setIntent(Task.TaskIntent.ORDER)
        .addIdentifier(new Identifier().setSystem("urn:x").setValue("to be removed " + study));
    return FhirTestServer.client()
        .create()
        .resource(task)
        .execute()
        .getId()
        .toUnqualifiedVersionless()
        .getValue();
  }
}

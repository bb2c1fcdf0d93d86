package io.spinexr.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.archive.patient.PatientHash;
import io.spinexr.fhir.server.PostgreSql;
import io.spinexr.finding.ModelSet;
import io.spinexr.finding.ModelVersion;
import io.spinexr.fusion.DecisionRule;
import io.spinexr.inference.folder.ModelSetManifest.Mean;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PrivacyStatement.Basis;
import io.spinexr.order.Restriction;
import io.spinexr.service.Hospital;
import io.spinexr.service.Node;
import io.spinexr.state.Dispute.Decision;
import io.spinexr.state.HiddenSet;
import io.spinexr.state.OrderState;
import io.spinexr.state.Reception;
import io.spinexr.state.StudyState;
import io.spinexr.state.WatchedStudy;
import io.spinexr.state.WorklistEntry;
import io.spinexr.study.PatientIdentifier;
import io.spinexr.triage.ReadingPriority;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Every statement that the tests on H2 run, on PostgreSQL too. */
class PostgreSqlStoresTest {
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.MICROS);
  private static final ModelSet MODELS =
      new ModelSet(
          "set", "1", List.of(new ModelVersion("net", "1", "classification", "a".repeat(64))));
  private static final String SET = MODELS.id();

  @RegisterExtension static final PostgreSql POSTGRESQL = new PostgreSql();

  private HikariDataSource database;
  private OrderStore orders;
  private StudyStore studies;
  private PatientStore patients;
  private VisibilityStore visibility;
  private final ImagingOrder order = Hospital.order(Hospital.newPatient());

  @BeforeEach
  void open() {
    database = Node.pool(POSTGRESQL.url(), POSTGRESQL.user());
    Schema.migrate(database);
    orders = new OrderStore(database);
    studies = new StudyStore(database);
    patients = new PatientStore(database);
    visibility = new VisibilityStore(database);
    new KnownModelSets(database)
        .remember(MODELS, KnownModelSetsTest.manifest(Mean.LOGIT, DecisionRule.reference(0.5)));
  }

  @AfterEach
  void close() {
    database.close();
  }

  private static StudyStore.Request request(ImagingOrder order, String study) {
    return new StudyStore.Request(
        study,
        SET,
        order.key(),
        "p".repeat(64),
        1,
        ReadingPriority.URGENT,
        Optional.empty(), // an archive need not tell a date
        "");
  }

  @Test
  void remembersForWhomNothingMayBeDone() {
    PrivacyStore privacy = new PrivacyStore(database);
    String patient = PatientHash.all(order.patient()).iterator().next();
    PrivacyStore.Entry entry =
        new PrivacyStore.Entry(
            patient, Basis.LIST, Restriction.OPTED_OUT, Optional.of("asked for it"), "Dr. A");
    orders.insert(order, NOW);
    orders.replaceLinks(order.key(), List.of(new LinkedStudy("1.2.9", 1, 1, true)));
    studies.request(request(order, "1.2.9"), NOW);
    patients.merged("retired", new PatientIdentifier("urn:x", "1"), NOW);

    privacy.restrict(entry, NOW);
    privacy.restrict(entry, NOW);

    assertThat(privacy.inForce(List.of(patient))).containsExactly(entry);
    assertThat(privacy.family(List.of("retired"))).contains(PatientHash.of("urn:x", "1"));
    assertThat(studies.analysis("1.2.9", SET).orElseThrow().reception().restricted()).isTrue();
    assertThat(studies.worklist(SET, 50)).noneMatch(study -> study.studyUid().equals("1.2.9"));
    assertThat(studies.status(order.key(), SET).orElseThrow().studies())
        .allMatch(study -> study.reception().restricted());

    privacy.end(patient, Basis.LIST, "Dr. B", NOW);

    assertThat(privacy.inForce(List.of(patient))).isEmpty();
    assertThat(studies.analysis("1.2.9", SET).orElseThrow().reception().restricted()).isFalse();
  }

  @Test
  void remembersOrdersFromBirthToEnd() {
    orders.insert(order, NOW);
    orders.renew(order, NOW);
    assertThat(studies.status(order.key(), SET)).isPresent();
    // Every patient of the tests has one identifier in common.
    assertThat(orders.ordersOfPatient(PatientHash.all(order.patient()).iterator().next()))
        .contains(order);
    orders.replaceLinks(order.key(), List.of(new LinkedStudy("1.2.3", 1, 1, true)));
    studies.request(request(order, "1.2.3"), NOW);
    studies.request(request(order, "1.2.3"), NOW);
    assertThat(studies.status(order.key(), SET).orElseThrow().own()).containsExactly("1.2.3");
    assertThat(orders.ordersLinkedTo("1.2.3")).contains(order.key());
    assertThat(studies.matchedBy(Set.of("p".repeat(64)), SET)).contains(order);
    assertThat(studies.worklist(SET, 5)).isNotEmpty();
    assertThat(
            orders.searched(
                orders
                    .order(order.key())
                    .orElseThrow()
                    .searched(NOW, OrderState.EXPIRED, Optional.of("why"), Set.of())))
        .isTrue();
    assertThat(orders.endedIn(OrderState.EXPIRED, NOW.minusSeconds(60), 5)).hasSize(1);
    assertThat(orders.confirmations(NOW.minusSeconds(60), NOW.plusSeconds(60)).placed())
        .isPositive();
    assertThat(orders.end(order.key(), "revoked", NOW)).isTrue();
    assertThat(orders.end(order.key(), "revoked", NOW)).isFalse();
  }

  @Test
  void followsStudiesInTheArchive() {
    WatchStore watches = new WatchStore(database);
    assertThat(watches.follow("1.2.5", SET, Set.of("1", "2"), NOW)).isTrue();
    assertThat(watches.follow("1.2.5", SET, Set.of("1", "2"), NOW)).isFalse();
    assertThat(watches.follow("1.2.5", SET, Set.of("3"), NOW)).isTrue();
    assertThat(watches.follow("1.2.6", SET, Set.of("4"), NOW)).isTrue();
    WatchedStudy missed = watches.find("1.2.5", SET).orElseThrow().missed(NOW);
    watches.looked(missed);
    assertThat(watches.find("1.2.5", SET)).contains(missed);
    assertThat(watches.neighbours(missed, 5)).containsExactly("1.2.6");
    assertThat(watches.unwatched(SET, NOW)).isEmpty();
    watches.remove("1.2.5", SET);
    assertThat(watches.find("1.2.5", SET)).isEmpty();
  }

  @Test
  void findsUnnamedOrdersAgain() {
    ImagingOrder unnamed =
        new ImagingOrder(
            order.source(),
            "unnamed-x-1",
            false,
            order.patient(),
            order.numbers(),
            order.examination(),
            order.priority(),
            order.stage(),
            order.requesters());
    orders.insert(unnamed, NOW);

    assertThat(orders.unnamed(unnamed, NOW.minus(Duration.ofHours(1)))).contains("unnamed-x-1");
    assertThat(orders.unnamed(unnamed, NOW.plusSeconds(1))).isEmpty();
    assertThat(orders.unnamedSoFar(unnamed)).isEqualTo(1);
  }

  @Test
  void knowsWhatMustNotBeShown() {
    orders.insert(order, NOW);
    studies.request(request(order, "1.2.4"), NOW);

    visibility.report("1.2.4", SET, "final", true);
    visibility.task("1.2.4", SET, "completed");
    Reception reception = studies.analysis("1.2.4", SET).orElseThrow().reception();
    assertThat(reception.finalised()).isTrue();
    assertThat(reception.readingOpen()).isFalse();

    assertThat(visibility.dispute("1.2.4", "x", NOW)).isTrue();
    assertThat(visibility.dispute("1.2.4", "x", NOW)).isFalse();
    assertThat(visibility.disputes()).hasSize(1);
    assertThat(visibility.decide("1.2.4", Decision.CONFIRMED, "y", NOW)).isTrue();
    assertThat(visibility.dispute("1.2.4", "z", NOW)).isTrue();

    assertThat(visibility.hide(SET, Optional.of("why"), "x", NOW)).isTrue();
    assertThat(visibility.hidden(SET)).contains(new HiddenSet("why", false));
    assertThat(visibility.hide(SET, Optional.empty(), "x", NOW)).isTrue();
    assertThat(visibility.hidden(SET)).isEmpty();
    assertThat(visibility.studiesOf(SET)).contains("1.2.4");
    assertThat(visibility.withdraw("1.2.4", SET, "why", "x", NOW)).isTrue();
    studies.request(request(order, "1.2.4"), NOW);
    assertThat(studies.analysis("1.2.4", SET).orElseThrow().state())
        .isEqualTo(StudyState.WITHDRAWN);
    assertThat(visibility.recall(SET, "why", "x", NOW)).isTrue();
    assertThat(visibility.hide(SET, Optional.empty(), "x", NOW)).isFalse();
    assertThat(visibility.untold(5)).isEmpty();
  }

  @Test
  void sortsWhatIsWithheldByNothingThatTheAiSaid() {
    orders.insert(order, NOW);
    List<ReadingPriority> priorities = List.of(ReadingPriority.ROUTINE, ReadingPriority.STAT);
    for (int i = 0; i < priorities.size(); i++) {
      studies.request(
          new StudyStore.Request(
              "1.2.8." + i,
              "withheld-1",
              order.key(),
              "p".repeat(64),
              1,
              priorities.get(i),
              Optional.empty(),
              ""),
          NOW.plusSeconds(i));
    }

    assertThat(studies.worklist("withheld-1", 5))
        .extracting(WorklistEntry::studyUid)
        .containsExactly("1.2.8.1", "1.2.8.0");
    assertThat(new StudyStore(database, true).worklist("withheld-1", 5))
        .extracting(WorklistEntry::studyUid)
        .containsExactly("1.2.8.0", "1.2.8.1");
  }

  @Test
  void knowsWhatIsNewOfPatients() {
    String patient = "q".repeat(64);
    assertThat(patients.news(patient, "a", NOW)).isTrue();
    assertThat(patients.news(patient, "a", NOW.plusSeconds(1))).isFalse();
    assertThat(patients.news(patient, "b", NOW.minusSeconds(1))).isFalse();
    assertThat(patients.news(patient, "b", NOW.plusSeconds(1))).isTrue();

    PatientIdentifier surviving = new PatientIdentifier("urn:x", "1");
    patients.merged(patient, surviving, NOW);
    patients.merged(patient, surviving, NOW);
    assertThat(patients.survivors(Set.of(patient))).containsExactly(surviving);
    studies.forgetFindings("1.2.4");
  }
}

package io.spinexr.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.spinexr.access.AccessEvent.Kind;
import io.spinexr.cds.MovingClock;
import io.spinexr.store.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Whatever is decided is told, before it is done. */
class AccessRulesTest {
  private static final Person CLINICIAN =
      new Person("https://id.example.org", "c", "Clara", Set.of(Role.CLINICIAN));
  private static final Page STUDY = new Page(Page.Kind.STUDY, "1.2.3");

  private final JdbcDataSource database = new JdbcDataSource();
  private final MovingClock clock = new MovingClock(Instant.parse("2026-03-01T12:00:00Z"));
  private final List<AccessEvent> events = new ArrayList<>();
  private final AccessRules rules = new AccessRules(new Grants(database, clock), events::add);

  @BeforeEach
  void tables() {
    database.setURL("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1");
    Schema.migrate(database);
  }

  private String card() {
    String card = UUID.randomUUID().toString();
    JdbcClient.create(database)
        .sql("insert into card_page (card, kind, page, issued_at) values (?, 'study', '1.2.3', ?)")
        .params(card, clock.instant().atOffset(java.time.ZoneOffset.UTC))
        .update();
    return card;
  }

  private Decision read(Optional<Person> person, Optional<String> card) {
    return rules.decide(person, "GET", "/studies/1.2.3", card);
  }

  @Test
  void tellOfRefusals() {
    assertThat(read(Optional.empty(), Optional.empty())).isEqualTo(new Decision.SignInNeeded());
    assertThat(read(Optional.of(CLINICIAN), Optional.empty()))
        .isEqualTo(new Decision.GrantNeeded(STUDY));
    assertThat(events)
        .containsExactly(
            new AccessEvent(
                Kind.REQUEST, Optional.empty(), "GET /studies/1.2.3", "SignInNeeded", false),
            new AccessEvent(
                Kind.REQUEST, Optional.of(CLINICIAN), "GET /studies/1.2.3", "GrantNeeded", false));
  }

  @Test
  void tellThatACardOpenedAStudyAndThatItWasRead() {
    String card = card();
    assertThat(read(Optional.of(CLINICIAN), Optional.of(card)).allowed()).isTrue();
    assertThat(events)
        .containsExactly(
            new AccessEvent(
                Kind.CARD, Optional.of(CLINICIAN), "/studies/1.2.3", "card " + card, true),
            new AccessEvent(Kind.REQUEST, Optional.of(CLINICIAN), "GET /studies/1.2.3", "", true));
  }

  @Test
  void openNothingInAnEmergencyThatCannotBeTold() {
    AccessRules untold =
        new AccessRules(
            new Grants(database, clock),
            event -> {
              throw new IllegalStateException("the log is full");
            });
    assertThatThrownBy(() -> untold.openInEmergency(CLINICIAN, STUDY, "Found unconscious"))
        .hasMessage("the log is full");
    assertThat(read(Optional.of(CLINICIAN), Optional.empty()).allowed()).isFalse();
    rules.openInEmergency(CLINICIAN, STUDY, "Found unconscious");
    assertThat(read(Optional.of(CLINICIAN), Optional.empty()).allowed()).isTrue();
  }

  @Test
  void tellNothingOfProbesThatNobodyHasToSignInFor() {
    assertThat(
            rules
                .decide(Optional.empty(), "GET", "/actuator/health/liveness", Optional.empty())
                .allowed())
        .isTrue();
    assertThat(events).isEmpty();
  }
}

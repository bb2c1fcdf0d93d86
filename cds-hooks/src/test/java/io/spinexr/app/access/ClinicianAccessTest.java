package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A clinician sees what a card has opened, or an emergency, for as long as it says. */
class ClinicianAccessTest {
  private static final String ORDER = "0123456789abcdef0123456789abcdef";

  private static URI address;
  private static AccessServer server;
  private static LyingIssuer issuer;
  private static int studies;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    address = AccessServer.freeAddress();
    URI provider = AccessServer.freeAddress();
    server =
        new AccessServer(address, provider, Map.of("spinexr.sign-in.emergency-access", "true"));
    issuer = new LyingIssuer(provider.getPort(), server.clock);
  }

  @AfterAll
  static void stop() {
    server.close();
    issuer.close();
  }

  private static WebUser clinician(String subject) {
    return person(subject, "clinician");
  }

  private static WebUser person(String subject, String... roles) {
    issuer.say(
        claims ->
            issuer.signed(
                new JWTClaimsSet.Builder(claims)
                    .subject(subject)
                    .claim("roles", List.of(roles))
                    .build()));
    WebUser user = new WebUser(address);
    assertThat(user.get("/").statusCode()).isEqualTo(200);
    return user;
  }

  /** No other test's. */
  private static String study() {
    studies++;
    return "1.2.3." + studies;
  }

  /** As it is written when a card with a link to the page is shown. */
  private static String card(String kind, String page, Duration ago) {
    String card = UUID.randomUUID().toString();
    JdbcClient.create(server.database)
        .sql("insert into card_page (card, kind, page, issued_at) values (?, ?, ?, ?)")
        .params(card, kind, page, Timestamp.from(server.clock.instant().minus(ago)))
        .update();
    return card;
  }

  private static int ask(WebUser user, String path) {
    return user.ask("GET", path).statusCode();
  }

  @Test
  void opensTheStudyOfACardAndNoOther() {
    String study = study();
    String card = card("study", study, Duration.ofHours(23));
    WebUser user = clinician("a");
    assertThat(ask(user, "/studies/" + study)).isEqualTo(403);
    assertThat(ask(user, "/studies/" + study() + "?card=" + card)).isEqualTo(403);
    assertThat(ask(user, "/studies/" + study + "?card=" + card)).isEqualTo(200);
    assertThat(ask(user, "/studies/" + study)).isEqualTo(200);
    assertThat(ask(user, "/studies/" + study + "/images/1.9.png")).isEqualTo(200);
    assertThat(ask(user, "/studies/" + study + ".1")).isEqualTo(403);
    assertThat(ask(user, "/studies/" + study + ".1?card=" + card)).isEqualTo(403);
    assertThat(ask(clinician("b"), "/studies/" + study)).as("for nobody else").isEqualTo(403);
    assertThat(user.get("/").body()).as("still the start page").startsWith(AccessServer.SERVED);
  }

  @Test
  void opensItAfterTheSignInThatTheLinkLedTo() {
    String study = study();
    String card = card("study", study, Duration.ZERO);
    issuer.say(
        claims ->
            issuer.signed(
                new JWTClaimsSet.Builder(claims).claim("roles", List.of("clinician")).build()));
    assertThat(new WebUser(address).get("/studies/" + study + "?card=" + card).body())
        .startsWith(AccessServer.SERVED);
  }

  @Test
  void opensNothingByAnOldOrForgedCard() {
    String study = study();
    String old = card("study", study, Duration.ofHours(24).plusSeconds(1));
    WebUser user = clinician("a");
    for (String card :
        List.of(
            old, UUID.randomUUID().toString(), "", "x", "%00", "'or'1'='1", old + "&card=" + old)) {
      assertThat(ask(user, "/studies/" + study + "?card=" + card)).as(card).isIn(400, 403);
    }
  }

  @Test
  void endsAfterADay() {
    String study = study();
    String card = card("study", study, Duration.ZERO);
    assertThat(ask(clinician("a"), "/studies/" + study + "?card=" + card)).isEqualTo(200);
    server.clock.pass(Duration.ofHours(23));
    assertThat(ask(clinician("a"), "/studies/" + study)).as("another session").isEqualTo(200);
    server.clock.pass(Duration.ofHours(1).plusSeconds(1));
    assertThat(ask(clinician("a"), "/studies/" + study)).isEqualTo(403);
  }

  @Test
  void opensTheStudiesOfAnOrderWithIt() {
    String study = study();
    String card = card("order", ORDER, Duration.ZERO);
    JdbcClient.create(server.database)
        .sql(
            "insert into order_study (order_key, study_uid, study_instances, radiographs, own)"
                + " values (?, ?, 1, 1, true)")
        .params(ORDER, study)
        .update();
    WebUser user = clinician("c");
    assertThat(ask(user, "/studies/" + study)).isEqualTo(403);
    assertThat(ask(user, "/studies/" + study + "?card=" + card)).as("not its link").isEqualTo(403);
    assertThat(ask(user, "/orders/" + ORDER + "?card=" + card)).isEqualTo(200);
    assertThat(ask(user, "/studies/" + study)).isEqualTo(200);
    assertThat(ask(user, "/studies/" + study())).isEqualTo(403);
  }

  @Test
  void changesNothingByACard() {
    String study = study();
    String card = card("study", study, Duration.ZERO);
    WebUser user = clinician("a");
    String token = AccessServer.formToken(user);
    ask(user, "/studies/" + study + "?card=" + card);
    for (String form : List.of("/withdraw", "/identity")) {
      assertThat(
              user.submit("/studies/" + study + form + "?card=" + card, Map.of("_csrf", token))
                  .statusCode())
          .isEqualTo(403);
    }
  }

  @Test
  void opensAStudyForAnHourInAnEmergencyWithAReason() {
    String study = study();
    WebUser user = clinician("d");
    HttpResponse<String> refused = user.get("/studies/" + study);
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).contains("action=\"/studies/" + study + "/emergency\"");
    String token = WebUser.formToken(refused.body());
    String path = "/studies/" + study + "/emergency";
    assertThat(user.submit(path, Map.of("_csrf", token, "reason", "urgent")).statusCode())
        .as("no reason that says anything")
        .isEqualTo(400);
    assertThat(user.submit(path, Map.of("reason", "Found unconscious on the ward")).statusCode())
        .as("another page's form")
        .isEqualTo(403);
    assertThat(ask(user, "/studies/" + study)).isEqualTo(403);

    HttpResponse<String> opened =
        user.submit(path, Map.of("_csrf", token, "reason", "Found unconscious on the ward"));
    assertThat(opened.statusCode()).isEqualTo(303);
    assertThat(opened.headers().firstValue("Location").orElseThrow()).endsWith("/studies/" + study);
    assertThat(ask(user, "/studies/" + study)).isEqualTo(200);
    assertThat(ask(user, "/studies/" + study())).isEqualTo(403);
    server.clock.pass(Duration.ofMinutes(61));
    assertThat(ask(user, "/studies/" + study)).isEqualTo(403);
    String other = study();
    ask(user, "/studies/" + other + "?card=" + card("study", other, Duration.ZERO));
    assertThat(
            JdbcClient.create(server.database)
                .sql("select granted_to || ': ' || reason from page_grant where page = ?")
                .param(study)
                .query(String.class)
                .list())
        .as("kept, though it is over")
        .containsExactly("Una User (d): Found unconscious on the ward");
  }

  @Test
  void keepsNoReasonThatNotEveryDatabaseCanKeep() {
    String study = study();
    WebUser user = clinician("f");
    String path = "/studies/" + study + "/emergency";
    String token = WebUser.formToken(user.get("/studies/" + study).body());
    for (String reason : List.of("Found unconscious\0", "Found \u0007 unconscious")) {
      assertThat(user.submit(path, Map.of("_csrf", token, "reason", reason)).statusCode())
          .isEqualTo(400);
    }
    assertThat(ask(user, "/studies/" + study)).isEqualTo(403);
  }

  @Test
  void saysThatTheDatabaseIsAwayWhereItTellsWhatIsOpen() {
    String study = study();
    WebUser user = clinician("g");
    String there = server.database.getURL();
    server.database.setURL("jdbc:h2:tcp://127.0.0.1:1/away");
    try {
      HttpResponse<String> page = user.ask("GET", "/studies/" + study);
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(page.headers().firstValue("Retry-After")).isPresent();
      assertThat(page.body()).contains("The database is not available at the moment.");
    } finally {
      server.database.setURL(there);
    }
    assertThat(ask(user, "/studies/" + study)).isEqualTo(403);
  }

  @Test
  void opensNothingToAnIntegratorByACard() {
    String study = study();
    String card = card("study", study, Duration.ZERO);
    WebUser user = person("e", "integrator", "auditor");
    assertThat(ask(user, "/studies/" + study + "?card=" + card)).isEqualTo(403);
    assertThat(ask(person("e", "integrator", "clinician"), "/studies/" + study + "?card=" + card))
        .as("who is a clinician, too")
        .isEqualTo(200);
  }
}

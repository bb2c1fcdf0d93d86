package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import io.spinexr.archive.LinkedStudy;
import io.spinexr.order.ImagingOrder;
import io.spinexr.order.PatientIdentity;
import io.spinexr.service.Hospital;
import io.spinexr.store.OrderStore;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** An EHR launches us by SMART for a clinician, in whose chart of a patient. */
class EhrLaunchTest {
  private static URI address;
  private static AccessServer server;
  private static LyingIssuer hospital;
  private static LyingIssuer ehr;
  private static int studies;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    address = AccessServer.freeAddress();
    URI provider = AccessServer.freeAddress();
    URI launching = AccessServer.freeAddress();
    server =
        new AccessServer(
            address,
            provider,
            Map.of(
                "spinexr.sign-in.launches.ward.fhir-server", launching.resolve("/fhir/").toString(),
                "spinexr.sign-in.launches.ward.client-id", "spinexr",
                "spinexr.sign-in.launches.gone.fhir-server", "http://127.0.0.1:1/fhir",
                "spinexr.sign-in.launches.gone.client-id", "spinexr"));
    hospital = new LyingIssuer(provider.getPort(), server.clock);
    ehr = new LyingIssuer(launching.getPort(), server.clock);
  }

  @AfterAll
  static void stop() {
    server.close();
    hospital.close();
    ehr.close();
  }

  @BeforeEach
  void beHonest() {
    ehr.beHonest();
    ehr.launchWith(Map.of("patient", "p1"));
  }

  private static String launch(String iss, String launch) {
    return "/launch?iss=%s&launch=%s"
        .formatted(
            URLEncoder.encode(iss, StandardCharsets.UTF_8),
            URLEncoder.encode(launch, StandardCharsets.UTF_8));
  }

  private static String launch() {
    return launch(ehr.fhirServer().toString(), "xyz123");
  }

  /** Where the browser is led to after it has come back from the EHR. */
  private static String landed(WebUser user) {
    HttpResponse<String> page = user.get(launch());
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    assertThat(page.body()).startsWith(AccessServer.SERVED);
    return page.uri().getPath();
  }

  private static String page(String patient) {
    return "/patients/" + ImagingOrder.chart(ehr.fhirServer() + "/Patient/" + patient);
  }

  /** Which an order of the patient has found. */
  private static String study(String patient) {
    String study = "1.2.840." + ++studies;
    ImagingOrder some = Hospital.order(Hospital.newPatient());
    ImagingOrder order =
        new ImagingOrder(
            ehr.fhirServer().toString(),
            some.id(),
            true,
            new PatientIdentity(
                patient, some.patient().identifiers(), Optional.empty(), Optional.empty()),
            some.numbers(),
            some.examination(),
            some.priority(),
            some.stage(),
            some.requesters());
    OrderStore orders = new OrderStore(server.database);
    orders.insert(order, Instant.EPOCH);
    orders.replaceLinks(order.key(), List.of(new LinkedStudy(study, 1, 1, true)));
    return study;
  }

  private static int ask(WebUser user, String path) {
    return user.ask("GET", path).statusCode();
  }

  private static void speakOf(String subject, Map<String, Object> more) {
    ehr.say(
        claims -> {
          JWTClaimsSet.Builder said = new JWTClaimsSet.Builder(claims).subject(subject);
          more.forEach(said::claim);
          return ehr.signed(said.build());
        });
  }

  @Test
  void asksTheEhrAsTheStandardSays() {
    landed(new WebUser(address));
    assertThat(ehr.asked)
        .containsEntry("response_type", "code")
        .containsEntry("launch", "xyz123")
        .containsEntry("aud", ehr.fhirServer().toString())
        .containsEntry("redirect_uri", address + "/login/oauth2/code/ward")
        .containsEntry("scope", "launch openid fhirUser")
        .containsEntry("code_challenge_method", "S256")
        .containsKeys("state", "nonce", "code_challenge");
  }

  @Test
  void opensWhatIsKnownOfThePatientAndNothingOfOthers() {
    String study = study("p1");
    String others = study("p2");
    speakOf("dr-1", Map.of());
    WebUser user = new WebUser(address);
    assertThat(landed(user)).isEqualTo(page("p1"));
    assertThat(ask(user, page("p1"))).isEqualTo(200);
    assertThat(ask(user, "/studies/" + study)).isEqualTo(200);
    assertThat(ask(user, "/studies/" + study + "/images/1.9.png")).isEqualTo(200);
    assertThat(ask(user, page("p2"))).isEqualTo(403);
    assertThat(ask(user, "/studies/" + others)).isEqualTo(403);
    assertThat(ask(user, "/studies/1.2.3")).isEqualTo(403);

    speakOf("dr-2", Map.of());
    ehr.launchWith(Map.of("patient", "p2"));
    WebUser colleague = new WebUser(address);
    assertThat(landed(colleague)).isEqualTo(page("p2"));
    assertThat(ask(colleague, "/studies/" + study)).as("for nobody else").isEqualTo(403);
    assertThat(ask(colleague, "/studies/" + others)).isEqualTo(200);
  }

  @Test
  void opensTheOrdersOfThePatient() {
    study("p3");
    String order = new OrderStore(server.database).keysOfChart(page("p3").substring(10), 9).get(0);
    ehr.launchWith(Map.of("patient", "p3"));
    WebUser user = new WebUser(address);
    landed(user);
    assertThat(ask(user, "/orders/" + order)).isEqualTo(200);
    assertThat(ask(user, "/orders/0123456789abcdef0123456789abcdef")).isEqualTo(403);
  }

  @Test
  void endsWithTheLongestSession() {
    String study = study("p1");
    speakOf("dr-3", Map.of());
    landed(new WebUser(address));
    server.clock.pass(Duration.ofHours(12).plusSeconds(1));
    speakOf("dr-3", Map.of());
    ehr.launchWith(Map.of("patient", "p9"));
    WebUser again = new WebUser(address);
    landed(again);
    assertThat(ask(again, "/studies/" + study)).isEqualTo(403);
  }

  /** Whatever the EHR says that somebody is: only the hospital's provider is asked that. */
  @Test
  void makesNobodyMoreThanAClinician() {
    speakOf("dr-4", Map.of("roles", List.of("administrator", "auditor", "radiologist")));
    WebUser user = new WebUser(address);
    landed(user);
    for (String path : List.of("/audit/events", "/admin/model-sets", "/actuator/prometheus")) {
      assertThat(ask(user, path)).as(path).isEqualTo(403);
    }
    assertThat(ask(user, "/studies/1.2.3")).isEqualTo(403);
  }

  @Test
  void isLaunchedByRegisteredEhrsOnly() {
    String fhir = ehr.fhirServer().toString();
    int discoveries = ehr.discoveries.get();
    for (String refused :
        List.of(
            launch("https://evil.example.org/fhir", "x"),
            launch(ehr.address() + "/other", "x"),
            launch(fhir + "/../fhir2", "x"),
            launch(fhir + "#", "x"),
            launch("", "x"),
            launch(fhir, ""),
            launch(fhir, "a b"),
            launch(fhir, "a\u0000"),
            launch(fhir, "x".repeat(5000)),
            "/launch",
            "/launch?iss=" + fhir,
            "/launch?launch=x")) {
      HttpResponse<String> answer = new WebUser(address).ask("GET", refused);
      assertThat(answer.statusCode()).as(refused).isIn(400, 403);
      assertThat(answer.headers().firstValue("Location")).as(refused).isEmpty();
    }
    assertThat(ehr.discoveries.get()).isEqualTo(discoveries);
    assertThat(new WebUser(address).ask("GET", launch("https://evil.example.org/fhir", "x")).body())
        .contains("This EHR is not known here")
        .doesNotContain("evil");
    assertThat(ask(new WebUser(address), launch(fhir + "/", "x")))
        .as("as registered")
        .isEqualTo(302);
  }

  /** Which would come without a patient. */
  @Test
  void beginsNoSignInAtAnEhrThatHasNotLaunchedIt() {
    HttpResponse<String> answer =
        new WebUser(address).ask("GET", "/oauth2/authorization/ward?launch=x");
    assertThat(answer.headers().firstValue("Location").orElse(""))
        .doesNotContain(ehr.address().getAuthority());
  }

  @Test
  void letsNobodyInWithoutAPatientInContext() {
    for (Map<String, Object> context :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("patient", ""),
            Map.of("patient", 7),
            Map.of("patient", "a/b"),
            Map.of("patient", "p1?x"),
            Map.of("patient", List.of("p1")))) {
      ehr.launchWith(context);
      WebUser user = new WebUser(address);
      HttpResponse<String> page = user.get(launch());
      assertThat(page.statusCode()).as(context.toString()).isEqualTo(403);
      assertThat(page.body()).contains("The EHR does not say whose chart is open");
      assertThat(user.ask("GET", "/").statusCode()).as("not signed in").isEqualTo(302);
    }
  }

  @Test
  void letsNobodyInByATokenThatIsNotTheEhrs() {
    List<Map<String, Object>> lies =
        List.of(
            Map.of("iss", hospital.address().toString()),
            Map.of("aud", "another-client"),
            Map.of("nonce", "another"));
    for (Map<String, Object> lie : lies) {
      speakOf("dr-5", lie);
      WebUser user = new WebUser(address);
      assertThat(user.get(launch()).statusCode()).as(lie.toString()).isEqualTo(401);
      assertThat(user.ask("GET", "/").statusCode()).isEqualTo(302);
    }
    ehr.say(hospital::signed);
    assertThat(new WebUser(address).get(launch()).statusCode()).as("another's key").isEqualTo(401);
  }

  /** A code of one provider must not be changed at another (mix-up). */
  @Test
  void takesACodeOnlyWhereTheSignInBegan() {
    WebUser user = new WebUser(address);
    String authorize = user.ask("GET", launch()).headers().firstValue("Location").orElseThrow();
    user.ask("GET", authorize); // the EHR gives its code
    String begun = user.cookie("spinexr-sign-in").orElseThrow();
    String state =
        new String(Base64.getUrlDecoder().decode(begun.split("\\.")[0]), StandardCharsets.UTF_8);
    HttpResponse<String> elsewhere = user.get("/login/oauth2/code/spinexr?code=c1&state=" + state);
    assertThat(elsewhere.statusCode()).isEqualTo(401);
  }

  @Test
  void leavesTheHospitalsSignInAsItIs() {
    WebUser user = new WebUser(address);
    assertThat(user.get("/studies/1.2.3").body()).startsWith(AccessServer.SERVED);
    assertThat(landed(user)).isEqualTo(page("p1"));
    assertThat(ask(user, "/studies/1.2.3")).as("now a clinician").isEqualTo(403);
    assertThat(new WebUser(address).get("/studies/1.2.3").body()).startsWith(AccessServer.SERVED);
  }

  @Test
  void callsSomebodyByTheEhrsResourceWhoHasNoNameThere() {
    String practitioner = ehr.fhirServer() + "/Practitioner/77";
    ehr.say(
        claims ->
            ehr.signed(
                new JWTClaimsSet.Builder(claims)
                    .subject("75f5be77")
                    .claim("name", null)
                    .claim("fhirUser", practitioner)
                    .build()));
    assertThat(new WebUser(address).get(launch()).body()).contains("Practitioner/77 (75f5be77)");
  }

  @Test
  void opensNothingThatCannotBeWrittenDown() {
    String there = server.database.getURL();
    server.database.setURL("jdbc:h2:tcp://127.0.0.1:1/away");
    WebUser user = new WebUser(address);
    try {
      HttpResponse<String> page = user.get(launch());
      assertThat(page.statusCode()).isEqualTo(503);
      assertThat(page.headers().firstValue("Retry-After")).isPresent();
    } finally {
      server.database.setURL(there);
    }
    assertThat(ask(user, "/")).as("not signed in").isEqualTo(302);
    assertThat(landed(user)).isEqualTo(page("p1"));
  }

  @Test
  void saysThatTheEhrDoesNotAnswer() {
    HttpResponse<String> page = new WebUser(address).get(launch("http://127.0.0.1:1/fhir", "x"));
    assertThat(page.statusCode()).isEqualTo(503);
    assertThat(page.body())
        .contains("authorization server does not answer")
        .doesNotContain("127.0.0.1:1", "Exception");
  }

  @Test
  void recordsWhoWasLaunchedForWhom() {
    speakOf("dr-6", Map.of());
    ehr.launchWith(Map.of("patient", "p6"));
    landed(new WebUser(address));
    List<String> events =
        JdbcClient.create(server.database)
            .sql("select event from audit_entry where event like '%LAUNCH%' order by number")
            .query(String.class)
            .list();
    assertThat(events.get(events.size() - 1))
        .contains("dr-6", ehr.fhirServer() + "/Patient/p6", "\"outcome\":\"0\"");
  }

  @Test
  void trustsNoPlainAddressThatAnEhrNames() throws IOException, JOSEException {
    Map<String, String> honest = new HashMap<>();
    honest.put("issuer", ehr.address().toString());
    for (String name : List.of("authorization_endpoint", "token_endpoint", "jwks_uri")) {
      honest.put(name, ehr.address() + "/" + name);
    }
    for (String name : honest.keySet()) {
      for (String bad : List.of("", "http://ehr.example.org/x")) {
        if (name.equals("issuer") && !bad.isEmpty()) {
          continue; // is no address that is asked
        }
        Map<String, String> said = new HashMap<>(honest);
        said.put(name, bad);
        URI here = AccessServer.freeAddress();
        try (LyingIssuer other = new LyingIssuer(0, server.clock);
            AccessServer another =
                new AccessServer(
                    here,
                    hospital.address(),
                    Map.of(
                        "spinexr.sign-in.launches.ward.fhir-server",
                        other.fhirServer().toString(),
                        "spinexr.sign-in.launches.ward.client-id",
                        "spinexr"))) {
          other.describeEhr(said);
          assertThat(new WebUser(here).get(launch(other.fhirServer().toString(), "x")).statusCode())
              .as(name + bad + another)
              .isEqualTo(503);
        }
      }
    }
  }
}

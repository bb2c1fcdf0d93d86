package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import io.spinexr.order.ImagingOrder;
import io.spinexr.service.Hospital;
import io.spinexr.store.OrderStore;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Pages about patients are shown to nobody without a record of it. */
class AuditedPagesTest {
  private static URI address;
  private static AccessServer server;
  private static LyingIssuer issuer;

  @BeforeAll
  static void start() throws IOException, JOSEException {
    address = AccessServer.freeAddress();
    URI provider = AccessServer.freeAddress();
    server = new AccessServer(address, provider, Map.of());
    issuer = new LyingIssuer(provider.getPort(), server.clock);
  }

  @AfterAll
  static void stop() {
    server.close();
    issuer.close();
  }

  private static WebUser person(String role) {
    issuer.say(
        claims ->
            issuer.signed(
                new JWTClaimsSet.Builder(claims)
                    .subject("the-" + role)
                    .claim("roles", List.of(role))
                    .build()));
    WebUser user = new WebUser(address);
    assertThat(user.get("/").statusCode()).isEqualTo(200);
    return user;
  }

  private static List<String> events(String path) {
    return JdbcClient.create(server.database)
        .sql("select event from audit_entry where event like ? order by recorded, number")
        .param("%" + path + "\"%")
        .query(String.class)
        .list();
  }

  @Test
  void recordsWhoReadAndWhoWasRefused() {
    person("radiologist").get("/studies/1.2.77");
    person("integrator").get("/studies/1.2.77");
    new WebUser(address).ask("GET", "/studies/1.2.77");
    String page = "GET /studies/1.2.77";
    await().until(() -> events(page).size() == 3); // nobody waits until a refusal is recorded
    List<String> events = events(page);
    assertThat(events.get(0)).contains("the-radiologist", "\"outcome\":\"0\"");
    assertThat(events.get(1)).contains("the-integrator", "\"outcome\":\"4\"");
    assertThat(events.get(2)).contains("nobody signed in", "\"outcome\":\"4\"");
  }

  @Test
  void recordsOfWhichPatientAnAdministratorReadATrace() {
    ImagingOrder order = Hospital.order(Hospital.newPatient());
    new OrderStore(server.database).insert(order, Instant.EPOCH);
    JdbcClient.create(server.database)
        .sql(
            "insert into order_study (order_key, study_uid, study_instances, radiographs, own)"
                + " values (?, '1.2.78', 1, 1, true)")
        .param(order.key())
        .update();

    person("administrator").get("/admin/studies/1.2.78/trace");

    assertThat(events("GET /admin/studies/1.2.78/trace"))
        .singleElement()
        .asString()
        .contains("the-administrator", "Patient/" + order.patient().fhirId());
  }

  @Test
  void showsNoPageThatCannotBeRecorded() {
    WebUser radiologist = person("radiologist");
    JdbcClient database = JdbcClient.create(server.database);
    database.sql("alter table audit_entry rename to away").update();
    try {
      assertThat(radiologist.ask("GET", "/studies/1.2.3").statusCode()).isEqualTo(503);
      assertThat(radiologist.ask("GET", "/style.css").statusCode()).isEqualTo(200);
    } finally {
      database.sql("alter table away rename to audit_entry").update();
    }
    assertThat(radiologist.ask("GET", "/studies/1.2.3").statusCode()).isEqualTo(200);
  }
}

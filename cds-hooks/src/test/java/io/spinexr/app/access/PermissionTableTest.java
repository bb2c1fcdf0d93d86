package io.spinexr.app.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.spinexr.phantom.issuer.DemoIssuer;
import io.spinexr.phantom.issuer.DemoUser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each role asks for everything, as a person and as a program, at a real provider. */
class PermissionTableTest {
  private static final List<String> ROLES =
      List.of("clinician", "radiologist", "integrator", "administrator", "auditor");
  private static final String STUDY = "/studies/1.2.3";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private static final Map<String, WebUser> PEOPLE = new LinkedHashMap<>();
  private static final Map<String, String> FORM_TOKENS = new LinkedHashMap<>();
  private static DemoIssuer issuer;
  private static AccessServer server;
  private static URI address;

  @BeforeAll
  static void signIn() throws IOException {
    address = AccessServer.freeAddress();
    issuer = DemoIssuer.start(0, address);
    server =
        new AccessServer(
            address,
            issuer.address(),
            Map.of("secret", issuer.secret(), "spinexr.sign-in.emergency-access", "true"));
    for (String role : ROLES) {
      DemoUser user = issuer.user(role);
      WebUser person = new WebUser(address);
      HttpResponse<String> page = person.signIn("/", user.login(), user.password());
      assertThat(page.body()).startsWith(AccessServer.SERVED + user.name() + " (" + role + ") ");
      PEOPLE.put(role, person);
      FORM_TOKENS.put(role, AccessServer.formToken(page.body()));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    issuer.close();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # method, path,                     nobody, clinician, radiologist, integrator, administrator, auditor
          GET,    /,                             302, 200, 200, 200, 200, 200
          HEAD,   /,                             302, 200, 200, 200, 200, 200
          POST,   /,                             401, 404, 404, 404, 404, 404
          DELETE, /,                             401, 404, 404, 404, 404, 404
          GET,    /style.css,                    200, 200, 200, 200, 200, 200
          GET,    /actuator/health,              200, 200, 200, 200, 200, 200
          GET,    /actuator/health/liveness,     200, 200, 200, 200, 200, 200
          GET,    /actuator/health/readiness,    200, 200, 200, 200, 200, 200
          GET,    /actuator/health/db,           302, 403, 403, 200, 200, 403
          GET,    /actuator/prometheus,          302, 403, 403, 200, 200, 403
          POST,   /actuator/prometheus,          401, 404, 404, 404, 404, 404
          GET,    /studies/1.2.3,                302, 403, 200, 403, 403, 403
          GET,    /audit/events,                 302, 403, 403, 403, 403, 200
          GET,    /audit/export,                 302, 403, 403, 403, 403, 200
          DELETE, /audit/events,                 401, 404, 404, 404, 404, 404
          POST,   /audit/events,                 401, 404, 404, 404, 404, 404
          GET,    /studies/1.2.3/images/1.2.png, 302, 403, 200, 403, 403, 403
          PUT,    /studies/1.2.3,                401, 404, 404, 404, 404, 404
          DELETE, /studies/1.2.3,                401, 404, 404, 404, 404, 404
          POST,   /studies/1.2.3/withdraw,       401, 403, 200, 403, 403, 403
          POST,   /studies/1.2.3/identity,       401, 403, 200, 403, 403, 403
          GET,    /studies/1.2.3/withdraw,       302, 404, 404, 404, 404, 404
          POST,   /studies/1.2.3/emergency,      401, 400, 403, 403, 403, 403
          GET,    /orders/0123456789abcdef0123456789abcdef, 302, 403, 200, 403, 403, 403
          POST,   /orders/0123456789abcdef0123456789abcdef, 401, 404, 404, 404, 404, 404
          GET,    /orders/x,                     302, 404, 200, 403, 403, 403
          POST,   /admin/model-sets/a/recall,    401, 403, 403, 403, 200, 403
          POST,   /admin/patients/merge,         401, 403, 403, 403, 200, 403
          GET,    /admin/studies/1.2.3/trace,    302, 403, 403, 403, 200, 403
          GET,    /admin/anything,               302, 403, 403, 403, 200, 403
          DELETE, /admin/anything,               401, 404, 404, 404, 404, 404
          GET,    /nothing,                      302, 404, 404, 404, 404, 404
          GET,    /oauth2/nothing,               302, 404, 404, 404, 404, 404
          """)
  void isWhatRequestsAreCheckedBy(
      String method,
      String path,
      int nobody,
      int clinician,
      int radiologist,
      int integrator,
      int administrator,
      int auditor) {
    assertThat(new WebUser(address).ask(method, path).statusCode()).as("nobody").isEqualTo(nobody);
    List<Integer> expected = List.of(clinician, radiologist, integrator, administrator, auditor);
    for (int i = 0; i < ROLES.size(); i++) {
      String role = ROLES.get(i);
      HttpResponse<String> answer =
          method.equals("POST")
              ? PEOPLE.get(role).submit(path, Map.of("_csrf", FORM_TOKENS.get(role)))
              : PEOPLE.get(role).script(method, path, FORM_TOKENS.get(role));
      assertThat(answer.statusCode()).as(role).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # method, path,                  clinician, radiologist, integrator, administrator, auditor
          POST,   /admin/patients/opt-out, 403, 403, 403, 200, 403
          GET,    /admin/studies/1/trace,  403, 403, 403, 200, 403
          GET,    /admin/anything,         403, 403, 403, 200, 403
          DELETE, /admin/anything,         404, 404, 404, 404, 404
          GET,    /actuator/prometheus,    403, 403, 200, 200, 403
          GET,    /actuator/health/db,     403, 403, 200, 200, 403
          GET,    /actuator/health,        200, 200, 200, 200, 200
          GET,    /studies/1.2.3,          401, 401, 401, 401, 401
          POST,   /studies/1.2.3/withdraw, 401, 401, 401, 401, 401
          GET,    /,                       401, 401, 401, 401, 401
          """)
  void holdsForProgramsAtTheAddressesThatAreForThem(
      String method,
      String path,
      int clinician,
      int radiologist,
      int integrator,
      int administrator,
      int auditor)
      throws IOException, InterruptedException {
    List<Integer> expected = List.of(clinician, radiologist, integrator, administrator, auditor);
    for (int i = 0; i < ROLES.size(); i++) {
      assertThat(call(method, path, token(ROLES.get(i))).statusCode())
          .as(ROLES.get(i))
          .isEqualTo(expected.get(i));
    }
    assertThat(call(method, path, token("visitor")).statusCode())
        .as("no role")
        .isEqualTo(expected.get(0) == 401 ? 401 : 403);
  }

  @Test
  void tellsWhichRoleIsNeededAndProgramsInJson() throws IOException, InterruptedException {
    HttpResponse<String> page = PEOPLE.get("integrator").get(STUDY);
    assertThat(page.statusCode()).isEqualTo(403);
    assertThat(page.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(page.body())
        .contains(
            "This needs the role clinician or radiologist; yours: integrator.",
            "Ivo Integrator (integrator)",
            "action=\"/sign-out\"");
    HttpResponse<String> program = call("POST", "/admin/patients/merge", token("auditor"));
    assertThat(program.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(new ObjectMapper().readTree(program.body()).path("problem").asText())
        .contains("This needs the role administrator; yours: auditor.");
  }

  private static HttpResponse<String> call(String method, String path, String token)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(address.resolve(path))
            .header("Authorization", "Bearer " + token)
            .method(method, BodyPublishers.noBody())
            .build(),
        BodyHandlers.ofString());
  }

  /** Of a program that the provider gives this role. */
  private static String token(String role) throws IOException, InterruptedException {
    String client =
        Base64.getEncoder()
            .encodeToString(
                (DemoIssuer.CLIENT + ":" + issuer.secret()).getBytes(StandardCharsets.UTF_8));
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(issuer.address().resolve("/oauth2/token"))
                .header("Authorization", "Basic " + client)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials&scope=" + role))
                .build(),
            BodyHandlers.ofString());
    return new ObjectMapper().readTree(answer.body()).path("access_token").asText();
  }
}

package io.spinexr.app.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bodies that were good and are spoilt at random: whatever comes of them, it is an answer that says
 * nothing of the inside, and the server stays.
 */
class FuzzAttackTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What a JSON or XML value is replaced by. */
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "{}",
          "[]",
          "[[[[[[[[]]]]]]]]",
          "0",
          "-1",
          "1e999999999",
          "1e-999999999",
          "9".repeat(400),
          "0.".concat("1".repeat(200)),
          "\"\"",
          "\" \"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"%00%2e%2e\"",
          "\"../../etc/passwd\"",
          "\"http://127.0.0.1:1/\"",
          "\"' or 1=1 --\"",
          "\"${jndi:ldap://127.0.0.1:1/a}\"",
          "\"{{context.patientId}}\"",
          "\"(a+)+$\"",
          "\"" + "ä".repeat(3000) + "\"",
          "\"0001-01-01\"",
          "\"9999-12-31T23:59:60+99:00\"",
          "\"urn:uuid:0\"",
          "\"Patient/..\"",
          "<!DOCTYPE a [<!ENTITY b \"c\">]>");

  /** What only our code can have said. */
  private static final List<String> INSIDE =
      List.of(
          "Exception", "\tat ", "io.spinexr", "ca.uhn", "org.hl7", "SQL ", " is null", "genull");

  private static final Pattern VALUE =
      Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*+\"(?!\\s*:)|-?\\d[\\d.eE+-]*|true|false");

  private static final String ORDER =
      """
      {"hook":"order-sign","hookInstance":"d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
       "fhirServer":"https://ehr.example.org/fhir",
       "context":{"userId":"Practitioner/7","patientId":"42","encounterId":"e",
        "draftOrders":{"resourceType":"Bundle","type":"collection","entry":[{"resource":
         {"resourceType":"ServiceRequest","id":"order","status":"draft","intent":"order",
          "priority":"routine","authoredOn":"2026-11-27T10:00:00+01:00",
          "subject":{"reference":"Patient/42"},
          "identifier":[{"system":"urn:oid:1.2.36.146","value":"A1",
           "type":{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/v2-0203","code":"ACSN"}]}}],
          "code":{"coding":[{"system":"http://loinc.org","code":"24972-2"}],"text":"XR Lumbar spine"}}}]}},
       "prefetch":{"patient":{"resourceType":"Patient","id":"42","birthDate":"1970-01-01",
        "identifier":[{"system":"urn:oid:1.2.3.4.5","value":"M1"}],"gender":"female"}}}
      """;
  private static final String FEEDBACK =
      """
      {"feedback":[{"card":"4e0a3a1e-3283-4575-ab82-028d55fe2719","outcome":"overridden",
       "outcomeTimestamp":"2026-11-27T10:00:00Z",
       "overrideReason":{"reason":{"code":"known"},"userComment":"seen"}}]}
      """;
  private static final String REQUEST =
      """
      {"resourceType":"ServiceRequest","status":"active","intent":"order","quantityQuantity":{"value":1.5},
       "identifier":[{"system":"urn:oid:1.2.36.146","value":"A2"}],"subject":{"reference":"Patient/p"},
       "occurrenceDateTime":"2026-11-27","code":{"coding":[{"system":"http://loinc.org","code":"24972-2"}]}}
      """;
  private static final String PATIENT =
      """
      <Patient xmlns="http://hl7.org/fhir"><id value="p"/>
       <identifier><system value="urn:oid:1.2.36.146"/><value value="M2"/></identifier><active value="true"/>
       <gender value="male"/><birthDate value="1980-02-29"/></Patient>
      """;
  private static final String TRANSACTION =
      """
      {"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:4e0a3a1e-3283-4575-ab82-028d55fe2719",
       "resource":{"resourceType":"Patient","active":true,"birthDate":"1980-02-29"},
       "request":{"method":"PUT","url":"Patient/p"}}]}
      """;
  private static final String PATCH =
      """
      [{"op":"replace","path":"/active","value":false},{"op":"test","path":"/gender","value":"male"}]
      """;

  private record Attack(String method, String path, String type, String body) {}

  private static final List<Attack> ATTACKS =
      List.of(
          new Attack("POST", "/cds-services/spinexr", "application/json", ORDER),
          new Attack("POST", "/cds-services/spinexr/feedback", "application/json", FEEDBACK),
          new Attack("POST", "/fhir/ServiceRequest", "application/fhir+json", REQUEST),
          new Attack("PUT", "/fhir/Patient/p", "application/fhir+xml", PATIENT),
          new Attack("POST", "/fhir", "application/fhir+json", TRANSACTION),
          new Attack("PATCH", "/fhir/Patient/p", "application/json-patch+json", PATCH),
          new Attack(
              "POST",
              "/fhir/Patient/_search",
              "application/x-www-form-urlencoded",
              "identifier=urn:oid:1.2.36.146|M2&birthdate=ge1980-01-01&_sort=-_lastUpdated&_count=5"),
          new Attack(
              "POST",
              "/admin/patients/opt-out",
              "application/json",
              "{\"system\":\"urn:oid:1.2.3.4.5\",\"value\":\"M9\",\"reason\":\"asked\"}"));

  @TempDir static Path folder;
  private static Server server;
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    Map<String, String> settings = DemoSettings.in(folder);
    settings.put("spinexr.limits.requests-per-second", "10000");
    server = Server.start(Optional.empty(), settings);
    for (Attack good : ATTACKS) {
      if (good.method().equals("PUT")) {
        assertThat(send(good, good.body().getBytes(StandardCharsets.UTF_8)).statusCode())
            .as(good.path())
            .isEqualTo(201);
      }
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void survivesSpoiltBodies() throws Exception {
    attack(20_261_127, 20_000);
  }

  @Test
  @Tag("nightly")
  void survivesOtherSpoiltBodies() throws Exception {
    attack(System.nanoTime(), 200_000);
  }

  private static void attack(long firstSeed, int bodies) throws Exception {
    Set<String> answers = new TreeSet<>();
    for (long seed = firstSeed; seed < firstSeed + bodies; seed++) {
      Random random = new Random(seed);
      // One after the other: what neighbouring seeds draw first is nearly the same.
      Attack attack = ATTACKS.get((int) ((seed - firstSeed) % ATTACKS.size()));
      byte[] body = spoilt(attack.body(), random);
      HttpResponse<String> answer = send(attack, body);
      String sent = new String(body, StandardCharsets.UTF_8);
      String what = "seed %d: %s %s of %s".formatted(seed, attack.method(), attack.path(), sent);
      assertThat(answer.statusCode()).as(what + ": " + answer.body()).isNotIn(500, 502, 504);
      // An answer may quote what was sent, such as a date of "genull".
      assertThat(
              INSIDE.stream().filter(answer.body()::contains).filter(word -> !sent.contains(word)))
          .as(what + ": " + answer.body())
          .isEmpty();
      answers.add(attack.method() + attack.path() + " " + answer.statusCode());
    }
    // Not all was refused at the door, nor all taken.
    assertThat(answers.stream().map(answer -> answer.replaceAll(" .*", "")).distinct())
        .hasSize(ATTACKS.size());
    assertThat(answers).anyMatch(answer -> answer.endsWith(" 200"));
    assertThat(answers).anyMatch(answer -> answer.endsWith(" 400"));
    assertThat(
            send(
                    new Attack("POST", "/cds-services/spinexr", "application/json", ORDER),
                    ORDER.getBytes(StandardCharsets.UTF_8))
                .statusCode())
        .isEqualTo(200);
  }

  private static HttpResponse<String> send(Attack attack, byte[] body)
      throws IOException, InterruptedException {
    URI address = server.address().resolve(attack.path());
    return CLIENT.send(
        HttpRequest.newBuilder(address)
            .timeout(PATIENCE)
            .header("Content-Type", attack.type())
            .method(attack.method(), BodyPublishers.ofByteArray(body))
            .build(),
        BodyHandlers.ofString());
  }

  /** Changes one to four places. */
  private static byte[] spoilt(String body, Random random) {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    for (int change = 1 + random.nextInt(4); change > 0; change--) {
      bytes = random.nextInt(3) == 0 ? cut(bytes, random) : replaced(bytes, random);
    }
    return bytes;
  }

  /** Another value in the place of one, if one is left. */
  private static byte[] replaced(byte[] bytes, Random random) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    List<MatchResult> values = VALUE.matcher(text).results().toList();
    if (values.isEmpty()) {
      return cut(bytes, random);
    }
    MatchResult place = values.get(random.nextInt(values.size()));
    String value =
        random.nextInt(4) == 0
            ? values.get(random.nextInt(values.size())).group()
            : VALUES.get(random.nextInt(VALUES.size()));
    return (text.substring(0, place.start()) + value + text.substring(place.end()))
        .getBytes(StandardCharsets.UTF_8);
  }

  /** A flipped byte, or a part that is missing, doubled or moved. */
  private static byte[] cut(byte[] bytes, Random random) {
    if (bytes.length < 2) {
      return bytes;
    }
    if (random.nextBoolean()) {
      byte[] flipped = bytes.clone();
      flipped[random.nextInt(flipped.length)] = (byte) random.nextInt(256);
      return flipped;
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    int from = random.nextInt(text.length());
    int to = from + random.nextInt(Math.min(200, text.length() - from));
    String part = text.substring(from, to);
    String result =
        switch (random.nextInt(3)) {
          case 0 -> text.substring(0, from) + text.substring(to);
          case 1 -> text.substring(0, to) + part + text.substring(to);
          default -> text.substring(0, from) + text.substring(to) + part;
        };
    return result.getBytes(StandardCharsets.ISO_8859_1);
  }
}
